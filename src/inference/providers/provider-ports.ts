import type { ExecutionProvider } from '../../contract/finding.ts';

/** A process that answers with one execution provider. */
export interface ProviderServer {
  readonly ended: AbortSignal;
  kill(): void;
}

/**
 * How providers are opened; every call ends with a named failure at its deadline, and soon after the signal is aborted.
 */
export interface ProviderPorts<Server extends ProviderServer> {
  /** Starts a process, loads the model, proves the answers. */
  open(provider: ExecutionProvider, signal: AbortSignal): Promise<Server>;
  inspectEngine(): Promise<'ready' | 'none' | 'damaged'>;
  /** What the last build took on this machine; null if none is known. */
  usualBuildMs(): Promise<number | null>;
  /** Builds the engine in a folder of its own and stores it. */
  buildEngine(signal: AbortSignal): Promise<void>;
  quarantineEngine(): Promise<void>;
}

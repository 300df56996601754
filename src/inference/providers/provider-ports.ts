import type { ExecutionProvider } from '../../contract/finding.ts';

/** A process that serves with one execution provider. */
export interface ProviderServer {
  readonly ended: AbortSignal;
  /** Why the bundled runtime serves instead of the configured library; absent: it does not. */
  readonly substitutes?: string;
  kill(): void;
}

/**
 * Opens providers. Every call fails with a named error at its deadline, and soon after the signal is aborted.
 */
export interface ProviderPorts<Server extends ProviderServer> {
  /** Starts a process, loads the model, verifies its results. */
  open(provider: ExecutionProvider, signal: AbortSignal): Promise<Server>;
  inspectEngine(): Promise<'ready' | 'none' | 'damaged'>;
  /** Duration of the last build on this machine; null if unknown. */
  usualBuildMs(): Promise<number | null>;
  /** Builds the engine in a separate folder and stores it. */
  buildEngine(signal: AbortSignal): Promise<void>;
  quarantineEngine(): Promise<void>;
}

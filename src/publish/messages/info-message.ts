import type { ExecutionProvider, ModelIdentity } from '../../contract/finding.ts';
import { buildTopic } from '../../contract/topics.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';

/** The software and models of a device. */
export interface DeviceInfo {
  /** Increases with every change since the start. */
  readonly rev: number;
  /** By program: `bonewatch`, `node`, `onnxruntime` … */
  readonly versions: Readonly<Record<string, string>>;
  readonly models: readonly ModelIdentity[];
  readonly executionProvider: ExecutionProvider | null;
  /** The accelerator's engine that is being built; null: none. */
  readonly engineBuild: { readonly since: string; readonly usualSeconds: number | null } | null;
  /** Degradations, by code; empty: none. */
  readonly degraded: readonly string[];
  /** The wards that some alerts do not reach, because the broker refuses them. */
  readonly undeliveredWards: readonly string[];
  /** The audit log: its number of rows, and the hash of the last one; null while the database cannot be read. */
  readonly auditCount: number | null;
  readonly auditHead: string | null;
  readonly ts: string;
}

/** The retained description of a device; also a birth message. */
export function infoMessage(site: string, device: string, info: DeviceInfo): OutgoingMessage {
  const payload = JSON.stringify({ schema: 'bonewatch.info/1', ...info, notForDiagnosis: true });
  return { topic: buildTopic({ kind: 'info', site, device }), payload, qos: 1, retain: true };
}

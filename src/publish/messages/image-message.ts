import type { AnalysisResult } from '../../contract/analysis-result.ts';
import { buildTopic } from '../../contract/topics.ts';
import type { OutboxMessage } from '../../contract/outgoing-message.ts';

/** The file that was analysed. */
interface ImageFile {
  readonly arrivalId: number;
  /** When its last byte was written, milliseconds since 1970. */
  readonly writtenAt: number;
}

/**
 * The result of one image as `analyze --json` prints it, without the file path, which may name a patient. Later results
 * of the same file follow it in order.
 */
export function imageMessage(
  { site, device }: { readonly site: string; readonly device: string },
  result: AnalysisResult,
  { arrivalId, writtenAt }: ImageFile,
): OutboxMessage {
  return {
    target: 'mqtt',
    topic: buildTopic({ kind: 'image', site, device }),
    payload: JSON.stringify({ ...result, file: undefined, rev: 1 }),
    qos: 1,
    retain: false,
    ward: null,
    alertId: null,
    rev: null,
    writtenAt,
    orderKey: `image-${arrivalId}`,
  };
}

import type { AnalysisResult } from '../../contract/analysis-result.ts';
import { shareableImage } from '../../contract/shareable-image.ts';
import { buildTopic } from '../../contract/topics.ts';
import type { OutboxMessage } from '../../contract/outgoing-message.ts';

/** The file that was analysed. */
interface ImageFile {
  readonly arrivalId: number;
  /** When its last byte was written, milliseconds since 1970. */
  readonly writtenAt: number;
}

/**
 * The result of one image as `analyze --json` prints it, without what may name a patient: the file path, and texts of
 * the file that are not words of a fixed list. Later results of the same file follow it in order.
 */
export function imageMessage(
  { site, device }: { readonly site: string; readonly device: string },
  result: AnalysisResult,
  { arrivalId, writtenAt }: ImageFile,
): OutboxMessage {
  const image = result.image && shareableImage(result.image);
  return {
    target: 'mqtt',
    topic: buildTopic({ kind: 'image', site, device }),
    payload: JSON.stringify({ ...result, image, file: undefined, rev: 1 }),
    qos: 1,
    retain: false,
    ward: null,
    alertId: null,
    rev: null,
    writtenAt,
    orderKey: `image-${arrivalId}`,
  };
}

import type { AnalysisResult } from '../../contract/analysis-result.ts';
import { deviceTopics } from '../../contract/topics.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';

/** The answer to one image as `analyze --json` prints it, without the file path, which may name a patient. */
export function imageMessage(site: string, device: string, result: AnalysisResult): OutgoingMessage {
  const payload = JSON.stringify({ ...result, file: undefined, rev: 1 });
  return { topic: deviceTopics(site, device).image, payload, qos: 1, retain: false, orderKey: null };
}

import type { ConsoleFacts } from '../../../contract/api/console.ts';
import { requestJson, ServerRefusal } from '../server-request.ts';

const RETRY_MS = 1000;

/** Retries until the server answers. @throws ServerRefusal if it refuses */
export async function readConsoleFacts(): Promise<ConsoleFacts> {
  for (;;) {
    try {
      return await requestJson<ConsoleFacts>('/api/console', { isBackground: true });
    } catch (error) {
      if (error instanceof ServerRefusal) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

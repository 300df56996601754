import type { ConsoleFacts } from '../../../contract/api/console.ts';
import { requestJson, ServerRefusal } from '../server-request.ts';

const RETRY_MS = 1000;

/** Asks until the server answers. @throws ServerRefusal where it answers no */
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

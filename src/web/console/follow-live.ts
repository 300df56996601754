import type { LiveNews } from '../../contract/api/console.ts';
import { request } from '../shared/server-request.ts';

const RETRY_MS = 1000;
/** Two beats missed: nothing comes any more, whatever the connection believes. */
const SILENCE_MS = 11_000;

/** Hears the server's news for as long as the page lives; says whether it does at this moment. */
export function followLive(parts: {
  readonly onNews: (news: LiveNews) => void;
  readonly onLive: (isLive: boolean) => void;
}): void {
  void (async () => {
    for (;;) {
      await listen(parts).catch(() => undefined);
      parts.onLive(false);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  })();
}

async function listen({ onNews, onLive }: Parameters<typeof followLive>[0]): Promise<void> {
  const ending = new AbortController();
  let silence = setTimeout(() => ending.abort(), SILENCE_MS);
  try {
    const response = await request('/api/console/live', { isBackground: true, signal: ending.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (reader === undefined) return;
    onLive(true);
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(() => ending.abort(), SILENCE_MS);
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onNews(JSON.parse(line) as LiveNews);
    }
  } finally {
    clearTimeout(silence);
    ending.abort();
  }
}

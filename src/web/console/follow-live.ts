import type { LiveNews } from '../../contract/api/console.ts';
import { request } from '../shared/server-request.ts';

const RETRY_MS = 1000;
/** Two missed beats: the connection is dead, even if the browser reports it as open. */
const SILENCE_MS = 11_000;

/** Receives live updates for the lifetime of the page; reports when the connection is made or lost. */
export function followLive(parts: {
  readonly onNews: (news: LiveNews) => void;
  readonly onLive: (isLive: boolean) => void;
}): void {
  void (async () => {
    for (;;) {
      await readUpdates(parts).catch(() => undefined);
      parts.onLive(false);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  })();
}

async function readUpdates({ onNews, onLive }: Parameters<typeof followLive>[0]): Promise<void> {
  const connection = new AbortController();
  let silence = setTimeout(() => connection.abort(), SILENCE_MS);
  try {
    const response = await request('/api/console/live', { isBackground: true, signal: connection.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (reader === undefined) return;
    onLive(true);
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(() => connection.abort(), SILENCE_MS);
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onNews(JSON.parse(line) as LiveNews);
    }
  } finally {
    clearTimeout(silence);
    connection.abort();
  }
}

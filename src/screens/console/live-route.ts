import { PassThrough } from 'node:stream';
import type { Route } from '../route.ts';
import type { LiveNews } from '../../contract/api/console.ts';

export interface LiveRouteDeps {
  readonly feed: {
    /** Calls back with every change, beginning with the present state. Returns how to stop it. */
    follow(onNews: (news: LiveNews) => void): () => void;
  };
}

const BEAT_MS = 5_000;
/** A connection ends after this, so that one whose session has ended cannot listen on. */
const MAX_STREAM_MS = 10 * 60_000;
/** Whoever does not take what is sent is let go: the page asks again and gets the present state. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** News as they happen, one JSON a line. */
export function liveRoute({ feed }: LiveRouteDeps): Route {
  return {
    method: 'GET',
    path: '/api/console/live',
    minimumRole: 'viewer',
    handle(_asked, reply) {
      const lines = new PassThrough();
      const send = (news: LiveNews): void => {
        if (lines.writableLength > MAX_WAITING_BYTES) lines.destroy();
        else if (!lines.destroyed) lines.write(`${JSON.stringify(news)}\n`);
      };
      const stop = feed.follow(send);
      const beat = setInterval(() => send({ type: 'beat' }), BEAT_MS);
      const end = setTimeout(() => lines.end(), MAX_STREAM_MS);
      lines.once('close', () => {
        stop();
        clearInterval(beat);
        clearTimeout(end);
      });
      reply.raw.once('close', () => lines.destroy());
      return reply.type('application/x-ndjson; charset=utf-8').header('x-accel-buffering', 'no').send(lines);
    },
  };
}

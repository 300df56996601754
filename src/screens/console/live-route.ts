import { PassThrough } from 'node:stream';
import type { Route } from '../route.ts';
import type { LiveNews } from '../../contract/api/console.ts';

export interface LiveRouteDeps {
  readonly now: () => Date;
  readonly feed: {
    /** Calls back with the present state, then with every change. Returns a function that stops it. */
    follow(onNews: (news: LiveNews) => void): () => void;
  };
}

const BEAT_MS = 5_000;
const AUTHORIZATION_CHECK_MS = 1_000;
/** A connection ends after this time; the page connects again. */
const MAX_STREAM_MS = 10 * 60_000;
/** A client with this much unread is disconnected: the page connects again and gets the present state. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Changes as they happen, one JSON object per line, until the session of their reader ends. */
export function liveRoute({ feed, now }: LiveRouteDeps): Route {
  return {
    method: 'GET',
    path: '/api/console/live',
    minimumRole: 'viewer',
    handle({ isStillAuthorized }, reply) {
      const lines = new PassThrough();
      const send = (news: LiveNews): void => {
        if (lines.writableLength > MAX_WAITING_BYTES) lines.destroy();
        else if (!lines.destroyed && !lines.writableEnded) lines.write(`${JSON.stringify(news)}\n`);
      };
      const stop = feed.follow(send);
      const beat = setInterval(() => send({ type: 'beat', serverTime: now().toISOString() }), BEAT_MS);
      const check = setInterval(() => {
        if (!isStillAuthorized()) lines.destroy();
      }, AUTHORIZATION_CHECK_MS);
      const end = setTimeout(() => lines.end(), MAX_STREAM_MS);
      lines.once('close', () => {
        stop();
        clearInterval(beat);
        clearInterval(check);
        clearTimeout(end);
      });
      reply.raw.once('close', () => lines.destroy());
      return reply.type('application/x-ndjson; charset=utf-8').header('x-accel-buffering', 'no').send(lines);
    },
  };
}

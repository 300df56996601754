import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { touchLastSeen } from '../database/touch-last-seen.ts';
import type { User } from './users.ts';
import { nameKey } from './users.ts';

/** A person who signed in at one browser. */
export interface Session extends User {
  /** Names the session where its token must not be written down. */
  readonly id: string;
}

export interface SessionLimits {
  /** Without a sign of life for so long it ends, milliseconds. */
  readonly idleMs: number;
  /** It ends after so long in any case, milliseconds. */
  readonly longestMs: number;
}

/** Who is signed in. Tokens are kept as hashes: who reads the file cannot use them. */
export interface Sessions {
  /** Signs a user in; the token that the browser keeps. */
  begin(name: string): string;
  /** Whose token it is, if that session lives; `isAlive`: the person did something. */
  find(token: string, limits: SessionLimits & { readonly isAlive: boolean }): Session | undefined;
  end(token: string): void;
  /** Forgets sessions that ended by themselves. */
  forgetEnded(limits: SessionLimits): void;
}

interface SessionRow extends Session {
  readonly began_at: number;
  readonly seen_at: number;
}

/** How old the last sign of life may get before the next one is written. */
const SEEN_EVERY_MS = 20_000;
/** A clock that was set back by more than this cannot tell how old a session is. */
const CLOCK_SLACK_MS = 60 * 60_000;

export function createSessions(database: Database, now: () => number): Sessions {
  const insert = database.prepare<[Buffer, string, string, number, number]>(
    'INSERT INTO sessions VALUES (?, ?, ?, ?, ?)',
  );
  const find = database.prepare<[Buffer], SessionRow>(
    `SELECT sessions.id, name, role, began_at, seen_at FROM sessions
     JOIN users ON users.name_key = sessions.user_key WHERE token_hash = ?`,
  );
  const see = database.prepare<[number, Buffer]>('UPDATE sessions SET seen_at = ? WHERE token_hash = ?');
  const remove = database.prepare<[Buffer]>('DELETE FROM sessions WHERE token_hash = ?');
  const forget = database.prepare<[number, number]>('DELETE FROM sessions WHERE seen_at < ? OR began_at < ?');

  function lives({ began_at, seen_at }: SessionRow, { idleMs, longestMs }: SessionLimits): boolean {
    const isOfFuture = began_at > now() + CLOCK_SLACK_MS || seen_at > now() + CLOCK_SLACK_MS;
    return !isOfFuture && now() - seen_at <= idleMs && now() - began_at <= longestMs;
  }

  return {
    begin(name) {
      const token = randomBytes(32).toString('base64url');
      const id = randomBytes(6).toString('hex');
      insert.run(tokenHash(token), id, nameKey(name), now(), now());
      return token;
    },
    find(token, { isAlive, ...limits }) {
      const hash = tokenHash(token);
      const row = find.get(hash);
      if (row === undefined || !lives(row, limits)) return undefined;
      if (isAlive && now() - row.seen_at > SEEN_EVERY_MS)
        touchLastSeen(database, () => void see.run(now(), hash));
      return { id: row.id, name: row.name, role: row.role };
    },
    end: (token) => void remove.run(tokenHash(token)),
    forgetEnded: ({ idleMs, longestMs }) => void forget.run(now() - idleMs, now() - longestMs),
  };
}

/** What is kept of a token: it holds 256 random bits, so one round of SHA-256 is enough. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

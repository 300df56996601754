import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { touchLastSeen } from '../database/recovery/touch-last-seen.ts';
import type { User } from './users.ts';
import { nameKey } from '../../contract/name-key.ts';

/** The sign-in of one user in one browser. */
export interface Session extends User {
  /** Identifies the session where its token must not be written. */
  readonly id: string;
}

export interface SessionLimits {
  /** A session ends after this long without activity, milliseconds. */
  readonly idleMs: number;
  /** A session ends after this long in any case, milliseconds. */
  readonly maxMs: number;
}

/** Who is signed in. Tokens are stored as hashes, so the database file holds nothing to sign in with. */
export interface Sessions {
  /** Signs a user in; returns the token for the browser. */
  begin(name: string): string;
  /** The session of a token, if it is active; `isAlive`: the request is an activity of the user. */
  find(token: string, limits: SessionLimits & { readonly isAlive: boolean }): Session | undefined;
  end(token: string): void;
  /** Removes expired sessions. */
  removeExpired(limits: SessionLimits): void;
}

interface SessionRow extends Session {
  readonly began_at: number;
  readonly seen_at: number;
}

/** The last activity is written again only when the stored one is older than this. */
const SEEN_EVERY_MS = 20_000;
/** After the clock was set back by more than this, the age of a session is unknown. */
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
  const removeOne = database.prepare<[Buffer]>('DELETE FROM sessions WHERE token_hash = ?');
  const removeExpired = database.prepare<[number, number]>(
    'DELETE FROM sessions WHERE seen_at < ? OR began_at < ?',
  );

  function isActive({ began_at, seen_at }: SessionRow, { idleMs, maxMs }: SessionLimits): boolean {
    const isOfFuture = began_at > now() + CLOCK_SLACK_MS || seen_at > now() + CLOCK_SLACK_MS;
    return !isOfFuture && now() - seen_at <= idleMs && now() - began_at <= maxMs;
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
      if (row === undefined || !isActive(row, limits)) return undefined;
      if (isAlive && now() - row.seen_at > SEEN_EVERY_MS)
        touchLastSeen(database, () => void see.run(now(), hash));
      return { id: row.id, name: row.name, role: row.role };
    },
    end: (token) => void removeOne.run(tokenHash(token)),
    removeExpired: ({ idleMs, maxMs }) => void removeExpired.run(now() - idleMs, now() - maxMs),
  };
}

/** The stored form of a token: it has 256 random bits, so one round of SHA-256 is enough. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

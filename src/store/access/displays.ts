import { randomBytes, randomInt } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { touchLastSeen } from '../database/touch-last-seen.ts';
import { tokenHash } from './sessions.ts';

/** A screen that may show a ward without anybody signing in. */
export interface PairedDisplay {
  readonly id: string;
  readonly name: string;
  readonly ward: string;
}

export interface ListedDisplay extends PairedDisplay {
  readonly pairedBy: string;
  /** Milliseconds since 1970. */
  readonly pairedAt: number;
  /** Null: it has not fetched its token yet. */
  readonly seenAt: number | null;
}

/** A screen that shows a code and waits for somebody to confirm it. */
interface Waiting {
  readonly code: string;
  /** The ward it was opened for. */
  readonly ward: string;
  readonly secondsLeft: number;
}

/** A new display, and the address of the machine that asked. */
interface Confirmed extends PairedDisplay {
  readonly address: string;
}

interface Confirmation {
  readonly name: string;
  readonly ward: string;
  readonly by: string;
}

/** The paired screens, and those that wait. Tokens are kept as hashes. */
export interface Displays {
  /** A screen asks to be paired: the code it shows, and the secret by which it comes back; null: too many wait. */
  ask(wish: { readonly ward: string; readonly address: string }): { code: string; secret: string } | null;
  /** Somebody confirms a code, as they read it; undefined: there is none, or its time has passed. */
  confirm(code: string, confirmation: Confirmation): Confirmed | undefined;
  /** The screen comes back: it waits until it is confirmed, gets its token once; null once its time has passed. */
  claim(secret: string): Waiting | { readonly display: PairedDisplay; readonly token: string } | null;
  find(token: string): PairedDisplay | undefined;
  list(): ListedDisplay[];
  /** The display that is one no more; undefined: there is no such display. */
  revoke(id: string): PairedDisplay | undefined;
}

interface DisplayRow extends PairedDisplay {
  readonly paired_by: string;
  readonly paired_at: number;
  readonly seen_at: number | null;
}

interface PairingRow {
  readonly code: string;
  readonly ward: string;
  readonly address: string;
  readonly begun_at: number;
  readonly display_id: string | null;
}

/** How long a code may be confirmed. */
const PAIRING_MS = 10 * 60_000;
const MAX_WAITING = 20;
const SEEN_EVERY_MS = 10 * 60_000;
/** Letters and digits that are not mistaken for each other when read aloud or across a room. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 6;

export function createDisplays(database: Database, now: () => number): Displays {
  const forgetOld = database.prepare<[number, number]>(
    'DELETE FROM pairings WHERE begun_at < ? OR begun_at > ?',
  );
  const forgetUnclaimed = database.prepare<[]>(
    `DELETE FROM displays WHERE token_hash IS NULL AND id NOT IN
       (SELECT display_id FROM pairings WHERE display_id IS NOT NULL)`,
  );
  const countWaiting = database.prepare<[], { readonly count: number }>(
    'SELECT count(*) AS count FROM pairings WHERE display_id IS NULL',
  );
  const insertPairing = database.prepare<[string, Buffer, string, string, number]>(
    'INSERT INTO pairings VALUES (?, ?, ?, ?, ?, NULL)',
  );
  const byCode = database.prepare<[string], PairingRow>(
    'SELECT * FROM pairings WHERE code = ? AND display_id IS NULL',
  );
  const bySecret = database.prepare<[Buffer], PairingRow>('SELECT * FROM pairings WHERE secret_hash = ?');
  const confirmPairing = database.prepare<[string, string]>(
    'UPDATE pairings SET display_id = ? WHERE code = ?',
  );
  const removePairing = database.prepare<[string]>('DELETE FROM pairings WHERE code = ?');
  const insertDisplay = database.prepare<[string, string, string, string, number]>(
    'INSERT INTO displays VALUES (?, ?, ?, ?, ?, NULL, NULL)',
  );
  const giveToken = database.prepare<[Buffer, number, string]>(
    'UPDATE displays SET token_hash = ?, seen_at = ? WHERE id = ?',
  );
  const byId = database.prepare<[string], DisplayRow>('SELECT * FROM displays WHERE id = ?');
  const byToken = database.prepare<[Buffer], DisplayRow>('SELECT * FROM displays WHERE token_hash = ?');
  const see = database.prepare<[number, string]>('UPDATE displays SET seen_at = ? WHERE id = ?');
  const list = database.prepare<[], DisplayRow>('SELECT * FROM displays ORDER BY ward, name, id');
  const remove = database.prepare<[string]>('DELETE FROM displays WHERE id = ?');

  function forgetLate(): void {
    // A time ahead of us was written before the clock was set back.
    forgetOld.run(now() - PAIRING_MS, now() + PAIRING_MS);
    forgetUnclaimed.run();
  }

  function toWaiting({ code, ward, begun_at }: PairingRow): Waiting {
    return { code, ward, secondsLeft: Math.ceil((begun_at + PAIRING_MS - now()) / 1000) };
  }

  return {
    ask: ({ ward, address }) =>
      database.transact(() => {
        forgetLate();
        if ((countWaiting.get()?.count ?? 0) >= MAX_WAITING) return null;
        const code = newCode();
        const secret = randomBytes(32).toString('base64url');
        insertPairing.run(code, tokenHash(secret), ward, address, now());
        return { code, secret };
      }),
    confirm: (typed, { name, ward, by }) =>
      database.transact(() => {
        forgetLate();
        const code = normalizeCode(typed);
        const pairing = byCode.get(code);
        if (pairing === undefined) return undefined;
        const id = `screen-${randomBytes(6).toString('hex')}`;
        insertDisplay.run(id, name, ward, by, now());
        confirmPairing.run(id, code);
        return { id, name, ward, address: pairing.address };
      }),
    claim: (secret) =>
      database.transact(() => {
        forgetLate();
        const pairing = bySecret.get(tokenHash(secret));
        if (pairing === undefined) return null;
        const display = pairing.display_id === null ? undefined : byId.get(pairing.display_id);
        if (display === undefined) return toWaiting(pairing);
        const token = randomBytes(32).toString('base64url');
        giveToken.run(tokenHash(token), now(), display.id);
        removePairing.run(pairing.code);
        return { display: toDisplay(display), token };
      }),
    find(token) {
      const row = byToken.get(tokenHash(token));
      if (row === undefined) return undefined;
      if (now() - (row.seen_at ?? 0) > SEEN_EVERY_MS)
        touchLastSeen(database, () => void see.run(now(), row.id));
      return toDisplay(row);
    },
    list: () =>
      list.all().map((row) => ({
        ...toDisplay(row),
        pairedBy: row.paired_by,
        pairedAt: row.paired_at,
        seenAt: row.seen_at,
      })),
    revoke: (id) =>
      database.transact(() => {
        const row = byId.get(id);
        if (row === undefined) return undefined;
        remove.run(id);
        return toDisplay(row);
      }),
  };
}

/** As a person reads it off a screen and types it: small letters, blanks and dashes do not matter. */
function normalizeCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

function newCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

function toDisplay({ id, name, ward }: DisplayRow): PairedDisplay {
  return { id, name, ward };
}

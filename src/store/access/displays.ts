import { randomBytes, randomInt } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { touchLastSeen } from '../database/recovery/touch-last-seen.ts';
import { pairingToReplace, type WaitingPairing } from './pairing-places.ts';
import { tokenHash } from './sessions.ts';

/** A display that may show a ward without a signed-in user. */
export interface PairedDisplay {
  readonly id: string;
  readonly name: string;
  readonly ward: string;
}

export interface ListedDisplay extends PairedDisplay {
  readonly pairedBy: string;
  /** Milliseconds since 1970. */
  readonly pairedAt: number;
  /** Null until it has fetched its token. */
  readonly seenAt: number | null;
}

/** A display that shows a pairing code and waits for its confirmation. */
interface Waiting {
  readonly code: string;
  /** The ward that was opened on it. */
  readonly ward: string;
  readonly secondsLeft: number;
}

/** A new display, and the address of the machine that requested the pairing. */
interface Confirmed extends PairedDisplay {
  readonly address: string;
}

interface Confirmation {
  readonly name: string;
  readonly ward: string;
  readonly by: string;
}

/** The paired displays and the pending pairings. Tokens are stored as hashes. */
export interface Displays {
  /** Starts a pairing: the code to show, and the secret with which to poll. May end an older one that is pending. */
  ask(wish: { readonly ward: string; readonly address: string }): { code: string; secret: string };
  /** Confirms a code as a person typed it; undefined: the code is unknown or has expired. */
  confirm(code: string, confirmation: Confirmation): Confirmed | undefined;
  /** Polls a pairing: it waits until it is confirmed, then returns the token once; null once it has expired. */
  claim(secret: string): Waiting | { readonly display: PairedDisplay; readonly token: string } | null;
  find(token: string): PairedDisplay | undefined;
  list(): ListedDisplay[];
  /** Removes a display and returns it; undefined: there is no such display. */
  revoke(id: string): PairedDisplay | undefined;
  /** Gives the displays of a ward to the ward that takes over from it. */
  moveWard(from: string, to: string): void;
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

/** How long a code is valid. */
const PAIRING_MS = 10 * 60_000;
const SEEN_EVERY_MS = 10 * 60_000;
/** Letters and digits that cannot be confused when read aloud or from a distance. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 6;

const REMOVE_EXPIRED = 'DELETE FROM pairings WHERE begun_at < ? OR begun_at > ?';
const REMOVE_UNCLAIMED = `DELETE FROM displays WHERE token_hash IS NULL AND id NOT IN
  (SELECT display_id FROM pairings WHERE display_id IS NOT NULL)`;
const WAITING = 'SELECT code, address FROM pairings WHERE display_id IS NULL ORDER BY begun_at';
const INSERT_PAIRING = 'INSERT INTO pairings VALUES (?, ?, ?, ?, ?, NULL)';
const BY_CODE = 'SELECT * FROM pairings WHERE code = ? AND display_id IS NULL';
const BY_SECRET = 'SELECT * FROM pairings WHERE secret_hash = ?';
const CONFIRM_PAIRING = 'UPDATE pairings SET display_id = ? WHERE code = ?';
const REMOVE_PAIRING = 'DELETE FROM pairings WHERE code = ?';
const INSERT_DISPLAY = 'INSERT INTO displays VALUES (?, ?, ?, ?, ?, NULL, NULL)';
const GIVE_TOKEN = 'UPDATE displays SET token_hash = ?, seen_at = ? WHERE id = ?';
const BY_ID = 'SELECT * FROM displays WHERE id = ?';
const BY_TOKEN = 'SELECT * FROM displays WHERE token_hash = ?';
const SEE = 'UPDATE displays SET seen_at = ? WHERE id = ?';
const LIST = 'SELECT * FROM displays ORDER BY ward, name, id';
const MOVE_WARD = 'UPDATE displays SET ward = ? WHERE ward = ?';
const REMOVE = 'DELETE FROM displays WHERE id = ?';

export function createDisplays(database: Database, now: () => number): Displays {
  return { ...createPairings(database, now), ...createPairedDisplays(database, now) };
}

type Pairings = Pick<Displays, 'ask' | 'confirm' | 'claim'>;

/** Pairing, from the code on a display to its token. */
function createPairings(database: Database, now: () => number): Pairings {
  const removeExpired = prepareRemoveExpired(database, now);
  const waiting = database.prepare<[], WaitingPairing>(WAITING);
  const removePairing = database.prepare<[string]>(REMOVE_PAIRING);
  const insertPairing = database.prepare<[string, Buffer, string, string, number]>(INSERT_PAIRING);
  const byCode = database.prepare<[string], PairingRow>(BY_CODE);
  const confirmPairing = database.prepare<[string, string]>(CONFIRM_PAIRING);
  const insertDisplay = database.prepare<[string, string, string, string, number]>(INSERT_DISPLAY);

  return {
    ask: ({ ward, address }) =>
      database.transact(() => {
        removeExpired();
        const replaced = pairingToReplace(waiting.all(), address);
        if (replaced !== null) removePairing.run(replaced.code);
        const code = newCode();
        const secret = randomBytes(32).toString('base64url');
        insertPairing.run(code, tokenHash(secret), ward, address, now());
        return { code, secret };
      }),
    confirm: (typed, { name, ward, by }) =>
      database.transact(() => {
        removeExpired();
        const code = normalizeCode(typed);
        const pairing = byCode.get(code);
        if (pairing === undefined) return undefined;
        const id = `screen-${randomBytes(6).toString('hex')}`;
        insertDisplay.run(id, name, ward, by, now());
        confirmPairing.run(id, code);
        return { id, name, ward, address: pairing.address };
      }),
    claim: prepareClaim(database, now),
  };
}

function prepareClaim(database: Database, now: () => number): Displays['claim'] {
  const removeExpired = prepareRemoveExpired(database, now);
  const bySecret = database.prepare<[Buffer], PairingRow>(BY_SECRET);
  const removePairing = database.prepare<[string]>(REMOVE_PAIRING);
  const giveToken = database.prepare<[Buffer, number, string]>(GIVE_TOKEN);
  const byId = database.prepare<[string], DisplayRow>(BY_ID);

  return (secret) =>
    database.transact(() => {
      removeExpired();
      const pairing = bySecret.get(tokenHash(secret));
      if (pairing === undefined) return null;
      const display = pairing.display_id === null ? undefined : byId.get(pairing.display_id);
      if (display === undefined) return toWaiting(pairing, now());
      const token = randomBytes(32).toString('base64url');
      giveToken.run(tokenHash(token), now(), display.id);
      removePairing.run(pairing.code);
      return { display: toDisplay(display), token };
    });
}

/** Removes expired codes, and displays that never fetched their token. */
function prepareRemoveExpired(database: Database, now: () => number): () => void {
  const removeOld = database.prepare<[number, number]>(REMOVE_EXPIRED);
  const removeUnclaimed = database.prepare<[]>(REMOVE_UNCLAIMED);
  return () => {
    // A time in the future was written before the clock was set back.
    removeOld.run(now() - PAIRING_MS, now() + PAIRING_MS);
    removeUnclaimed.run();
  };
}

function createPairedDisplays(database: Database, now: () => number): Omit<Displays, keyof Pairings> {
  const byId = database.prepare<[string], DisplayRow>(BY_ID);
  const byToken = database.prepare<[Buffer], DisplayRow>(BY_TOKEN);
  const see = database.prepare<[number, string]>(SEE);
  const list = database.prepare<[], DisplayRow>(LIST);
  const remove = database.prepare<[string]>(REMOVE);
  const moveWard = database.prepare<[string, string]>(MOVE_WARD);

  return {
    moveWard: (from, to) => void moveWard.run(to, from),
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

/** Normalises a code as a person types it: case, spaces and dashes do not matter. */
function normalizeCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

function newCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

function toDisplay({ id, name, ward }: DisplayRow): PairedDisplay {
  return { id, name, ward };
}

function toWaiting({ code, ward, begun_at }: PairingRow, now: number): Waiting {
  return { code, ward, secondsLeft: Math.ceil((begun_at + PAIRING_MS - now) / 1000) };
}

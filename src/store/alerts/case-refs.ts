import { createHmac, randomBytes } from 'node:crypto';
import type { Database } from '../database/database.ts';

/** Letters and digits that cannot be confused when read aloud or from a distance. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const MIN_LENGTH = 4;
const MAX_LENGTH = 32;

/** Short references to studies: the same study always gets the same one, and the study cannot be derived from it. */
export interface CaseRefs {
  of(studyKey: string): string;
}

export function createCaseRefs(database: Database): CaseRefs {
  const known = database.prepare<[string], { readonly ref: string }>(
    'SELECT ref FROM case_refs WHERE study_key = ?',
  );
  const taken = database.prepare<[string], { readonly ref: string }>(
    'SELECT ref FROM case_refs WHERE ref = ?',
  );
  const insert = database.prepare<[string, string]>('INSERT INTO case_refs VALUES (?, ?)');
  const secretOf = database.prepare<[], { readonly value: Buffer }>(
    `SELECT value FROM secrets WHERE name = 'case-ref'`,
  );
  const insertSecret = database.prepare<[Buffer]>(`INSERT INTO secrets VALUES ('case-ref', ?)`);

  function secret(): Buffer {
    const stored = secretOf.get();
    if (stored !== undefined) return stored.value;
    const made = randomBytes(32);
    insertSecret.run(made);
    return made;
  }

  return {
    of(studyKey) {
      const before = known.get(studyKey);
      if (before !== undefined) return before.ref;
      return database.transact(() => {
        const again = known.get(studyKey);
        if (again !== undefined) return again.ref;
        const full = fullReference(secret(), studyKey);
        let length = MIN_LENGTH;
        while (length < MAX_LENGTH && taken.get(full.slice(0, length)) !== undefined) length++;
        const ref = full.slice(0, length);
        insert.run(studyKey, ref);
        return ref;
      });
    },
  };
}

/** The full reference, whose first characters name a study: HMAC-SHA-256 in the unambiguous alphabet. */
export function fullReference(secret: Buffer, studyKey: string): string {
  let rest = BigInt(`0x${createHmac('sha256', secret).update(studyKey).digest('hex')}`);
  const base = BigInt(ALPHABET.length);
  let full = '';
  while (full.length < MAX_LENGTH) {
    full += ALPHABET.charAt(Number(rest % base));
    rest /= base;
  }
  return full;
}

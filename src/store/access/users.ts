import { BonewatchError } from '../../contract/errors.ts';
import type { Database } from '../database/database.ts';
import type { Role } from '../../contract/api/access.ts';

/** Somebody who may sign in. */
export interface User {
  /** As it is shown on the wards and stands in the audit. */
  readonly name: string;
  readonly role: Role;
}

interface KeptUser extends User {
  /** Hash of the password, with how it was made. */
  readonly password: string;
}

interface ListedUser extends User {
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly passwordAt: number;
}

/** Who may sign in. Names are told apart without regard to case, width and blanks. */
export interface Users {
  /** Whether there is anybody at all. */
  any(): boolean;
  find(name: string): KeptUser | undefined;
  list(): ListedUser[];
  /** Throws USER_INVALID for a name that is taken or cannot be one. */
  add(user: KeptUser): void;
  /** False: there is no such user. */
  setRole(name: string, role: Role): boolean;
  /** Ends every session of the user too. False: there is no such user. */
  setPassword(name: string, password: string): boolean;
  /** Ends every session of the user too. False: there is no such user. */
  remove(name: string): boolean;
}

interface UserRow extends KeptUser {
  readonly created_at: number;
  readonly password_at: number;
}

/** Letters and digits of any script, and what stands between the parts of a name. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .'’()-]{0,59}$/u;
/** Names that the audit uses for what is no person. */
const TAKEN = /^(bonewatch|this machine|terminal\b.*|display\b.*|unknown.*)$/;

const ANY = 'SELECT 1 FROM users LIMIT 1';
const FIND = 'SELECT * FROM users WHERE name_key = ?';
const LIST = 'SELECT * FROM users ORDER BY name_key';
const INSERT_SQL = 'INSERT INTO users VALUES (?, ?, ?, ?, ?, ?)';
const SET_ROLE = 'UPDATE users SET role = ? WHERE name_key = ?';
const SET_PASSWORD = 'UPDATE users SET password = ?, password_at = ? WHERE name_key = ?';
const END_SESSIONS = 'DELETE FROM sessions WHERE user_key = ?';
const REMOVE = 'DELETE FROM users WHERE name_key = ?';

export function createUsers(database: Database, now: () => number): Users {
  const any = database.prepare<[], unknown>(ANY);
  const find = database.prepare<[string], UserRow>(FIND);
  const list = database.prepare<[], UserRow>(LIST);
  const insert = database.prepare<[string, string, Role, string, number, number]>(INSERT_SQL);
  const setRole = database.prepare<[Role, string]>(SET_ROLE);
  const setPassword = database.prepare<[string, number, string]>(SET_PASSWORD);
  const endSessions = database.prepare<[string]>(END_SESSIONS);
  const remove = database.prepare<[string]>(REMOVE);

  return {
    any: () => any.get() !== undefined,
    find(name) {
      const row = find.get(nameKey(name));
      return row && { name: row.name, role: row.role, password: row.password };
    },
    list: () =>
      list.all().map(({ name, role, created_at, password_at }) => ({
        ...{ name, role },
        createdAt: created_at,
        passwordAt: password_at,
      })),
    add({ name, role, password }) {
      const written = name.normalize('NFC').trim();
      const key = nameKey(written);
      if (!NAME.test(written) || TAKEN.test(key))
        throw new BonewatchError('USER_INVALID', 'That cannot be the name of a user.');
      database.transact(() => {
        if (find.get(key)) throw new BonewatchError('USER_INVALID', `There is a user ${written} already.`);
        insert.run(key, written, role, password, now(), now());
      });
    },
    setRole: (name, role) => setRole.run(role, nameKey(name)) > 0,
    setPassword: (name, password) =>
      database.transact(() => {
        endSessions.run(nameKey(name));
        return setPassword.run(password, now(), nameKey(name)) > 0;
      }),
    remove: (name) => remove.run(nameKey(name)) > 0,
  };
}

/** What makes two spellings one name. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ');
}

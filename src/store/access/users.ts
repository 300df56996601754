import { nameKey } from '../../contract/name-key.ts';
import { BonewatchError } from '../../contract/errors.ts';
import type { Database } from '../database/database.ts';
import type { Role } from '../../contract/api/access.ts';

/** A user who may sign in. */
export interface User {
  /** As shown on the wards and in the audit log. */
  readonly name: string;
  readonly role: Role;
}

interface StoredUser extends User {
  /** Hash of the password, with its parameters. */
  readonly password: string;
}

interface ListedUser extends User {
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly passwordAt: number;
}

/** The users who may sign in. Names that differ only in case, width or spaces are the same name. */
export interface Users {
  /** Whether there is any user. */
  any(): boolean;
  find(name: string): StoredUser | undefined;
  list(): ListedUser[];
  /** Throws USER_INVALID for a name that is taken or not permitted. */
  add(user: StoredUser): void;
  /** False: there is no such user. */
  setRole(name: string, role: Role): boolean;
  /** Also ends every session of the user. False: there is no such user. */
  setPassword(name: string, password: string): boolean;
  /** Also ends every session of the user. False: there is no such user. */
  remove(name: string): boolean;
}

interface UserRow extends StoredUser {
  readonly created_at: number;
  readonly password_at: number;
}

/** Letters and digits of any script, and the separators between the parts of a name. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .'’()-]{0,59}$/u;
/** Names that the audit log uses for actors other than people. */
const RESERVED = /^(bonewatch|this machine|terminal\b.*|display\b.*|unknown.*)$/;

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
      const { written, key } = checkedName(name);
      database.transact(() => {
        if (find.get(key))
          throw new BonewatchError('USER_INVALID', `A user named ${written} already exists.`);
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

/** A name as it is stored and as it is compared. Throws USER_INVALID. */
function checkedName(name: string): { readonly written: string; readonly key: string } {
  const written = name.normalize('NFC').trim();
  const key = nameKey(written);
  if (!NAME.test(written) || RESERVED.test(key))
    throw new BonewatchError('USER_INVALID', 'The user name is not permitted.');
  return { written, key };
}

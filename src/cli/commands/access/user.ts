import { BonewatchError } from '../../../contract/errors.ts';
import { checkPassword } from '../../../screens/access/check-password.ts';
import { hashPassword } from '../../../screens/access/password-hash.ts';
import { openStore, type Store } from '../../../store/open-store.ts';
import type { Role } from '../../../contract/api/access.ts';
import { auditFromTerminal } from '../alerts/audit-from-terminal.ts';
import { readPassword } from './read-password.ts';
import { siteOf, storePathOf } from '../../store-path.ts';
import { EXIT, print, printJson, table } from '../../terminal.ts';

interface UserOptions {
  readonly config?: string;
}

interface PasswordOptions extends UserOptions {
  readonly passwordFile?: string;
}

/** `user add`: adds a user; from the first one on, the pages require sign-in. */
export async function addUser(
  name: string,
  { role, passwordFile, ...options }: PasswordOptions & { readonly role: Role },
): Promise<number> {
  const password = await newPassword(name, passwordFile, options.config);
  return change(options, (store) => {
    store.users.add({ name, role, password });
    return {
      kind: 'user-added',
      subject: name,
      detail: { role },
      message: `${name}: may sign in as ${role}`,
    };
  });
}

/** `user list`: the users who may sign in. */
export async function listUsers({
  config,
  json,
}: UserOptions & { readonly json?: boolean }): Promise<number> {
  using store = openStore(await storePathOf(config), { clock: Date, isReadOnly: true });
  const users = store.users.list().map(({ name, role, createdAt, passwordAt }) => ({
    ...{ name, role },
    createdAt: new Date(createdAt).toISOString(),
    passwordAt: new Date(passwordAt).toISOString(),
  }));
  if (json) {
    printJson(users, 1);
    return EXIT.ok;
  }
  const rows = users.map(({ name, role, passwordAt }) => [name, role, passwordAt]);
  for (const line of table([['name', 'role', 'password set'], ...rows])) print(line);
  return EXIT.ok;
}

/** `user role`: changes the role of a user. */
export async function setUserRole(name: string, role: Role, options: UserOptions): Promise<number> {
  return change(options, (store) => {
    if (!store.users.setRole(name, role)) throw unknown(name);
    return { kind: 'user-role-changed', subject: name, detail: { role }, message: `${name}: ${role}` };
  });
}

/** `user password`: sets a new password and signs the user out everywhere. */
export async function setUserPassword(
  name: string,
  { passwordFile, ...options }: PasswordOptions,
): Promise<number> {
  const password = await newPassword(name, passwordFile, options.config);
  return change(options, (store) => {
    if (!store.users.setPassword(name, password)) throw unknown(name);
    const message = `${name}: new password; signed out everywhere`;
    return { kind: 'user-password-changed', subject: name, detail: {}, message };
  });
}

/** `user remove`: removes the user and signs them out everywhere. */
export async function removeUser(name: string, options: UserOptions): Promise<number> {
  return change(options, (store) => {
    if (!store.users.remove(name)) throw unknown(name);
    const isLast = !store.users.any();
    const message = isLast
      ? `${name}: removed. No user is left: sign-in is impossible, and only pages on this machine are open.`
      : `${name}: removed`;
    return { kind: 'user-removed', subject: name, detail: {}, message };
  });
}

interface Change {
  readonly kind: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Applies a change and its audit row in one transaction. */
async function change({ config }: UserOptions, work: (store: Store) => Change): Promise<number> {
  using store = openStore(await storePathOf(config), { clock: Date });
  const message = store.atomically(() => {
    const { message: sentence, ...entry } = work(store);
    auditFromTerminal(store.audit, entry);
    return sentence;
  });
  print(message);
  return EXIT.ok;
}

async function newPassword(
  name: string,
  file: string | undefined,
  config: string | undefined,
): Promise<string> {
  const site = await siteOf(config);
  const password = await readPassword(file);
  await checkPassword(password, { name, site });
  return hashPassword(password);
}

function unknown(name: string): BonewatchError {
  return new BonewatchError('USER_INVALID', `There is no user ${name}.`);
}

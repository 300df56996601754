import { realpath, stat } from 'node:fs/promises';
import type { Config } from '../../../../config/schema.ts';
import { systemCode, type MachineFault } from './machine-fault.ts';
import { isAnotherUser, refusedAccount } from './may-access.ts';

/** A share whose server is away may never answer. */
const ANSWER_MS = 5000;

/** Inboxes that are missing or unreadable. */
export async function inboxFaults({ inboxes }: Pick<Config, 'inboxes'>): Promise<readonly MachineFault[]> {
  const messages = await Promise.all(inboxes.map(({ path }) => faultOf(path)));
  const paths = await Promise.all(
    inboxes.map(async ({ path }, index) => (messages[index] === null ? realpath(path) : null)),
  );
  return inboxes.flatMap((_, index) => {
    const message = messages[index] ?? sameFolder(paths, index);
    return message === null ? [] : [{ path: ['inboxes', index, 'path'], message }];
  });
}

/** Two names of one folder, by a link: every image would be read twice. */
function sameFolder(paths: readonly (string | null)[], index: number): string | null {
  const path = paths[index];
  const other = path === undefined || path === null ? -1 : paths.indexOf(path);
  return other === -1 || other === index ? null : `It is the same folder as inboxes[${other}], ${path}.`;
}

async function faultOf(path: string): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, ANSWER_MS, `${path} does not answer: is its server running?`);
  });
  const found = await Promise.race([lookAt(path), silence]);
  clearTimeout(timer);
  return found;
}

async function lookAt(path: string): Promise<string | null> {
  try {
    if (!(await stat(path)).isDirectory()) return `${path} is not a folder.`;
  } catch (error) {
    if (systemCode(error) === 'ENOENT')
      return `${path} does not exist. Mount the share, or create the folder.`;
    if (systemCode(error) === 'EACCES' && isAnotherUser()) return null;
    return `${path} cannot be reached (${systemCode(error)}). Mount it, and check its permissions.`;
  }
  const account = await refusedAccount(path, 'read');
  return account === null ? null : `The account ${account} may not read ${path}.`;
}

import { constants, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The canary: our own file in an inbox. It exists for some milliseconds at a time; walks ignore it. */
export const CANARY = '.bonewatch-canary';

const CANARY_TEXT =
  'Bonewatch creates and removes this file to check whether the system reports new files.\n';
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * Creates the canary of an inbox; disposing it removes it. Another program may write to the inbox too: a link or a file
 * of that name which is not ours is neither followed, changed nor removed. Throws the system's error then.
 */
export async function createCanary(inbox: string): Promise<AsyncDisposable> {
  const path = join(inbox, CANARY);
  await removeOwn(path);
  const file = await open(path, CREATE, 0o644);
  try {
    await file.writeFile(CANARY_TEXT);
  } finally {
    await file.close();
  }
  return { [Symbol.asyncDispose]: () => removeOwn(path).catch(() => undefined) };
}

/** Removes our file, also one that a power cut left behind. */
async function removeOwn(path: string): Promise<void> {
  if (await isOwn(path)) await rm(path, { force: true });
}

/** Ours is a regular file with our text or the start of it. */
async function isOwn(path: string): Promise<boolean> {
  const file = await open(path, READ).catch(() => null);
  if (file === null) return false;
  try {
    const facts = await file.stat();
    if (!facts.isFile() || facts.nlink > 1 || facts.size > CANARY_TEXT.length) return false;
    return CANARY_TEXT.startsWith(await file.readFile('utf8'));
  } finally {
    await file.close();
  }
}

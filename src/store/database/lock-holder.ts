import { readFile, stat } from 'node:fs/promises';

/** The byte of the shared-memory file whose lock is the write lock of a database in WAL mode (SQLite, wal.c). */
const WAL_WRITE_LOCK = 120;

/** A lock of /proc/locks. */
interface HeldLock {
  readonly pid: number;
  readonly inode: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The program that holds the write lock of a database, such as `sqlite3 (pid 4711)`; null if the system does not show
 * it, as in a container of its own.
 */
export async function findLockHolder(path: string): Promise<string | null> {
  try {
    const [main, shared] = await Promise.all([inodeOf(path), inodeOf(`${path}-shm`)]);
    const locks = parseLocks(await readFile('/proc/locks', 'utf8'));
    const holds = ({ pid, inode, start, end }: HeldLock): boolean => {
      if (pid <= 0 || pid === process.pid) return false;
      return inode === main || (inode === shared && start <= WAL_WRITE_LOCK && end >= WAL_WRITE_LOCK);
    };
    const pid = locks.find(holds)?.pid;
    return pid === undefined ? null : `${await nameOf(pid)} (pid ${pid})`;
  } catch {
    return null;
  }
}

/** The exclusive locks in the text of /proc/locks; waiting ones are left out. */
function parseLocks(text: string): HeldLock[] {
  return text.split('\n').flatMap((line) => {
    const found = /^\d+: \S+ +\S+ +WRITE (-?\d+) [^:]+:[^:]+:(\d+) (\d+) (\d+|EOF)$/.exec(line.trim());
    if (found === null) return [];
    const [, pid, inode, start, end] = found;
    return {
      pid: Number(pid),
      inode: Number(inode),
      start: Number(start),
      end: end === 'EOF' ? Infinity : Number(end),
    };
  });
}

async function inodeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ ino }) => ino,
    () => null,
  );
}

async function nameOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/comm`, 'utf8').then(
    (text) => text.trim(),
    () => 'another program',
  );
}

import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** What identifies an open file, whatever its name: device and inode. */
interface FileIdentity {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
}

/** `own`: the paths still lead to the open files; `lost`: a file was deleted, renamed or replaced; `truncated`: shortened. */
export type FileState = 'own' | 'lost' | 'truncated';

export interface IdentifiedFiles {
  inspect(): Promise<FileState>;
  /** The endings of the paths that lead to other files now: `` for the database, `-wal`, `-shm`. */
  foreignParts(): string[];
}

const PARTS = ['', '-wal', '-shm'];

/**
 * Remembers which files are open: a database, its write-ahead log and the index of that. SQLite goes on reading and
 * writing files that have lost their names, and what it writes is gone when they are closed.
 */
export function identifyFiles(path: string): IdentifiedFiles {
  const files = PARTS.flatMap((part) => identityOf(path + part) ?? []);
  let sizeBytes = statSync(path).size;
  return {
    foreignParts: () =>
      PARTS.filter((part) => {
        const there = identityOf(path + part);
        return there !== null && !files.some(({ inode }) => inode === there.inode);
      }),
    async inspect() {
      const found = await Promise.all(files.map(async (file) => ({ file, stats: await statOf(file.path) })));
      if (found.some(({ file, stats }) => stats?.ino !== file.inode || stats.dev !== file.device))
        return 'lost';
      const before = sizeBytes;
      sizeBytes = found[0]?.stats?.size ?? before;
      return sizeBytes < before ? 'truncated' : 'own';
    },
  };
}

function identityOf(path: string): FileIdentity | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : { path, device: stats.dev, inode: stats.ino };
}

/** Null if there is no such file. */
async function statOf(
  path: string,
): Promise<{ readonly ino: number; readonly dev: number; readonly size: number } | null> {
  return stat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return null;
    throw error;
  });
}

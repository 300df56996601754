import { BonewatchError } from '../../contract/errors.ts';
import { openDatabase } from './database.ts';
import { isTaken } from './sqlite-errors.ts';
import { prepareFile, requireNoFolder } from './prepare-file.ts';

/** A lock of a store whose file may be lost. */
export interface StoreLock extends Disposable {
  /** Locks the file that is at the path now. Throws STORE_IN_USE. */
  renew(): void;
}

/** Locks a store as `lockStore` does; the lock can be renewed after its file was deleted. Throws STORE_IN_USE. */
export function holdStoreLock(path: string): StoreLock {
  let lock = lockStore(path);
  return {
    renew() {
      lock[Symbol.dispose]();
      lock = lockStore(path);
    },
    [Symbol.dispose]: () => lock[Symbol.dispose](),
  };
}

/**
 * Locks a store for this process until disposed, or until the process ends in any way: the kernel holds the lock.
 * Programs that only read, or record one acknowledgement, do not need it. Throws STORE_IN_USE, CONFIG_INVALID.
 */
export function lockStore(path: string): Disposable {
  requireNoFolder(path);
  prepareFile(`${path}.lock`, 'write');
  try {
    const lock = openDatabase(`${path}.lock`, { isReadOnly: false, busyTimeoutMs: 0, hasLog: false });
    try {
      lock.execute('BEGIN EXCLUSIVE');
      return lock;
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  } catch (error) {
    if (!isTaken(error)) throw error;
    throw new BonewatchError('STORE_IN_USE', `Another Bonewatch process uses ${path}.`, { cause: error });
  }
}

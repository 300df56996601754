import SqliteDatabase from 'better-sqlite3';
import { BonewatchError } from '../../contract/errors.ts';

/** A prepared statement. */
interface Statement<Parameters extends unknown[], Row> {
  /** Runs it; returns the number of changed rows. */
  run(...parameters: Parameters): number;
  get(...parameters: Parameters): Row | undefined;
  all(...parameters: Parameters): Row[];
}

/**
 * The database file. Failures of the disk or the file are STORE_FAILED, a write that another program prevents is
 * STORE_LOCKED; bugs in our own SQL are thrown unchanged.
 */
export interface Database extends Disposable {
  prepare<Parameters extends unknown[], Row = never>(sql: string): Statement<Parameters, Row>;
  execute(sql: string): void;
  pragma(name: string): unknown;
  /** A transaction that takes the write lock at its start; inside another transaction it is a savepoint. */
  transact<Result>(work: () => Result): Result;
  /**
   * For writes that a restart resets anyway: they survive the process but are not flushed to the disk.
   * Has no effect inside a transaction.
   */
  withoutFlush<Result>(work: () => Result): Result;
  /** Whether another connection holds the write lock at this moment; never waits. */
  isWriteLocked(): boolean;
}

export interface DatabaseOptions {
  readonly isReadOnly: boolean;
  /**
   * Milliseconds to wait for another connection's write. SQLite blocks the thread meanwhile, so that a write that waited
   * in vain is not waited for again: until one succeeds, the next ones fail at once.
   */
  readonly busyTimeoutMs: number;
  /** Another connection checkpoints the write-ahead log; this one never does. Default: this one. */
  readonly isCheckpointedElsewhere?: boolean;
  /** False for a file that is only locked, never written: it has no write-ahead log. */
  readonly hasLog?: boolean;
}

/** Errors caused by the disk, the file or another process; any other SQLite error is a bug. */
const WORLD_ERRORS =
  /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CORRUPT|NOTADB|CANTOPEN|PERM|AUTH|NOMEM|PROTOCOL|NOLFS|TOOBIG)/;

/** SQLite's codes for a corrupt file. */
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB)/;
/** After a checkpoint, a write-ahead log that a burst has grown is truncated to this size. */
const MAX_LOG_BYTES = 32 * 1024 ** 2;

/** Opens a SQLite file in WAL mode; every commit is on the disk before it returns. Throws STORE_FAILED, STORE_LOCKED. */
export function openDatabase(path: string, options: DatabaseOptions): Database {
  const sqlite = guarded('open', () => openFile(path, options));
  const patience = createPatience(sqlite, options.busyTimeoutMs);
  return {
    prepare<Parameters extends unknown[], Row>(sql: string) {
      return prepareGuarded<Parameters, Row>({ sqlite, patience }, sql);
    },
    execute: (sql) => guarded('run', () => void sqlite.exec(sql)),
    pragma: (name) => guarded('read', () => sqlite.pragma(name, { simple: true })),
    transact(work) {
      return patience.write(() => guarded('write', () => sqlite.transaction(work).immediate()));
    },
    withoutFlush(work) {
      if (sqlite.inTransaction) return work();
      sqlite.pragma('synchronous = NORMAL');
      try {
        return work();
      } finally {
        sqlite.pragma('synchronous = FULL');
      }
    },
    isWriteLocked: () => patience.isWriteLocked(),
    [Symbol.dispose]: () => guarded('close', () => void sqlite.close()),
  };
}

/** How long writes wait for the lock of another connection: not at all while one has waited in vain. */
interface Patience {
  write<Result>(work: () => Result): Result;
  isWriteLocked(): boolean;
}

function createPatience(sqlite: SqliteDatabase.Database, busyTimeoutMs: number): Patience {
  let isLocked = false;
  const setLocked = (next: boolean): void => {
    if (next === isLocked) return;
    isLocked = next;
    sqlite.pragma(`busy_timeout = ${next ? 0 : busyTimeoutMs}`);
  };
  return {
    write(work) {
      try {
        const result = work();
        setLocked(false);
        return result;
      } catch (error) {
        if (isTaken(error)) setLocked(true);
        throw error;
      }
    },
    isWriteLocked() {
      if (sqlite.inTransaction) return false;
      setLocked(true);
      try {
        guarded('write', () => sqlite.transaction(() => undefined).immediate());
        setLocked(false);
        return false;
      } catch (error) {
        if (isTaken(error)) return true;
        throw error;
      }
    },
  };
}

/** Whether a failure means that the file itself is damaged, so that a retry does not help. */
export function isDamage(error: unknown): boolean {
  return DAMAGE.test(sqliteCode(error));
}

/** Whether a failure means that another connection holds the file. */
export function isTaken(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(sqliteCode(error));
}

function sqliteCode(error: unknown): string {
  const cause = error instanceof BonewatchError ? error.cause : error;
  return cause instanceof SqliteDatabase.SqliteError ? cause.code : '';
}

function openFile(path: string, options: DatabaseOptions): SqliteDatabase.Database {
  const { isReadOnly, busyTimeoutMs, isCheckpointedElsewhere = false, hasLog = true } = options;
  const sqlite = new SqliteDatabase(path, {
    readonly: isReadOnly,
    fileMustExist: isReadOnly,
    timeout: busyTimeoutMs,
  });
  try {
    if (!isReadOnly && hasLog) sqlite.pragma('journal_mode = WAL');
    sqlite.pragma(`journal_size_limit = ${MAX_LOG_BYTES}`);
    if (isCheckpointedElsewhere) sqlite.pragma('wal_autocheckpoint = 0');
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma('trusted_schema = OFF');
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

interface Connection {
  readonly sqlite: SqliteDatabase.Database;
  readonly patience: Patience;
}

function prepareGuarded<Parameters extends unknown[], Row>(
  { sqlite, patience }: Connection,
  sql: string,
): Statement<Parameters, Row> {
  const statement = guarded('prepare', () => sqlite.prepare<Parameters, Row>(sql));
  const { readonly: isReader } = statement;
  const guardedAs = <Result>(operation: string, work: () => Result): Result =>
    isReader ? guarded(operation, work) : patience.write(() => guarded(operation, work));
  return {
    run: (...parameters) => guardedAs('write', () => statement.run(...parameters).changes),
    get: (...parameters) => guardedAs('read', () => statement.get(...parameters)),
    all: (...parameters) => guardedAs('read', () => statement.all(...parameters)),
  };
}

function guarded<Result>(operation: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SqliteDatabase.SqliteError) || !WORLD_ERRORS.test(error.code)) throw error;
    if (isTaken(error)) {
      const message = `Another program holds the database (${error.code}).`;
      throw new BonewatchError('STORE_LOCKED', message, { cause: error });
    }
    const message = `The database failed to ${operation} (${error.code}).`;
    throw new BonewatchError('STORE_FAILED', message, { cause: error });
  }
}

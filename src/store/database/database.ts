import SqliteDatabase from 'better-sqlite3';
import { BonewatchError, isBonewatchError } from '../../contract/errors.ts';

/** A prepared statement. */
interface Statement<Parameters extends unknown[], Row> {
  /** Runs it; returns the number of changed rows. */
  run(...parameters: Parameters): number;
  get(...parameters: Parameters): Row | undefined;
  all(...parameters: Parameters): Row[];
}

/** The database file. Failures of the disk or the file are STORE_FAILED; bugs in our own SQL are thrown unchanged. */
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
}

export interface DatabaseOptions {
  readonly isReadOnly: boolean;
  /** Milliseconds to wait for another process's write. */
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

/** Opens a SQLite file in WAL mode; every commit is on the disk before it returns. Throws STORE_FAILED. */
export function openDatabase(path: string, options: DatabaseOptions): Database {
  const sqlite = guarded('open', () => openFile(path, options));
  return {
    prepare<Parameters extends unknown[], Row>(sql: string) {
      return prepareGuarded<Parameters, Row>(sqlite, sql);
    },
    execute: (sql) => guarded('run', () => void sqlite.exec(sql)),
    pragma: (name) => guarded('read', () => sqlite.pragma(name, { simple: true })),
    transact(work) {
      return guarded('write', () => sqlite.transaction(work).immediate());
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
    [Symbol.dispose]: () => guarded('close', () => void sqlite.close()),
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
  const cause = isBonewatchError(error, 'STORE_FAILED') ? error.cause : error;
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

function prepareGuarded<Parameters extends unknown[], Row>(
  sqlite: SqliteDatabase.Database,
  sql: string,
): Statement<Parameters, Row> {
  const statement = guarded('prepare', () => sqlite.prepare<Parameters, Row>(sql));
  return {
    run: (...parameters) => guarded('write', () => statement.run(...parameters).changes),
    get: (...parameters) => guarded('read', () => statement.get(...parameters)),
    all: (...parameters) => guarded('read', () => statement.all(...parameters)),
  };
}

function guarded<Result>(operation: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SqliteDatabase.SqliteError) || !WORLD_ERRORS.test(error.code)) throw error;
    const message = `The database failed to ${operation} (${error.code}).`;
    throw new BonewatchError('STORE_FAILED', message, { cause: error });
  }
}

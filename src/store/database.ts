import SqliteDatabase from 'better-sqlite3';
import { BonewatchError } from '../errors.ts';

/** One prepared statement; prepared once, run many times. */
interface Statement<Parameters extends unknown[], Row> {
  /** Runs it; the number of rows it changed. */
  run(...parameters: Parameters): number;
  get(...parameters: Parameters): Row | undefined;
  all(...parameters: Parameters): Row[];
}

/** The database file, with the failures of the world told apart from mistakes in our own SQL. */
export interface Database extends Disposable {
  prepare<Parameters extends unknown[], Row = never>(sql: string): Statement<Parameters, Row>;
  execute(sql: string): void;
  pragma(name: string): unknown;
  /** All or nothing, with the write lock from the start; inside another transaction it is a savepoint. */
  transact<Result>(work: () => Result): Result;
  /**
   * For steps that a restart undoes anyway: they survive the process but are not flushed to the disk.
   * Inside a transaction it changes nothing.
   */
  withoutFlush<Result>(work: () => Result): Result;
}

export interface DatabaseOptions {
  readonly isReadOnly: boolean;
  /** Milliseconds to wait for another process's write. */
  readonly busyTimeoutMs: number;
}

/** What the disk, the file or another process did; any other SQLite error is a mistake of ours. */
const WORLD_ERRORS =
  /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CORRUPT|NOTADB|CANTOPEN|PERM|AUTH|NOMEM|PROTOCOL|NOLFS|TOOBIG)/;

/** Opens a SQLite file in WAL mode with every commit on the disk before it returns. Throws STORE_FAILED. */
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

function openFile(path: string, { isReadOnly, busyTimeoutMs }: DatabaseOptions): SqliteDatabase.Database {
  const sqlite = new SqliteDatabase(path, {
    readonly: isReadOnly,
    fileMustExist: isReadOnly,
    timeout: busyTimeoutMs,
  });
  try {
    if (!isReadOnly) sqlite.pragma('journal_mode = WAL');
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
    const message = `The database refused to ${operation} (${error.code}).`;
    throw new BonewatchError('STORE_FAILED', message, { cause: error });
  }
}

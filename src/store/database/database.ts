import SqliteDatabase from 'better-sqlite3';
import { BonewatchError } from '../../contract/errors.ts';
import { createPatience, type Patience } from './patience.ts';
import { guarded } from './sqlite-errors.ts';

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
  /**
   * Copies the open database to a file in small steps, also if its own file has lost its name. When the promise
   * resolves, nothing was written that the copy lacks. Throws STORE_FAILED.
   */
  copyTo(path: string): Promise<void>;
  /** Closes the file, runs `exchange`, and opens the file that is at the path then. */
  reopen(exchange: () => void): void;
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

/** After a checkpoint, a write-ahead log that a burst has grown is truncated to this size. */
const MAX_LOG_BYTES = 32 * 1024 ** 2;

/** Opens a SQLite file in WAL mode; every commit is on the disk before it returns. Throws STORE_FAILED, STORE_LOCKED. */
export function openDatabase(path: string, options: DatabaseOptions): Database {
  const connection = openConnection(path, options);
  const { current, patience } = connection;
  return {
    prepare<Parameters extends unknown[], Row>(sql: string) {
      return prepareGuarded<Parameters, Row>(connection, sql);
    },
    execute: (sql) => guarded('run', () => void current().exec(sql)),
    pragma: (name) => guarded('read', () => current().pragma(name, { simple: true })),
    transact(work) {
      return patience.write(() => guarded('write', () => current().transaction(work).immediate()));
    },
    withoutFlush(work) {
      const sqlite = current();
      if (sqlite.inTransaction) return work();
      sqlite.pragma('synchronous = NORMAL');
      try {
        return work();
      } finally {
        sqlite.pragma('synchronous = FULL');
      }
    },
    isWriteLocked: () => patience.isWriteLocked(),
    copyTo: (target) => copyTo(current(), target),
    reopen: connection.reopen,
    [Symbol.dispose]: () => guarded('close', () => void current().close()),
  };
}

/** The open file; statements belong to one generation of it. */
interface Connection {
  readonly current: () => SqliteDatabase.Database;
  readonly generation: () => number;
  readonly patience: Patience;
  readonly reopen: Database['reopen'];
}

function openConnection(path: string, options: DatabaseOptions): Connection {
  let sqlite = guarded('open', () => openFile(path, options));
  let generation = 0;
  const current = (): SqliteDatabase.Database => sqlite;
  return {
    current,
    generation: () => generation,
    patience: createPatience(current, options.busyTimeoutMs),
    reopen(exchange) {
      guarded('close', () => void sqlite.close());
      exchange();
      sqlite = guarded('open', () => openFile(path, options));
      generation += 1;
    },
  };
}

async function copyTo(sqlite: SqliteDatabase.Database, target: string): Promise<void> {
  try {
    await sqlite.backup(target);
  } catch (cause) {
    throw new BonewatchError('STORE_FAILED', `The database could not be copied to ${target}.`, { cause });
  }
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
  { current, generation, patience }: Connection,
  sql: string,
): Statement<Parameters, Row> {
  const prepare = () => guarded('prepare', () => current().prepare<Parameters, Row>(sql));
  let statement = prepare();
  let preparedFor = generation();
  const inTime = (): typeof statement => {
    if (preparedFor !== generation()) statement = prepare();
    preparedFor = generation();
    return statement;
  };
  const { readonly: isReader } = statement;
  const guardedAs = <Result>(operation: string, work: () => Result): Result =>
    isReader ? guarded(operation, work) : patience.write(() => guarded(operation, work));
  return {
    run: (...parameters) => guardedAs('write', () => inTime().run(...parameters).changes),
    get: (...parameters) => guardedAs('read', () => inTime().get(...parameters)),
    all: (...parameters) => guardedAs('read', () => inTime().all(...parameters)),
  };
}

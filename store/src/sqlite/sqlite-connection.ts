// One SQLite database file, opened for this process alone. Write-ahead log without shared memory (exclusive locking):
// a second server on the same file is refused at once instead of running the same jobs twice, and commits are cheap.
// The binding is synchronous, so a transaction can never interleave with another caller's statements.
//
// What survives: after a commit, a crash or kill of the process always loses nothing. With `synchronous: 'normal'` a
// power loss or kernel crash may lose the last commits (never the consistency of the file); with `'full'` it loses nothing,
// at the price of one disk flush per commit.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { StoreError } from '../errors.ts';
import { throwAsStoreError } from './sqlite-errors.ts';

export interface SqliteOptions {
  /** Database file; it and its folder are created when missing. */
  readonly path: string;
  /** Default `'normal'`. */
  readonly synchronous?: 'normal' | 'full';
  /** How long to wait for another process to let go of the file, for restarts that overlap. Default 1000. */
  readonly lockTimeoutMs?: number;
}

export type SqliteValue = string | number | null;

export interface SqliteStatement<Row> {
  /** Number of rows that the statement changed, and the id of the last inserted one. */
  run(values?: readonly SqliteValue[]): { readonly changes: number; readonly lastInsertRowid: number };
  get(values?: readonly SqliteValue[]): Row | undefined;
  all(values?: readonly SqliteValue[]): Row[];
}

export class SqliteConnection {
  readonly path: string;
  readonly #database: Database.Database;
  readonly #begin: SqliteStatement<never>;
  readonly #commit: SqliteStatement<never>;
  readonly #rollback: SqliteStatement<never>;
  #isOpen = true;

  constructor(options: SqliteOptions) {
    this.path = options.path;
    this.#database = openFile(options);
    this.#begin = this.prepare('BEGIN IMMEDIATE');
    this.#commit = this.prepare('COMMIT');
    this.#rollback = this.prepare('ROLLBACK');
  }

  /** Statements are compiled once and kept; a statement of a closed connection throws STORE_CLOSED. */
  prepare<Row>(sql: string): SqliteStatement<Row> {
    this.#checkOpen();
    const statement = this.#guard(() => this.#database.prepare(sql));
    const call =
      <T>(work: (values: readonly SqliteValue[]) => T) =>
      (values: readonly SqliteValue[] = []): T => {
        this.#checkOpen();
        return this.#guard(() => work(values));
      };
    return {
      run: call(values => statement.run(values) as { changes: number; lastInsertRowid: number }),
      get: call(values => statement.get(values) as Row | undefined),
      all: call(values => statement.all(values) as Row[]),
    };
  }

  exec(sql: string): void {
    this.#checkOpen();
    this.#guard(() => this.#database.exec(sql));
  }

  /** Runs `work` so that all of its statements take effect, or none. Not re-entrant. */
  transaction<T>(work: () => T): T {
    this.#begin.run();
    try {
      const result = work();
      this.#commit.run();
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.#rollback.run();
      throw error;
    }
  }

  /** Merges the log into the file and lets go of it. Idempotent. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#guard(() => release(this.#database));
  }

  #checkOpen(): void {
    if (!this.#isOpen) throw new StoreError('STORE_CLOSED', { what: `database "${this.path}"` });
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      return throwAsStoreError(error, this.path);
    }
  }
}

function openFile(options: SqliteOptions): Database.Database {
  let database: Database.Database | undefined;
  try {
    mkdirSync(dirname(options.path), { recursive: true });
    // Jobs may carry secrets until they end: a new file is for its owner only.
    closeSync(openSync(options.path, 'a', 0o600));
    database = new Database(options.path, { timeout: options.lockTimeoutMs ?? 1000 });
    configure(database, options.synchronous ?? 'normal');
    return database;
  } catch (error) {
    database?.close();
    if (isPermissionError(error)) {
      throw new StoreError('DATABASE_READONLY', { path: options.path, reason: error.code }, { cause: error });
    }
    if (isSystemError(error)) {
      throw new StoreError('DATABASE_UNAVAILABLE', { path: options.path, reason: error.code }, { cause: error });
    }
    return throwAsStoreError(error, options.path);
  }
}

function configure(database: Database.Database, synchronous: 'normal' | 'full'): void {
  const pragma = (text: string) => database.prepare(`PRAGMA ${text}`).all([]);
  pragma('locking_mode = EXCLUSIVE');
  pragma('auto_vacuum = INCREMENTAL'); // only has an effect on a file that is still empty
  pragma('journal_mode = WAL');
  pragma(`synchronous = ${synchronous}`);
  pragma('foreign_keys = ON');
  pragma('secure_delete = FAST'); // the secrets of a finished job are overwritten, not only unlinked
  pragma('cache_size = -8000'); // KiB
  pragma('wal_autocheckpoint = 4000'); // pages; each time the disk is flushed, and pages that changed often are written once
  pragma('journal_size_limit = 33554432'); // bytes
  // Takes the lock now, so that a second process fails here and not at its first job.
  database.exec('BEGIN IMMEDIATE');
  database.exec('COMMIT');
}

/**
 * The binding keeps the file open until the garbage collector has found every statement, so the locks are given up by
 * hand: leaving write-ahead mode first is what lets exclusive locking end.
 */
function release(database: Database.Database): void {
  try {
    database.prepare('PRAGMA journal_mode = DELETE').all([]);
    database.prepare('PRAGMA locking_mode = NORMAL').all([]);
    database.prepare('SELECT count(*) FROM sqlite_schema').all([]);
  } finally {
    database.close();
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function isPermissionError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return isSystemError(error) && ['EACCES', 'EPERM', 'EROFS'].includes(error.code);
}

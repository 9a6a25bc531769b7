import { mkdtemp, open as openFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteJobStore } from '../src/index.ts';
import { migrate } from '../src/sqlite/migrations.ts';
import { SqliteConnection } from '../src/sqlite/sqlite-connection.ts';
import { idsOf, jobResult, newJob } from './conformance/job-fixtures.ts';
import { describeJobStore } from './job-store-conformance.ts';

describeJobStore('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'snug-jobs-'));
  const path = join(folder, 'user', 'snug.db');
  return {
    open: options => openSqliteJobStore({ path, ...options }),
    crashTarget: { module: new URL('sqlite-crash-target.ts', import.meta.url), argument: path },
    dispose: () => rm(folder, { recursive: true }),
  };
});

describe('SQLite job database', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snug-jobs-'));
    path = join(folder, 'snug.db');
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function createDatabase(): Promise<void> {
    const store = await openSqliteJobStore({ path });
    await store.submit(newJob('a'));
    await store.close();
  }

  async function overwrite(position: number, bytes: Uint8Array): Promise<void> {
    const file = await openFile(path, 'r+');
    await file.write(bytes, 0, bytes.length, position);
    await file.close();
  }

  it('creates missing folders and a file that only its owner can read', async () => {
    path = join(folder, 'deep', 'er', 'snug.db');
    await createDatabase();
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it('leaves a single file behind when it is closed', async () => {
    await createDatabase();
    expect(await readdir(folder)).toEqual(['snug.db']);
  });

  it('keeps no secret of a finished job in the file', async () => {
    const store = await openSqliteJobStore({ path });
    await store.submit(newJob('a', { sensitiveJson: '{"token":"very-secret-4711"}' }));
    await store.claim('w');
    await store.finish('a', jobResult());
    await store.close();
    expect((await readFile(path)).includes('very-secret-4711')).toBe(false);
  });

  it('is durable against power loss when it is told to', async () => {
    const store = await openSqliteJobStore({ path, synchronous: 'full' });
    await store.submit(newJob('a'));
    expect(idsOf(await store.pending())).toEqual(['a']);
    await store.close();
  });

  it('is refused to a second owner at once, and free again after close', async () => {
    const first = await openSqliteJobStore({ path });
    await first.submit(newJob('a'));
    await expect(openSqliteJobStore({ path, lockTimeoutMs: 0 })).rejects.toMatchObject({
      code: 'DATABASE_LOCKED',
      message: expect.stringContaining('in use by another process'),
    });
    await first.submit(newJob('b'));
    await first.close();
    const second = await openSqliteJobStore({ path, lockTimeoutMs: 0 });
    expect(idsOf(await second.pending())).toEqual(['a', 'b']);
    await second.close();
  });

  it('says that a file is no database', async () => {
    await writeFile(path, 'this is a text file, not a database. '.repeat(100));
    await expect(openSqliteJobStore({ path })).rejects.toMatchObject({
      code: 'DATABASE_CORRUPT',
      message: expect.stringContaining(path),
    });
  });

  it('says that a database is damaged', async () => {
    await createDatabase();
    await overwrite(100, new Uint8Array(3996).fill(0x5a));
    await expect(openSqliteJobStore({ path })).rejects.toMatchObject({ code: 'DATABASE_CORRUPT' });
  });

  it('says when damage shows only while it is used', async () => {
    await createDatabase();
    const { size } = await stat(path);
    await overwrite(8192, new Uint8Array(size - 8192).fill(0x5a));
    const use = async () => {
      const store = await openSqliteJobStore({ path });
      try {
        await store.pending();
      } finally {
        await store.close();
      }
    };
    await expect(use()).rejects.toMatchObject({ code: 'DATABASE_CORRUPT' });
  });

  it('says that a database cannot be written', async () => {
    await createDatabase();
    // Write version above 2 in the header: SQLite opens such a file for reading only, also for root.
    await overwrite(18, Uint8Array.of(3, 1));
    await expect(openSqliteJobStore({ path })).rejects.toMatchObject({ code: 'DATABASE_READONLY' });
  });

  it('says that the path cannot be opened', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(openSqliteJobStore({ path: folder })).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(openSqliteJobStore({ path: join(folder, 'file', 'snug.db') })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
  });

  it('refuses the database of a newer version and leaves it as it is', async () => {
    await createDatabase();
    const database = new Database(path);
    database.exec('PRAGMA user_version = 999');
    database.close();
    await expect(openSqliteJobStore({ path })).rejects.toMatchObject({
      code: 'DATABASE_TOO_NEW',
      message: expect.stringContaining('schema 999'),
    });
  });

  it('refuses the database of another program', async () => {
    const database = new Database(path);
    database.exec('CREATE TABLE recipes (name TEXT)');
    database.close();
    await expect(openSqliteJobStore({ path })).rejects.toMatchObject({ code: 'DATABASE_FOREIGN' });
  });

  it('survives a listener that throws', async () => {
    const errors: unknown[] = [];
    const store = await openSqliteJobStore({ path, onListenerError: error => errors.push(error) });
    const failure = new Error('listener');
    store.onSubmitted(() => {
      throw failure;
    });
    await store.submit(newJob('a'));
    expect(errors).toEqual([failure]);
    expect(await store.remaining()).toBe(1);
    await store.close();
  });

  it('gives space back when the history is cleared', async () => {
    const store = await openSqliteJobStore({ path });
    for (let i = 0; i < 50; i++) {
      await store.submit(newJob(`p${i}`, { promptJson: JSON.stringify('x'.repeat(20_000)) }));
      await store.claim('w');
      await store.finish(`p${i}`, jobResult());
    }
    await store.clearHistory();
    await store.close();
    expect((await stat(path)).size).toBeLessThan(200_000);
  });
});

describe('migrations', () => {
  let folder: string;
  let connection: SqliteConnection;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snug-migrate-'));
    connection = new SqliteConnection({ path: join(folder, 'a.db') });
  });
  afterEach(async () => {
    connection.close();
    await rm(folder, { recursive: true });
  });

  it('are applied once, in order, from where the file stands', () => {
    migrate(connection, ['CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)']);
    migrate(connection, ['CREATE TABLE t (a INTEGER)', 'ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 2']);
    migrate(connection, ['CREATE TABLE t (a INTEGER)', 'ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 2']);
    expect(connection.prepare('SELECT * FROM t').all()).toEqual([{ a: 1, b: 2 }]);
  });

  it('leave no half of a failed step behind', () => {
    expect(() =>
      migrate(connection, ['CREATE TABLE t (a INTEGER)', 'CREATE TABLE u (a); INSERT INTO nope VALUES (1)']),
    ).toThrow(expect.objectContaining({ code: 'DATABASE_FAILED' }));
    expect(() => connection.prepare('SELECT * FROM u')).toThrow('no such table');
    expect(connection.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 1 });
  });
});

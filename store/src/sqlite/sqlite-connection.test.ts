import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteConnection } from './sqlite-connection.ts';

describe('SqliteConnection', () => {
  let folder: string;
  let connection: SqliteConnection;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snug-sqlite-'));
    connection = new SqliteConnection({ path: join(folder, 'a.db') });
    connection.exec('CREATE TABLE t (a)');
  });
  afterEach(async () => {
    connection.close();
    await rm(folder, { recursive: true });
  });

  function rows(): unknown[] {
    return connection.prepare('SELECT a FROM t').all();
  }

  it('undoes all statements of a transaction that throws, and goes on working', () => {
    const insert = connection.prepare('INSERT INTO t VALUES (?)');
    const failure = new Error('changed my mind');
    expect(() =>
      connection.transaction(() => {
        insert.run([1]);
        throw failure;
      }),
    ).toThrow(failure);
    connection.transaction(() => insert.run([2]));
    expect(rows()).toEqual([{ a: 2 }]);
  });

  it('says that no space is left, keeps what there was and recovers', () => {
    connection.prepare('PRAGMA max_page_count = 4').all();
    const insert = connection.prepare('INSERT INTO t VALUES (?)');
    insert.run(['small']);
    expect(() => connection.transaction(() => insert.run(['x'.repeat(100_000)]))).toThrow(
      expect.objectContaining({ code: 'DATABASE_DISK_FULL' }),
    );
    expect(rows()).toEqual([{ a: 'small' }]);
    connection.prepare('PRAGMA max_page_count = 1000').all();
    insert.run(['x'.repeat(100_000)]);
    expect(rows()).toHaveLength(2);
  });

  it('keeps the original error as the cause', () => {
    expect(() => connection.exec('SELECT nonsense FROM nowhere')).toThrow(
      expect.objectContaining({
        code: 'DATABASE_FAILED',
        message: expect.stringContaining('no such table: nowhere'),
        cause: expect.objectContaining({ name: 'SqliteError' }),
      }),
    );
  });

  it('refuses statements after it was closed', () => {
    const select = connection.prepare('SELECT a FROM t');
    connection.close();
    connection.close();
    expect(() => select.all()).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }));
    expect(() => connection.prepare('SELECT 1')).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }));
  });
});

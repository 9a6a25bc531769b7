// A database that an earlier version wrote opens with everything in it, and its jobs are in the lists like new ones.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type JobListQuery, openSqliteJobStore } from '../src/index.ts';
import { MIGRATIONS, migrate } from '../src/sqlite/migrations.ts';
import { SqliteConnection } from '../src/sqlite/sqlite-connection.ts';
import { drain, idsOf } from './conformance/job-fixtures.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-old-'));
  path = join(folder, 'snug.db');
});
afterEach(() => rm(folder, { recursive: true }));

const messages = (last: string): string =>
  `[["execution_start",{"timestamp":1000}],["execution_cached",{"nodes":[]}],["${last}",{"timestamp":4000,"x":NaN}]]`;

/** Writes what version 1 of the layout held: jobs in every state. */
function writeVersion1(): void {
  const connection = new SqliteConnection({ path });
  migrate(connection, MIGRATIONS.slice(0, 1));
  const insertJob = connection.prepare(
    `INSERT INTO jobs (seq, prompt_id, state, number, number_is_float, outputs_to_execute_json, created_at_ms, size_bytes,
       status_str, finished_at_ms, finish_seq) VALUES (?, ?, ?, ?, 0, '["9"]', ?, 100, ?, ?, ?)`,
  );
  const insertDocuments = connection.prepare('INSERT INTO job_documents VALUES (?, ?, ?)');
  const insertResult = connection.prepare('INSERT INTO job_results VALUES (?, ?, ?, ?)');
  const ends = ['execution_success', 'execution_error', 'execution_interrupted'];
  for (const [i, id] of ['done', 'failed', 'stopped', 'running', 'waiting'].entries()) {
    const last = ends[i];
    const result = last === undefined ? [null, null, null] : [i === 0 ? 'success' : 'error', 5000, i + 1];
    insertJob.run([i + 1, id, last !== undefined ? 2 : id === 'running' ? 1 : 0, i, 10 + i, ...result]);
    insertDocuments.run([i + 1, '{"1":{}}', `{"extra_pnginfo":{"workflow":{"id":"w${i % 2}","x":NaN}}}`]);
    if (last !== undefined) insertResult.run([i + 1, messages(last), '{}', '{}']);
  }
  connection.close();
}

it('opens, lists and goes on with the jobs of version 1', async () => {
  writeVersion1();
  const store = await openSqliteJobStore({ path });
  const list = async (query: JobListQuery): Promise<string[]> => {
    const ids: string[] = [];
    for await (const batch of (await store.list(query)).batches) ids.push(...batch.map(({ promptId }) => promptId));
    return ids;
  };
  expect(await list({})).toEqual(['done', 'failed', 'stopped', 'running', 'waiting']);
  expect(await list({ statuses: ['failed', 'pending'] })).toEqual(['failed', 'waiting']);
  expect(await list({ workflowId: 'w1' })).toEqual(['failed', 'running']);
  expect(await list({ sortBy: 'execution_duration', isDescending: true, limit: 1 })).toEqual(['stopped']);
  expect((await store.details('stopped'))?.status).toBe('cancelled');
  expect(idsOf(await store.history({}))).toEqual(['done', 'failed', 'stopped']);
  expect(await store.requeue()).toEqual(['running']);
  expect(await drain(store)).toEqual(['running', 'waiting']);
  expect(await list({ statuses: ['completed'] })).toEqual(['done', 'running', 'waiting']);
  await store.close();
});

it('is still of version 1 when the step to version 2 fails half-way', async () => {
  writeVersion1();
  const connection = new SqliteConnection({ path });
  const broken = (store: SqliteConnection): void => {
    const [, second] = MIGRATIONS;
    if (typeof second === 'function') second(store);
    throw new Error('power cut');
  };
  expect(() => migrate(connection, [MIGRATIONS[0] ?? '', broken])).toThrow('power cut');
  connection.close();
  const store = await openSqliteJobStore({ path });
  expect(idsOf(await store.pending())).toEqual(['waiting']);
  await store.close();
});

// What the host says of its worker process, for health checks and metrics.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createHostBench } from './host-bench.ts';

it('is starting, then ready with the memory of the child, then stopped', async () => {
  const bench = await createHostBench();
  expect(await bench.host.health()).toEqual({ state: 'starting', reason: 'it is starting', restarts: 0 });
  await bench.host.start();
  await bench.host.ready();
  expect(await bench.host.health()).toEqual({ state: 'ready', reason: null, restarts: 0 });
  const { residentBytes, privateBytes } = await bench.host.memory();
  expect(residentBytes).toBeGreaterThan(1e6);
  expect(privateBytes).toBeGreaterThan(0);
  await bench.close();
  expect(await bench.host.health()).toMatchObject({ state: 'stopped' });
});

it('is failing, with a reason, when no child can be started', async () => {
  const probe = await createHostBench();
  const childModulePath = join(probe.folder, 'broken.mjs');
  await writeFile(childModulePath, 'process.exit(7);');
  const bench = await createHostBench({ childModulePath, failuresUntilUnavailable: 2 });
  await bench.host.start();
  await vi.waitFor(async () => expect((await bench.host.health()).state).toBe('failing'), { timeout: 20_000 });
  const { reason, restarts } = await bench.host.health();
  expect(reason).toMatch(/the last one ended at start: exit code 7/);
  expect(restarts).toBeGreaterThanOrEqual(1);
  await bench.close();
  await probe.close();
});

// Children that die, and hosts that survive it.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHostBench, type HostBench, promptOf, troublePack } from './host-bench.ts';

const show = (source: string) => ({ class_type: 'TroubleShow', inputs: { value: [source, 0] } });
const number = { class_type: 'TroubleNumber', inputs: { value: 5 } };

describe('a child that dies while it runs a prompt', () => {
  let bench: HostBench;
  beforeAll(async () => {
    bench = await createHostBench();
    await bench.host.start();
  });
  afterAll(() => bench.close());

  it('fails that prompt with the node, the way it ended and its last words, keeping what was shown before', async () => {
    const prompt = {
      7: number,
      1: { class_type: 'TroubleExit', inputs: { value: ['7', 0] } },
      2: show('7'),
      3: show('1'),
    };
    await bench.submit('exits', prompt, ['2', '3']);
    const { result } = await bench.finished('exits');
    const messages = JSON.parse(result.messagesJson);
    expect(messages.map(([type]: [string]) => type)).toEqual([
      'execution_start',
      'execution_cached',
      'execution_error',
    ]);
    expect(messages.at(-1)[1]).toMatchObject({
      node_id: '1',
      node_type: 'TroubleExit',
      exception_type: 'WorkerProcessDied',
      exception_message: expect.stringMatching(/exit code 7.*\n.*about to leave\n$/s),
      traceback: ['about to leave'],
    });
    expect(Object.keys(JSON.parse(result.outputsJson))).toEqual(['2']);
    const told = bench.runEvents('exits').at(-3);
    expect(typeof told === 'object' && told.type).toBe('execution_error');
  });

  it('names the node even when the child could not say a word any more', async () => {
    const kill = { class_type: 'TroubleKill', inputs: { value: ['7', 0] } };
    await bench.submit('killed', { 7: number, 1: kill, 3: show('1') }, ['3']);
    const { result } = await bench.finished('killed');
    expect(JSON.parse(result.messagesJson).at(-1)[1]).toMatchObject({
      node_id: '1',
      node_type: 'TroubleKill',
      exception_message: expect.stringContaining('out of memory'),
    });
  });

  it('is replaced, and the next prompts run in the new one', async () => {
    const pidOf = async (id: string): Promise<number> => {
      await bench.submit(id, { 1: number, 3: { ...show('1'), inputs: { value: ['1', 0], text: id } } }, ['3']);
      return JSON.parse((await bench.finished(id)).result.outputsJson)['3'].shown[2];
    };
    const before = await pidOf('before');
    await bench.submit('dies', { 1: { class_type: 'TroubleKill', inputs: {} }, 3: show('1') }, ['3']);
    await bench.submit('waits', { 1: number, 3: show('1') }, ['3']);
    expect((await bench.finished('dies')).result.statusStr).toBe('error');
    expect((await bench.finished('waits')).result.statusStr).toBe('success');
    expect(await pidOf('after')).not.toBe(before);
  });

  it('keeps nobody waiting for ever who asked it something', async () => {
    await bench.submit('dies-again', { 1: { class_type: 'TroubleKill', inputs: {} }, 3: show('1') }, ['3']);
    const info = await bench.host.objectInfo();
    expect(info.json).toContain('"TroubleShow"');
    const outcome = await bench.host.validate(promptOf({ 1: number, 3: show('1') }), { targets: null });
    expect(outcome.ok).toBe(true);
    await bench.finished('dies-again');
  });
});

/** The log line of a child that ended too early. */
const restart = (failures: number, waitMs: number) =>
  expect.objectContaining({ level: 'error', fields: expect.objectContaining({ failures, waitMs }) });

describe('a child that cannot start', () => {
  const brokenProgram = async (folder: string): Promise<string> => {
    const path = join(folder, 'broken.mjs');
    await writeFile(path, 'console.error("library missing"); process.exit(3);');
    return path;
  };

  it('makes requests fail with the reason instead of hanging, and leaves jobs in the queue', async () => {
    const probe = await createHostBench();
    const childModulePath = await brokenProgram(probe.folder);
    const bench = await createHostBench({ childModulePath, failuresUntilUnavailable: 2 });
    await bench.submit('patient', { 1: number, 3: show('1') }, ['3']);
    await bench.host.start();
    const outcome = await bench.host.validate(promptOf({ 1: number }), { targets: null });
    expect(outcome).toMatchObject({
      ok: false,
      error: { type: 'worker_unavailable', details: expect.stringContaining('library missing') },
    });
    await expect(bench.host.objectInfo()).rejects.toMatchObject({ code: 'CHILD_UNAVAILABLE', isTemporary: true });
    expect(bench.log.filter(line => line.level === 'error').length).toBeGreaterThanOrEqual(2);
    expect(await bench.jobs.remaining()).toBe(1);
    await bench.close();
    await probe.close();
  });

  it('is given up after its time to start, so that another can be tried', async () => {
    const probe = await createHostBench();
    const childModulePath = join(probe.folder, 'silent.mjs');
    await writeFile(childModulePath, 'setInterval(() => {}, 1000);');
    const bench = await createHostBench({ childModulePath, startLimitMs: 300, failuresUntilUnavailable: 1 });
    await bench.host.start();
    await expect(bench.host.stats()).rejects.toMatchObject({
      code: 'CHILD_UNAVAILABLE',
      message: expect.stringContaining('not ready within 300 ms'),
    });
    await bench.close();
    await probe.close();
  });

  it('is started ever more slowly when it keeps ending before it did any work', async () => {
    const probe = await createHostBench();
    const childModulePath = join(probe.folder, 'restless.mjs');
    const ready = '[{ type: "ready", catalogue: { version: 1, classes: [] } }]';
    await writeFile(childModulePath, `process.send(${ready}, () => process.exit(1));`);
    const bench = await createHostBench({ childModulePath });
    await bench.host.start();
    await vi.waitFor(() => expect(bench.log).toContainEqual(restart(2, 250)), { timeout: 20_000 });
    expect(bench.log).toContainEqual(restart(1, 0));
    await bench.close();
    await probe.close();
  });

  it('does not stop the host from being stopped', async () => {
    const probe = await createHostBench();
    const bench = await createHostBench({ childModulePath: await brokenProgram(probe.folder) });
    await bench.host.start();
    await bench.close();
    await expect(bench.host.ready()).rejects.toMatchObject({ code: 'HOST_STOPPED', isTemporary: true });
    await probe.close();
  });
});

describe('a node pack that cannot be loaded', () => {
  it('is reported and left out; all other nodes work', async () => {
    const bench = await createHostBench({
      extraPacks: ['file:///nowhere/pack.mjs', new URL('host-bench.ts', import.meta.url).href],
    });
    await bench.host.start();
    await bench.host.ready();
    expect((await bench.host.objectInfo()).json).toContain('"KSampler"');
    const complaints = bench.log.filter(({ message }) => message.includes('node pack')).map(({ message }) => message);
    expect(complaints).toHaveLength(2);
    expect(complaints[0]).toContain('file:///nowhere/pack.mjs');
    await bench.close();
  });

  it.each([
    ['ends the process', 'console.error("no licence"); process.exit(3);', /exit code 3; no licence/],
    ['never lets it get ready', 'await new Promise(() => {});', /not ready within/],
  ])('is left out by the next child when it %s', async (_, code, reason) => {
    const folder = await mkdtemp(join(tmpdir(), 'snug-fatal-'));
    const fatal = join(folder, 'fatal.mjs');
    await writeFile(fatal, code);
    const bench = await createHostBench({
      extraPacks: [pathToFileURL(fatal).href, troublePack],
      startLimitMs: 5_000,
    });
    await bench.host.start();
    await bench.host.ready();
    expect((await bench.host.objectInfo()).json).toContain('"TroubleExit"');
    const complaints = bench.log.filter(({ level }) => level === 'error').map(({ message }) => message);
    expect(complaints).toEqual([expect.stringMatching(reason)]);
    expect(complaints[0]).toContain('fatal.mjs');
    await bench.close();
  });
});

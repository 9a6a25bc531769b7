// The way of a prompt through host and child, on a real store and a real process.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHostBench, type HostBench, isEndMarker } from './host-bench.ts';

const picture = (color: number) => ({
  1: { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color } },
  2: { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
  3: { class_type: 'PreviewImage', inputs: { images: ['2', 0] } },
});

describe('running a prompt', () => {
  let bench: HostBench;
  beforeAll(async () => {
    bench = await createHostBench();
    await bench.host.start();
  });
  afterAll(() => bench.close());

  it('records the result, writes the files and tells all of it in the order that clients rely on', async () => {
    await bench.submit('first', picture(1), ['3']);
    const entry = await bench.finished('first');

    expect(entry.result.statusStr).toBe('success');
    const outputs = JSON.parse(entry.result.outputsJson);
    const [{ filename }] = outputs['3'].images;
    expect(existsSync(join(bench.folder, 'temp', filename))).toBe(true);
    expect(JSON.parse(entry.result.metaJson)).toEqual({
      3: { node_id: '3', display_node: '3', parent_node: null, real_node_id: '3' },
    });
    expect(JSON.parse(entry.result.messagesJson).map(([type]: [string]) => type)).toEqual([
      'execution_start',
      'execution_cached',
      'execution_success',
    ]);

    const told = bench
      .runEvents('first')
      .map(event => (typeof event === 'number' ? event : event.type))
      .filter(event => event !== 'progress_state');
    expect(told).toEqual([
      1,
      'execution_start',
      'execution_cached',
      'executing',
      'executing',
      'executing',
      'executed',
      'execution_success',
      0,
      'executing',
    ]);
    expect(bench.runEvents('first').at(-1)).toEqual({ type: 'executing', data: { node: null, prompt_id: 'first' } });
    expect(bench.events.every(event => event.kind === 'queue' || event.clientId === 'client')).toBe(true);
  });

  it('has the history entry on disk before it says that the run is over', async () => {
    // Asked for in the very moment in which the last event is published.
    const entry = bench.event(event => isEndMarker(event, 'durable')).then(() => bench.jobs.historyEntry('durable'));
    await bench.submit('durable', picture(2), ['3']);
    expect((await entry)?.result.statusStr).toBe('success');
  });

  it('runs waiting prompts one after the other, each after the end of the one before', async () => {
    const ids = ['a', 'b', 'c'];
    for (const [index, id] of ids.entries()) await bench.submit(id, picture(10 + index), ['3']);
    for (const id of ids) await bench.finished(id);
    const marks = bench.events.flatMap(event => {
      if (event.kind !== 'run' || !ids.includes(event.promptId)) return [];
      if (event.event.type === 'execution_start') return [`${event.promptId} starts`];
      return event.event.type === 'executing' && event.event.data.node === null ? [`${event.promptId} ends`] : [];
    });
    expect(marks).toEqual(ids.flatMap(id => [`${id} starts`, `${id} ends`]));
  });

  it('keeps numbers and key order on the way to a node and back', async () => {
    const promptJson =
      '{"10":{"class_type":"TroubleShow","inputs":{"value":["2",0],"text":"é"}},"2":{"class_type":"TroubleNumber","inputs":{"value":1.0}}}';
    await bench.jobs.submit({
      promptId: 'numbers',
      number: 100,
      numberIsFloat: false,
      clientId: null,
      promptJson,
      extraDataJson: '{}',
      sensitiveJson: null,
      outputsToExecute: ['10'],
      createdAtMs: 0,
    });
    const { result } = await bench.finished('numbers');
    expect(result.outputsJson).toContain('[1.0,"é",');
  });

  it('reports an error of a node as the run of it ends', async () => {
    await bench.submit('broken', { 1: { class_type: 'Nothing', inputs: {} } }, ['1']);
    const { result } = await bench.finished('broken');
    expect(result.statusStr).toBe('error');
    expect(result.messagesJson).toContain('execution_error');
  });

  it('tells what the child takes without loading what it does not need', async () => {
    const stats = await bench.host.stats();
    expect(stats.openSessions).toBe(0);
    expect(stats.privateBytes).toBeGreaterThan(1_000_000);
    expect(stats.privateBytes).toBeLessThanOrEqual(stats.rssBytes);
  });
});

describe('a host that starts', () => {
  it('runs again what was running when its predecessor died', async () => {
    const bench = await createHostBench();
    await bench.submit('left', picture(1), ['3']);
    await bench.submit('waiting', picture(2), ['3']);
    await bench.jobs.claim('worker-that-died');
    await bench.host.start();
    expect((await bench.finished('left')).attempts).toBe(2);
    expect((await bench.finished('waiting')).attempts).toBe(1);
    await bench.close();
  });

  it('fails a job that was running each time its server died, and goes on with the next', async () => {
    const bench = await createHostBench({ maxAttempts: 2 });
    await bench.submit('deadly', picture(1), ['3']);
    for (let attempt = 0; attempt < 2; attempt++) {
      await bench.jobs.claim('worker-that-died');
      await bench.jobs.requeue();
    }
    await bench.submit('next', picture(2), ['3']);
    await bench.host.start();
    const { result } = await bench.finished('deadly');
    const [[type, data]] = JSON.parse(result.messagesJson);
    expect(type).toBe('execution_error');
    expect(data).toMatchObject({
      exception_type: 'TooManyAttempts',
      exception_message: expect.stringContaining('2 times'),
    });
    expect((await bench.finished('next')).result.statusStr).toBe('success');
    await bench.close();
  });

  it('says that it is not built instead of failing later', async () => {
    const bench = await createHostBench({ childModulePath: '/nowhere/main.js' });
    await expect(bench.host.start()).rejects.toMatchObject({ code: 'CHILD_NOT_BUILT' });
    await bench.jobs.close();
  });
});

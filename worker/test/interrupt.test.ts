// Interrupting, freeing memory, and shutting down.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHostBench, type HostBench, isStartOf } from './host-bench.ts';

const number = { class_type: 'TroubleNumber', inputs: { value: 5 } };
const promptWith = (classType: string) => ({
  1: { class_type: classType, inputs: {} },
  3: { class_type: 'TroubleShow', inputs: { value: ['1', 0] } },
});
const quick = (text: string) => ({ 1: number, 3: { class_type: 'TroubleShow', inputs: { value: ['1', 0], text } } });

let bench: HostBench;
afterEach(() => bench.close());

/** Waits until a node of a run has started. */
const started = (promptId: string, node: string) => bench.event(event => isStartOf(event, promptId, node));

const lastMessageOf = async (promptId: string) =>
  JSON.parse((await bench.finished(promptId)).result.messagesJson).at(-1) as [string, Record<string, unknown>];

const pidOf = async (promptId: string): Promise<number> =>
  JSON.parse((await bench.finished(promptId)).result.outputsJson)['3'].shown[2];

describe('an interrupt', () => {
  beforeEach(async () => {
    bench = await createHostBench({ interruptGraceMs: 200 });
    await bench.host.start();
  });

  it('does nothing while nothing runs, or when another prompt was meant', async () => {
    expect(await bench.host.interrupt()).toBe(false);
    await bench.submit('waits', promptWith('TroubleWait'), ['3']);
    await started('waits', '1');
    expect(await bench.host.interrupt('another')).toBe(false);
    expect(await bench.host.interrupt('waits')).toBe(true);
    await bench.finished('waits');
    expect(await bench.host.interrupt('waits')).toBe(false);
  });

  it('ends the running prompt as interrupted and lets the child go on with the next one', async () => {
    await bench.submit('before', quick('before'), ['3']);
    await bench.submit('waits', promptWith('TroubleWait'), ['3']);
    await bench.submit('after', quick('after'), ['3']);
    await started('waits', '1');
    expect(await bench.host.interrupt()).toBe(true);
    const [type, data] = await lastMessageOf('waits');
    expect(type).toBe('execution_interrupted');
    expect(data).toMatchObject({ prompt_id: 'waits', node_id: '1', node_type: 'TroubleWait', executed: [] });
    expect((await bench.finished('waits')).result.statusStr).toBe('error');
    expect(await pidOf('after')).toBe(await pidOf('before'));
  });

  it.each(['TroubleIgnore', 'TroubleBlock'])(
    'gets rid of %s, which does not react, by a new child',
    async classType => {
      await bench.submit('before', quick('before'), ['3']);
      await bench.submit('stubborn', promptWith(classType), ['3']);
      await bench.submit('after', quick('after'), ['3']);
      await started('stubborn', '1');
      await bench.host.interrupt();
      const [type, data] = await lastMessageOf('stubborn');
      expect(type).toBe('execution_interrupted');
      expect(data).toMatchObject({ node_id: '1', node_type: classType });
      expect(await pidOf('after')).not.toBe(await pidOf('before'));
    },
  );
});

describe('freeing memory', () => {
  beforeEach(async () => {
    bench = await createHostBench();
    await bench.host.start();
    await bench.host.ready();
  });

  const cachedNodesOf = async (promptId: string): Promise<string[]> =>
    JSON.parse((await bench.finished(promptId)).result.messagesJson)[1][1].nodes;

  it('drops all results when asked to free memory, and none when asked to unload models', async () => {
    for (const id of ['first', 'second']) await bench.submit(id, quick('same'), ['3']);
    expect(await cachedNodesOf('second')).toEqual(['1', '3']);
    await bench.host.free({ unloadModels: true, freeMemory: false });
    await bench.submit('third', quick('same'), ['3']);
    expect(await cachedNodesOf('third')).toEqual(['1', '3']);
    await bench.host.free({ unloadModels: false, freeMemory: true });
    await bench.submit('fourth', quick('same'), ['3']);
    expect(await cachedNodesOf('fourth')).toEqual([]);
  });

  it('waits for the running prompt without keeping the caller', async () => {
    await bench.submit('first', quick('same'), ['3']);
    await bench.finished('first');
    await bench.submit('waits', promptWith('TroubleWait'), ['3']);
    await bench.submit('second', quick('same'), ['3']);
    await started('waits', '1');
    await bench.host.free({ unloadModels: false, freeMemory: true });
    await bench.host.interrupt();
    expect(await cachedNodesOf('second')).toEqual([]);
  });
});

describe('stopping a host', () => {
  beforeEach(async () => {
    bench = await createHostBench({ interruptGraceMs: 200 });
    await bench.host.start();
    await bench.host.ready();
  });

  it('lets the running prompt end and leaves the others in the queue', async () => {
    await bench.submit('runs', quick('runs'), ['3']);
    await bench.submit('waits', quick('waits'), ['3']);
    await started('runs', '1');
    await bench.host.stop({ runLimitMs: 10_000 });
    expect((await bench.jobs.historyEntry('runs'))?.result.statusStr).toBe('success');
    expect((await bench.jobs.pending()).map(job => job.promptId)).toEqual(['waits']);
  });

  it.each(['TroubleWait', 'TroubleBlock'])(
    'returns a prompt of %s that does not end in time to the queue, without a word of an interrupt',
    async classType => {
      await bench.submit('long', promptWith(classType), ['3']);
      await started('long', '1');
      await bench.host.stop({ runLimitMs: 50, abortLimitMs: 300 });
      // Stopping a server is no fault of the prompt, however often it happens.
      expect(await bench.jobs.pending()).toMatchObject([{ promptId: 'long', attempts: 0 }]);
      expect(await bench.jobs.historyEntry('long')).toBeUndefined();
      const types = bench.runEvents('long').map(event => (typeof event === 'number' ? 'queue' : event.type));
      expect(types).not.toContain('execution_interrupted');
      expect(types).not.toContain('execution_error');
    },
  );

  it('records a prompt that a user had interrupted before as interrupted', async () => {
    await bench.submit('long', promptWith('TroubleBlock'), ['3']);
    await started('long', '1');
    await bench.host.interrupt();
    await bench.host.stop({ runLimitMs: 0, abortLimitMs: 300 });
    expect((await lastMessageOf('long'))[0]).toBe('execution_interrupted');
  });
});

// Interrupts, runs that have ended, and nodes that run side by side.
import { setTimeout as delay } from 'node:timers/promises';
import { any, defineNode, int, type NodeContext, type NodeDefinition, out } from '@snug/execution';
import { describe, expect, it } from 'vitest';
import { PromptBuilder } from './prompt-builder.ts';
import { bench, only, outputNode } from './subject-node.ts';
import { errorOf, executingIds } from './workbench.ts';

describe('interrupts', () => {
  const slow = (after: (context: NodeContext) => unknown) =>
    defineNode({ id: 'Slow', inputs: {}, outputs: [any()], execute: async (_args, context) => [await after(context)] });

  const chain = { s: { class_type: 'Subject', inputs: { in: ['slow', 0] } }, slow: { class_type: 'Slow', inputs: {} } };

  /** Runs the chain and aborts when its first node starts. */
  async function interrupt(node: NodeDefinition, prompt: object = chain) {
    const controller = new AbortController();
    const outcome = await bench(
      node,
      outputNode(() => undefined),
    ).submit(prompt, {
      signal: controller.signal,
      onEvent: event => {
        if (event.type === 'executing') setImmediate(() => controller.abort());
      },
    });
    const terminal = outcome.events.filter(({ type }) => /^execution_(success|error|interrupted)$/.test(type));
    expect(terminal).toHaveLength(1);
    return { outcome, terminal: terminal[0] };
  }

  it('take effect at the next node when the running one does not look', async () => {
    const { outcome, terminal } = await interrupt(slow(() => delay(20)));
    expect(terminal).toMatchObject({
      type: 'execution_interrupted',
      data: { prompt_id: 'prompt-1', node_id: 's', node_type: 'Subject', executed: ['slow'] },
    });
    expect(executingIds(outcome)).toEqual(['slow', 's']);
    expect([outcome.success, outcome.abandoned]).toEqual([false, []]);
    expect(outcome.messages.at(-1)?.[0]).toBe('execution_interrupted');
  });

  it('take effect at the next progress update, which is not told', async () => {
    const { outcome, terminal } = await interrupt(
      slow(async context => {
        context.progress(1, 3);
        await delay(20);
        context.progress(2, 3);
      }),
    );
    expect(terminal).toMatchObject({ type: 'execution_interrupted', data: { node_id: 'slow', executed: [] } });
    expect(outcome.events.filter(({ type }) => type === 'progress')).toHaveLength(1);
  });

  it('reach nodes as a signal', async () => {
    const { terminal } = await interrupt(slow(({ signal }) => delay(60_000, undefined, { signal })));
    expect(terminal).toMatchObject({ type: 'execution_interrupted', data: { node_id: 'slow' } });
  });

  it('leave behind a node that never ends, and name it', async () => {
    const { outcome, terminal } = await interrupt(slow(() => new Promise(() => undefined)));
    expect(terminal).toMatchObject({ type: 'execution_interrupted', data: { node_id: 'slow' } });
    expect(outcome.abandoned).toEqual(['slow']);
  });

  it('leave behind a parallel node that never ends', async () => {
    const forever = defineNode({
      id: 'Slow',
      schedule: 'parallel',
      inputs: {},
      outputs: [any()],
      execute: () => new Promise<[unknown]>(() => undefined),
    });
    const { outcome, terminal } = await interrupt(forever);
    expect(terminal).toMatchObject({ type: 'execution_interrupted', data: { node_id: 'slow' } });
    expect(outcome.abandoned).toEqual(['slow']);
  });

  it('stop parallel nodes that listen', async () => {
    const listening = defineNode({
      id: 'Slow',
      schedule: 'parallel',
      inputs: {},
      outputs: [any()],
      execute: async (_args, { signal }) => [await delay(60_000, undefined, { signal })],
    });
    const { outcome, terminal } = await interrupt(listening);
    expect(terminal).toMatchObject({ type: 'execution_interrupted', data: { node_id: 'slow' } });
    expect(outcome.abandoned).toEqual([]);
  });

  it('arrive although nodes never wait', async () => {
    const graph = new PromptBuilder();
    let previous = graph.node('Busy', { in: 1 });
    for (let n = 0; n < 500; n++) previous = graph.node('Busy', { in: previous.out(0) });
    graph.node('Subject', { in: previous.out(0) });
    const busy = defineNode({
      id: 'Busy',
      inputs: { in: any() },
      outputs: [any()],
      execute: ({ in: value }) => {
        const end = performance.now() + 1;
        while (performance.now() < end);
        return [value];
      },
    });
    const { terminal } = await interrupt(busy, graph.build());
    expect(terminal).toMatchObject({ type: 'execution_interrupted', data: { node_type: 'Busy' } });
  });

  it('before the first node end the run there; a run that needs no node succeeds', async () => {
    const workbench = bench(outputNode(() => undefined));
    const signal = AbortSignal.abort();
    const first = await workbench.submit(only('Subject'), { signal });
    expect(first.messages.at(-1)?.[0]).toBe('execution_interrupted');
    await workbench.submit(only('Subject'));
    expect((await workbench.submit(only('Subject'), { signal })).success).toBe(true);
  });

  it('end a run whose fingerprints never answer', async () => {
    const node = outputNode(() => undefined, { fingerprint: () => new Promise(() => undefined) });
    const controller = new AbortController();
    const outcome = await bench(node).submit(only('Subject'), {
      signal: controller.signal,
      onEvent: () => setImmediate(() => controller.abort()),
    });
    expect(outcome.messages.map(([type]) => type)).toEqual(['execution_start', 'execution_interrupted']);
    expect(outcome.abandoned).toEqual(['s']);
  });

  it('do not hide a real error that comes first', async () => {
    const outcome = await bench(outputNode(() => Promise.reject(new Error('real')))).submit(only('Subject'));
    expect(errorOf(outcome)?.exception_message).toBe('real\n');
  });

  it('leave the executor usable', async () => {
    const workbench = bench(outputNode(() => undefined));
    await workbench.submit(only('Subject'), { signal: AbortSignal.abort() });
    expect((await workbench.submit(only('Subject'))).success).toBe(true);
  });
});

describe('a run that has ended', () => {
  it('hears nothing of nodes that go on', async () => {
    let late: (() => void) | undefined;
    const node = outputNode(context => {
      late = () => {
        context.setProgress(1, 2);
        context.sendText('x');
        context.sendEvent('x', {});
        context.progress(1, 2);
      };
    });
    const outcome = await bench(node).submit(only('Subject'));
    const count = outcome.events.length;
    expect(late).toThrow(expect.objectContaining({ code: 'INTERRUPTED' }));
    expect(outcome.events).toHaveLength(count);
  });

  it('tells parallel nodes to stop when another node fails, and starts no new ones', async () => {
    let reason: unknown;
    const waiting = defineNode({
      id: 'Waiting',
      outputNode: true,
      schedule: 'parallel',
      inputs: {},
      outputs: [],
      execute: async (_args, { signal }) => {
        await delay(60_000, undefined, { signal }).catch(() => {
          reason = signal.reason;
        });
      },
    });
    const failing = outputNode(() => Promise.reject(new Error('no')));
    const outcome = await bench(waiting, failing).submit({
      w: { class_type: 'Waiting', inputs: {} },
      ...only('Subject'),
    });
    expect(outcome.messages.at(-1)?.[0]).toBe('execution_error');
    expect(reason).toMatchObject({ code: 'INTERRUPTED' });
    expect(outcome.abandoned).toEqual([]);
  });
});

describe('parallel nodes', () => {
  it('all start before any of them has ended', async () => {
    let started = 0;
    let release: () => void = () => undefined;
    const together = new Promise<void>(resolve => {
      release = resolve;
    });
    const meeting = defineNode({
      id: 'Meeting',
      outputNode: true,
      schedule: 'parallel',
      notIdempotent: true,
      inputs: {},
      outputs: [],
      execute: async () => {
        started++;
        if (started === 3) release();
        await together;
      },
    });
    const node = { class_type: 'Meeting', inputs: {} };
    const outcome = await bench(meeting).submit({ a: node, b: node, c: node });
    expect(outcome.success).toBe(true);
  });

  it('run the items of a list side by side', async () => {
    let started = 0;
    let release: () => void = () => undefined;
    const together = new Promise<void>(resolve => {
      release = resolve;
    });
    const items = defineNode({ id: 'Items', inputs: {}, outputs: [int({ isList: true })], execute: () => [[1, 2, 3]] });
    const meeting = defineNode({
      id: 'Meeting',
      outputNode: true,
      schedule: 'parallel',
      inputs: { value: int() },
      outputs: [],
      execute: async ({ value }) => {
        started++;
        if (started === 3) release();
        await together;
        return out({ ui: { values: [value] } });
      },
    });
    const outcome = await bench(items, meeting).submit({
      i: { class_type: 'Items', inputs: {} },
      m: { class_type: 'Meeting', inputs: { value: ['i', 0] } },
    });
    expect(outcome.outputs).toEqual({ m: { values: [1, 2, 3] } });
  });

  it('are told to stop when a later item of their list fails', async () => {
    let stopped = false;
    const items = defineNode({ id: 'Items', inputs: {}, outputs: [int({ isList: true })], execute: () => [[1, 2]] });
    const picky = defineNode({
      id: 'Picky',
      outputNode: true,
      schedule: 'parallel',
      inputs: { value: int() },
      outputs: [],
      execute: ({ value }, { signal }) => {
        if (value === 2) throw new Error('not two');
        return delay(60_000, undefined, { signal }).catch(() => {
          stopped = true;
        });
      },
    });
    const outcome = await bench(items, picky).submit({
      i: { class_type: 'Items', inputs: {} },
      p: { class_type: 'Picky', inputs: { value: ['i', 0] } },
    });
    expect(errorOf(outcome)?.exception_message).toBe('not two\n');
    expect([stopped, outcome.abandoned]).toEqual([true, []]);
  });

  it('that need no waiting are not put aside', async () => {
    const quick = outputNode(async () => undefined, { schedule: 'parallel' });
    const outcome = await bench(quick).submit(only('Subject'));
    expect(outcome.success).toBe(true);
    const failing = outputNode(
      () => {
        throw new Error('at once');
      },
      { schedule: 'parallel' },
    );
    expect(errorOf(await bench(failing).submit(only('Subject')))?.exception_message).toBe('at once\n');
  });
});

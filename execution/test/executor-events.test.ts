// What a run tells, in which order, and what nodes may ask it.
import { setTimeout as delay } from 'node:timers/promises';
import { any, defineNode, out } from '@snug/execution';
import type { ExecutionEvent, Prompt } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { PromptBuilder } from './prompt-builder.ts';
import { bench, only, outputNode } from './subject-node.ts';
import { cachedIds, eventTypes, Workbench } from './workbench.ts';

describe('the order of events', () => {
  it('is start, cached, node events, one terminal event', async () => {
    const node = outputNode(context => {
      context.progress(1, 2);
      context.progress(2, 2, { image: new Uint8Array([1]), format: 'jpeg' });
      context.sendText('half way');
      context.sendEvent('my.event', { x: 1 });
      return out({ ui: { text: ['done'] } });
    });
    const outcome = await bench(node).submit(only('Subject'));
    expect(outcome.events.map(({ type }) => type)).toEqual([
      'execution_start',
      'execution_cached',
      'progress_state',
      'executing',
      'progress_state',
      'progress',
      'progress_state',
      'preview',
      'progress',
      'text',
      'custom',
      'executed',
      'progress_state',
      'execution_success',
    ]);
    expect(outcome.events.find(({ type }) => type === 'preview')).toEqual({
      type: 'preview',
      image: new Uint8Array([1]),
      format: 'jpeg',
      metadata: { node_id: 's', prompt_id: 'prompt-1', display_node_id: 's', parent_node_id: null, real_node_id: 's' },
    });
  });

  it('has timestamps from the clock of the caller, as the last key', async () => {
    const workbench = new Workbench(
      { kind: 'classic' },
      { nodes: [outputNode(() => undefined)], executor: { now: () => 42 } },
    );
    const { messages } = await workbench.submit(only('Subject'));
    expect(messages).toEqual([
      ['execution_start', { prompt_id: 'prompt-1', timestamp: 42 }],
      ['execution_cached', { nodes: [], prompt_id: 'prompt-1', timestamp: 42 }],
      ['execution_success', { prompt_id: 'prompt-1', timestamp: 42 }],
    ]);
    expect(Object.keys(messages[1]?.[1] as object).at(-1)).toBe('timestamp');
  });

  it('clamps progress to its maximum', async () => {
    const outcome = await bench(outputNode(context => context.progress(7, 5))).submit(only('Subject'));
    const progress = outcome.events.find(({ type }) => type === 'progress');
    expect(progress).toMatchObject({ data: { value: 5, max: 5, node: 's' } });
  });

  it('holds back updates that nobody would see', async () => {
    const node = outputNode(context => {
      for (let step = 1; step <= 1000; step++) context.progress(step, 1000);
    });
    const workbench = new Workbench({ kind: 'classic' }, { nodes: [node], executor: { progressIntervalMs: 100 } });
    const { events } = await workbench.submit(only('Subject'));
    const values = events.flatMap(event => (event.type === 'progress' ? [event.data.value] : []));
    expect([values[0], values.at(-1)]).toEqual([1, 1000]);
    expect(values.length).toBeLessThan(100);
  });

  it('reports versioned progress without the classic message', async () => {
    const outcome = await bench(outputNode(context => context.setProgress(1, 4))).submit(only('Subject'));
    expect(eventTypes(outcome)).toEqual(['execution_start', 'execution_cached', 'executing', 'execution_success']);
    const states = outcome.events.flatMap(event =>
      event.type === 'progress_state' ? [event.data.nodes['s']?.value] : [],
    );
    expect(states).toEqual([0, 1, 4]);
  });
});

describe('hidden inputs', () => {
  it('give what was asked for', async () => {
    let hidden: unknown;
    const node = outputNode(
      context => {
        hidden = context.hidden;
      },
      { hidden: ['prompt', 'extraPngInfo', 'uniqueId', 'authToken', 'apiKey', 'usageSource'] },
    );
    await bench(node).submit(only('Subject', { in: '1' }), {
      extraData: { extra_pnginfo: { workflow: {} }, comfy_usage_source: 'test' },
      sensitive: { auth_token_comfy_org: 'secret' },
    });
    expect(hidden).toEqual({
      prompt: only('Subject', { in: '1' }),
      extraPngInfo: { workflow: {} },
      uniqueId: 's',
      authToken: 'secret',
      apiKey: null,
      usageSource: 'test',
    });
  });

  it('show the live prompt with change values', async () => {
    let prompt: Prompt | undefined;
    const changing = defineNode({
      id: 'Changing',
      inputs: {},
      outputs: [any()],
      fingerprint: () => 'v1',
      execute: () => [1],
    });
    const node = outputNode(
      context => {
        prompt = context.hidden.prompt;
      },
      { hidden: ['prompt'] },
    );
    await bench(changing, node).submit({
      ...only('Subject', { in: ['c', 0] }),
      c: { class_type: 'Changing', inputs: {} },
    });
    expect(prompt?.['c']?.['is_changed']).toEqual(['v1']);
  });

  it('bind a node to its id when it asks for that', async () => {
    let runs = 0;
    const count = () => void runs++;
    const twins = { a: { class_type: 'Subject', inputs: {} }, b: { class_type: 'Subject', inputs: {} } };
    await bench(outputNode(count)).submit(twins);
    expect(runs).toBe(1);
    await bench(outputNode(count, { hidden: ['uniqueId'] })).submit(twins);
    expect(runs).toBe(3);
    await bench(outputNode(count, { notIdempotent: true })).submit(twins);
    expect(runs).toBe(5);
  });
});

describe('states', () => {
  it('outlive the run, one per node', async () => {
    const seen: unknown[] = [];
    const node = defineNode({
      id: 'Counter',
      outputNode: true,
      inputs: {},
      outputs: [],
      state: () => ({ count: 0 }),
      fingerprint: () => Number.NaN,
      execute: (_args, { state, nodeId }) => {
        state.count++;
        seen.push(`${nodeId}${state.count}`);
      },
    });
    const workbench = bench(node);
    const counter = { class_type: 'Counter', inputs: {} };
    await workbench.submit({ a: counter, b: counter });
    await workbench.submit({ a: counter });
    await workbench.submit({ b: counter });
    workbench.executor.reset();
    await workbench.submit({ b: counter });
    expect(seen).toEqual(['a1', 'b1', 'a2', 'b1', 'b1']);
  });
});

describe('fingerprints', () => {
  it('that fail are warned of and make the node run', async () => {
    let runs = 0;
    const node = defineNode({
      id: 'Subject',
      outputNode: true,
      inputs: {},
      outputs: [],
      fingerprint: () => Promise.reject(new Error('no file')),
      execute: () => void runs++,
    });
    const workbench = bench(node);
    await workbench.submit(only('Subject'));
    await workbench.submit(only('Subject'));
    expect(runs).toBe(2);
    expect(workbench.warnings[0]).toContain('no file');
  });

  it('are not asked for nodes that carry a value already', async () => {
    let asked = 0;
    const node = defineNode({
      id: 'Subject',
      outputNode: true,
      inputs: {},
      outputs: [],
      fingerprint: () => asked++,
      execute: () => undefined,
    });
    const workbench = bench(node);
    const prompt = { s: { class_type: 'Subject', inputs: {}, is_changed: [7] } };
    await workbench.submit(prompt);
    expect(cachedIds(await workbench.submit(prompt))).toEqual(['s']);
    expect(asked).toBe(0);
  });
});

describe('events handed to the caller', () => {
  it('are never changed afterwards', async () => {
    const copies: ExecutionEvent[] = [];
    const graph = new PromptBuilder();
    graph.save(graph.mix(graph.image('BLACK'), graph.image('WHITE'), graph.mask(0.5)));
    const workbench = bench();
    const outcome = await workbench.submit(graph.build(), { onEvent: event => copies.push(structuredClone(event)) });
    expect(JSON.stringify(outcome.events)).toBe(JSON.stringify(copies));
  });
});

describe('two prompts at once', () => {
  it('run one after the other', async () => {
    const order: string[] = [];
    const node = outputNode(
      async ({ promptId }) => {
        order.push(`${promptId} starts`);
        await delay(5);
        order.push(`${promptId} ends`);
      },
      { fingerprint: () => Number.NaN },
    );
    const workbench = bench(node);
    await Promise.all(['a', 'b', 'c'].map(promptId => workbench.submit(only('Subject'), { promptId })));
    expect(order).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  });
});

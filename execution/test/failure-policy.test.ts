// Runs that go on without failed nodes (policy `continue_independent`, spec execution-test-catalog.md section 5).
import { any, defineNode, type NodeDefinition, out } from '@snug/execution';
import { describe, expect, it } from 'vitest';
import { cachedIds, errorOf, executingIds, type Outcome, Workbench } from './workbench.ts';

const value = { value: any({ optional: true }) };
let calls: string[] = [];

const nodes: readonly NodeDefinition[] = [
  defineNode({ id: 'Good', inputs: value, outputs: [any()], execute: () => ['good'] }),
  defineNode({
    id: 'Fails',
    inputs: value,
    outputs: [any()],
    execute: (_, { nodeId }) => {
      calls.push(nodeId);
      throw new Error('on purpose');
    },
  }),
  defineNode({
    id: 'FailsLater',
    schedule: 'parallel',
    inputs: value,
    outputs: [any()],
    execute: () => new Promise((_, reject) => setTimeout(() => reject(new Error('later')), 5)),
  }),
  defineNode({ id: 'Malformed', inputs: value, outputs: [any()], execute: () => [1, 2] as never }),
  defineNode({
    id: 'OutOfMemory',
    inputs: value,
    outputs: [any()],
    execute: () => {
      throw Object.assign(new Error('no memory'), { code: 'ENGINE_OUT_OF_MEMORY' });
    },
  }),
  defineNode({
    id: 'Show',
    outputNode: true,
    inputs: { value: any() },
    outputs: [],
    execute: ({ value }) => out({ ui: { text: [String(value)] } }),
  }),
  defineNode({
    id: 'AsksLate',
    inputs: { first: any({ lazy: true }), second: any({ lazy: true }) },
    outputs: [any()],
    checkLazy: ({ first }) => (first === null ? ['first'] : ['second']),
    execute: () => ['late'],
  }),
  defineNode({
    id: 'Expands',
    inputs: { inner: any(), side: any({ optional: true }) },
    outputs: [any()],
    execute: ({ inner, side }, context) => {
      const graph = context.graph();
      const child = graph.node(String(inner), {});
      if (side !== undefined) graph.node('Show', { value: graph.node(String(side), {}).out(0) });
      return out({ result: [child.out(0)], expand: graph.finalize() });
    },
  }),
];

const node = (class_type: string, inputs: object = {}) => ({ class_type, inputs });
const bench = () => {
  calls = [];
  return new Workbench({ kind: 'classic' }, { nodes });
};
const run = (workbench: Workbench, prompt: object) =>
  workbench.submit(prompt, { failurePolicy: 'continue_independent' });

/** Data of the terminal event of a run that succeeded. */
const successOf = ({ events }: Outcome) => events.find(({ type }) => type === 'execution_success')?.['data' as never];
const nodeErrors = ({ events }: Outcome) =>
  events.flatMap(event => (event.type === 'execution_node_error' ? [event.data] : []));

describe('a run that goes on without failed nodes', () => {
  it('runs what does not depend on them and says at the end what did not', async () => {
    const prompt = {
      bad: node('Fails'),
      after: node('Good', { value: ['bad', 0] }),
      lost: node('Show', { value: ['after', 0] }),
      fine: node('Good'),
      shown: node('Show', { value: ['fine', 0] }),
    };
    const outcome = await run(bench(), prompt);
    expect(nodeErrors(outcome)).toEqual([
      expect.objectContaining({ prompt_id: 'prompt-1', node_id: 'bad', exception_message: 'on purpose\n' }),
    ]);
    expect(successOf(outcome)).toMatchObject({
      completion_status: 'partial_success',
      has_errors: true,
      execution_error_count: 1,
      blocked_node_ids: ['after', 'lost'],
      blocked_output_node_ids: ['lost'],
      successful_output_node_ids: ['shown'],
    });
    expect(outcome.success).toBe(true);
    expect(outcome.outputs).toEqual({ shown: { text: ['good'] } });
    expect(errorOf(outcome)).toBeUndefined();
  });

  it('tries failed nodes again with the next prompt and counts cached outputs as successful', async () => {
    const workbench = bench();
    const prompt = {
      bad: node('Fails'),
      lost: node('Show', { value: ['bad', 0] }),
      shown: node('Show', { value: 'x' }),
    };
    await run(workbench, prompt);
    const again = await run(workbench, prompt);
    expect(cachedIds(again)).toEqual(['shown']);
    expect(executingIds(again)).toEqual(['bad']);
    expect(successOf(again)).toMatchObject({ successful_output_node_ids: ['shown'] });
  });

  it('calls a failed node once, also when it is asked for again later', async () => {
    const outcome = await run(bench(), {
      bad: node('Fails'),
      lost: node('Show', { value: ['bad', 0] }),
      good: node('Good'),
      late: node('AsksLate', { first: ['good', 0], second: ['bad', 0] }),
      alsoLost: node('Show', { value: ['late', 0] }),
      shown: node('Show', { value: 'x' }),
    });
    expect(calls).toEqual(['bad']);
    expect(successOf(outcome)).toMatchObject({
      execution_error_count: 1,
      blocked_node_ids: expect.arrayContaining(['late', 'lost', 'alsoLost']),
      successful_output_node_ids: ['shown'],
    });
  });

  it('goes on beside nodes that fail later', async () => {
    const outcome = await run(bench(), {
      bad: node('FailsLater'),
      worse: node('FailsLater', { value: 1 }),
      lost: node('Show', { value: ['bad', 0] }),
      lost2: node('Show', { value: ['worse', 0] }),
      shown: node('Show', { value: 'x' }),
    });
    expect(successOf(outcome)).toMatchObject({ execution_error_count: 2, successful_output_node_ids: ['shown'] });
  });

  it('blocks an expanding node whose child failed, under its own id', async () => {
    const outcome = await run(bench(), {
      parent: node('Expands', { inner: 'Fails' }),
      lost: node('Show', { value: ['parent', 0] }),
      shown: node('Show', { value: 'x' }),
    });
    expect(nodeErrors(outcome)).toMatchObject([{ node_id: 'parent', node_type: 'Expands' }]);
    expect(successOf(outcome)).toMatchObject({ blocked_node_ids: ['parent', 'lost'] });
  });

  it.each(['Fails', 'FailsLater'])(
    'keeps no result of an expanding node with a failed side branch (%s)',
    async side => {
      const workbench = bench();
      const prompt = {
        parent: node('Expands', { inner: 'Good', side }),
        shown: node('Show', { value: ['parent', 0] }),
      };
      const outcome = await run(workbench, prompt);
      expect(outcome.outputs['shown']).toEqual({ text: ['good'] });
      expect(successOf(outcome)).toMatchObject({ execution_error_count: 1, successful_output_node_ids: ['shown'] });
      expect(cachedIds(await run(workbench, prompt))).not.toContain('parent');
    },
  );

  it('fails when no output is left', async () => {
    const outcome = await run(bench(), { bad: node('Fails'), lost: node('Show', { value: ['bad', 0] }) });
    expect(outcome.success).toBe(false);
    expect(nodeErrors(outcome)).toHaveLength(1);
    expect(outcome.messages.map(([type]) => type)).toEqual(['execution_start', 'execution_cached', 'execution_error']);
  });

  it.each(['Malformed', 'OutOfMemory'])('ends at once when a node is %s', async classType => {
    const outcome = await run(bench(), {
      bad: node(classType),
      lost: node('Show', { value: ['bad', 0] }),
      shown: node('Show', { value: ['good', 0] }),
      good: node('Good'),
    });
    expect(outcome.success).toBe(false);
    expect(errorOf(outcome)).toMatchObject({ node_id: 'bad' });
    expect(nodeErrors(outcome)).toEqual([]);
  });

  it('says nothing more than others when nothing failed', async () => {
    const outcome = await run(bench(), { shown: node('Show', { value: 'x' }) });
    expect(Object.keys(successOf(outcome) ?? {})).toEqual(['prompt_id', 'timestamp']);
  });

  it('ends at the first failure without the policy', async () => {
    const outcome = await bench().submit({
      bad: node('Fails'),
      lost: node('Show', { value: ['bad', 0] }),
      shown: node('Show', { value: 'x' }),
    });
    expect(errorOf(outcome)).toMatchObject({ node_id: 'bad' });
    expect(nodeErrors(outcome)).toEqual([]);
  });
});

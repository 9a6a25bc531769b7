// Lazy inputs and nodes that turn into subgraphs.
import { any, defineNode, type GraphBuilder, type NodeContext, out } from '@snug/execution';
import { describe, expect, it } from 'vitest';
import { bench, only } from './subject-node.ts';
import { errorOf, executingIds, parsePrompt } from './workbench.ts';

describe('lazy inputs', () => {
  const lazy = (request: (args: Record<string, unknown>) => unknown) =>
    defineNode({
      id: 'Subject',
      outputNode: true,
      inputs: { a: any({ lazy: true, optional: true }), b: any({ optional: true }) },
      outputs: [],
      checkLazy: args => request(args as Record<string, unknown>) as string[],
      execute: ({ a }) => out({ ui: { text: [String(a)] } }),
    });
  const source = { i: { class_type: 'StubInt', inputs: { value: 7 } } };

  it('stay null when nobody asks for them', async () => {
    const outcome = await bench(lazy(() => [])).submit({ ...only('Subject', { a: ['i', 0] }), ...source });
    expect(outcome.outputs['s']).toEqual({ text: ['null'] });
    expect(executingIds(outcome)).toEqual(['s']);
  });

  it('are computed once they are asked for, even when a cache has them', async () => {
    const workbench = bench(lazy(({ a }) => (a === null ? ['a', 'a', null, 5] : undefined)));
    const prompt = { ...only('Subject', { a: ['i', 0] }), ...source };
    expect((await workbench.submit(prompt)).outputs['s']).toEqual({ text: ['7'] });
    const second = { ...prompt, ...only('Subject', { a: ['i', 0], b: 1 }) };
    const outcome = await workbench.submit(second);
    expect(outcome.outputs['s']).toEqual({ text: ['7'] });
    expect(executingIds(outcome)).toEqual(['s', 's']);
  });

  it.each<[string, object, string]>([
    ['the prompt does not give', {}, 'which the prompt does not give'],
    ['is an undeclared constant', { zzz: 1 }, 'which is a constant'],
  ])('that %s are refused', async (_, inputs, text) => {
    const outcome = await bench(lazy(() => ['zzz'])).submit(only('Subject', inputs));
    expect(errorOf(outcome)).toMatchObject({ exception_type: 'comfy_execution.graph.NodeInputError' });
    expect(errorOf(outcome)?.exception_message).toContain(text);
  });

  it('whose source has no such output do not loop for ever', async () => {
    const empty = defineNode({
      id: 'Empty',
      outputNode: true,
      inputs: {},
      outputs: [any()],
      execute: () => out({ ui: { t: ['x'] } }),
    });
    const outcome = await bench(
      empty,
      lazy(() => ['a']),
    ).submit({
      ...only('Subject', { a: ['e', 0] }),
      e: { class_type: 'Empty', inputs: {} },
    });
    expect(errorOf(outcome)?.exception_message).toContain('has no value although its source has run');
  });
});

describe('expansion', () => {
  const maker = (build: (graph: GraphBuilder) => unknown, options: object = {}) =>
    defineNode({
      id: 'Maker',
      inputs: { x: any({ optional: true }) },
      outputs: [any()],
      execute: ((_args: unknown, context: NodeContext) => build(context.graph())) as never,
      ...options,
    });
  const shown = defineNode({
    id: 'Subject',
    outputNode: true,
    inputs: { in: any() },
    outputs: [],
    execute: ({ in: value }) => out({ ui: { values: [value as number] } }),
  });
  const prompt = { ...only('Subject', { in: ['m', 0] }), m: { class_type: 'Maker', inputs: {} } };
  const stub = (graph: GraphBuilder) => graph.node('StubInt', { value: 5 });

  it('takes the place of the node', async () => {
    const outcome = await bench(
      shown,
      maker(graph => out({ result: [stub(graph).out(0)], expand: graph.finalize() })),
    ).submit(prompt);
    expect(outcome.outputs['s']).toEqual({ values: [5] });
    expect(executingIds(outcome)).toEqual(['m', 'm.0.0.1', 's']);
  });

  it('is found again by the next prompt when only the expanding node changed', async () => {
    const workbench = bench(
      shown,
      maker(graph => out({ result: [stub(graph).out(0)], expand: graph.finalize() })),
    );
    await workbench.submit(prompt);
    const outcome = await workbench.submit({ ...prompt, m: { class_type: 'Maker', inputs: { x: 1 } } });
    expect(executingIds(outcome)).toEqual(['m', 's']);
  });

  it('runs its output nodes, which the history knows with their parent', async () => {
    const outcome = await bench(
      shown,
      maker(graph => {
        graph.node('Subject', { in: 9 });
        return out({ result: [1], expand: graph.finalize(), ui: { note: ['made'] } });
      }),
    ).submit(prompt);
    expect(outcome.outputs).toEqual({ m: { note: ['made'] }, 'm.0.0.1': { values: [9] }, s: { values: [1] } });
    expect(outcome.meta['m.0.0.1']).toEqual({
      node_id: 'm.0.0.1',
      display_node: 'm',
      parent_node: 'm',
      real_node_id: 'm',
    });
  });

  it('blames the node of the prompt for an error inside', async () => {
    const outcome = await bench(
      shown,
      maker(graph => {
        const failing = graph.node('TestSyncError', { value: 1 });
        return out({ result: [failing.out(0)], expand: graph.finalize() });
      }),
    ).submit(prompt);
    expect(errorOf(outcome)).toMatchObject({ node_id: 'm', node_type: 'Maker' });
  });

  it.each<[string, (graph: GraphBuilder) => unknown, object]>([
    [
      'an id that exists',
      () => out({ result: [1], expand: { s: { class_type: 'StubInt', inputs: {} } } }),
      { exception_type: 'execution.DuplicateNodeError' },
    ],
    [
      'an unknown class',
      () => out({ result: [1], expand: { q: { class_type: 'Nope', inputs: {} } } }),
      { exception_message: expect.stringContaining('unknown class "Nope"') },
    ],
    [
      'a node without inputs',
      () => out({ result: [1], expand: { q: { class_type: 'StubInt' } } as never }),
      { exception_message: expect.stringContaining('has no inputs') },
    ],
    [
      'a node that is no object',
      () => out({ result: [1], expand: { q: 5 } as never }),
      { exception_message: expect.stringContaining('is not an object') },
    ],
    [
      'no graph at all',
      () => out({ result: [1], expand: 'x' as never }),
      { exception_message: expect.stringContaining('expand is not an object') },
    ],
    [
      'a link to nowhere',
      graph => out({ result: [['gone', 0]], expand: graph.finalize() }),
      { exception_message: expect.stringContaining('"gone" is not part of the prompt') },
    ],
  ])('with %s is an error of the expanding node', async (_, build, expected) => {
    const outcome = await bench(shown, maker(build)).submit(prompt);
    expect(errorOf(outcome)).toMatchObject({ node_id: 'm', ...expected });
  });

  it('of a V3 node must be declared', async () => {
    const build = (graph: GraphBuilder) => out({ result: [stub(graph).out(0)], expand: graph.finalize() });
    const refused = await bench(shown, maker(build, { wire: 'v3' })).submit(prompt);
    expect(errorOf(refused)?.exception_message).toContain('set expandable: true');
    expect((await bench(shown, maker(build, { wire: 'v3', expandable: true })).submit(prompt)).success).toBe(true);
  });

  it('may use integer-like and prototype names as ids', async () => {
    const outcome = await bench(
      shown,
      maker(() => {
        const expand = parsePrompt('{"__proto__": {"class_type": "StubInt", "inputs": {"value": 3}}}');
        return out({ result: [['__proto__', 0]], expand });
      }),
    ).submit(prompt);
    expect(outcome.outputs['s']).toEqual({ values: [3] });
  });
});

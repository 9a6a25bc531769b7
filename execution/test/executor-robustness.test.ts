// Cached results, and prompts that validation never saw.
import { any, custom, defineNode, int, out } from '@snug/execution';
import { describe, expect, it } from 'vitest';
import { PromptBuilder } from './prompt-builder.ts';
import { bench, only, outputNode } from './subject-node.ts';
import { cachedIds, errorOf, eventTypes, executingIds, parsePrompt, Workbench } from './workbench.ts';

describe('prompts that validation never saw', () => {
  it('with a link to a missing node end in an error, and the executor goes on', async () => {
    const workbench = bench(outputNode(() => undefined));
    const broken = await workbench.submit(only('Subject', { zzz: ['gone', 0] }));
    expect(errorOf(broken)).toMatchObject({ node_id: 's', node_type: 'Subject' });
    expect(errorOf(broken)?.exception_message).toContain('"gone" is not part of the prompt');
    expect((await workbench.submit(only('Subject'))).success).toBe(true);
  });

  it('with an unknown class end in an error at that node', async () => {
    const outcome = await bench().run(parsePrompt(only('Nope')), ['s']);
    expect(errorOf(outcome)).toMatchObject({ node_id: 's', node_type: 'Nope' });
    expect(errorOf(outcome)?.exception_message).toContain('Node class "Nope" is not registered');
  });

  it('with a static cycle end in an error', async () => {
    const prompt = parsePrompt({
      a: { class_type: 'TestVariadicAverage', inputs: { input1: ['b', 0] } },
      b: { class_type: 'TestVariadicAverage', inputs: { input1: ['a', 0] } },
      s: { class_type: 'PreviewImage', inputs: { images: ['a', 0] } },
    });
    const outcome = await bench().run(prompt, ['s']);
    expect(errorOf(outcome)).toMatchObject({ exception_type: 'graph.DependencyCycleError', current_inputs: [] });
    expect(outcome.success).toBe(false);
  });

  it('with outputs that do not exist end in an error', async () => {
    const outcome = await bench().run(parsePrompt({}), ['gone']);
    expect(errorOf(outcome)?.exception_message).toContain('"gone" is not part of the prompt');
  });

  it('of 10,000 nodes in a row run', async () => {
    const graph = new PromptBuilder();
    let previous = graph.node('StubInt', { value: 1 });
    for (let n = 0; n < 10_000; n++)
      previous = graph.node('TestExecutionBlocker', { input: previous.out(0), block: false, verbose: false });
    graph.node('Subject', { in: previous.out(0) }, 'end');
    const workbench = bench(outputNode(() => undefined));
    expect((await workbench.submit(graph.build())).success).toBe(true);
    const again = await workbench.submit(graph.build());
    expect(cachedIds(again)).toHaveLength(10_002);
  });
});

describe('cached results', () => {
  it('of nodes that show something on the way are shown again at the end', async () => {
    const middle = defineNode({
      id: 'Middle',
      intermediateOutput: true,
      inputs: {},
      outputs: [any()],
      execute: () => out({ result: [1], ui: { text: ['middle'] } }),
    });
    const workbench = bench(
      middle,
      outputNode(() => undefined),
    );
    const prompt = { ...only('Subject', { in: ['m', 0] }), m: { class_type: 'Middle', inputs: {} } };
    expect((await workbench.submit(prompt)).outputs).toEqual({ m: { text: ['middle'] } });
    const second = await workbench.submit(prompt);
    expect(eventTypes(second)).toEqual([
      'execution_start',
      'execution_cached',
      'executed',
      'executed',
      'execution_success',
    ]);
    expect(second.outputs).toEqual({ m: { text: ['middle'] } });
  });

  it('are told as null for an output node that showed nothing', async () => {
    const workbench = bench(outputNode(() => undefined));
    await workbench.submit(only('Subject'));
    const second = await workbench.submit(only('Subject'));
    expect(second.events.find(({ type }) => type === 'executed')).toMatchObject({ data: { node: 's', output: null } });
    expect(second.outputs).toEqual({});
  });

  it('are forgotten by a reset', async () => {
    const workbench = bench(outputNode(() => undefined));
    await workbench.submit(only('Subject'));
    workbench.executor.reset();
    expect(cachedIds(await workbench.submit(only('Subject')))).toEqual([]);
  });

  it('of a failed run are used by the next one', async () => {
    let fails = true;
    const source = defineNode({ id: 'Source', inputs: {}, outputs: [any()], execute: () => [1] });
    const node = outputNode(() => {
      if (fails) throw new Error('not yet');
    });
    const workbench = bench(source, node);
    const prompt = { ...only('Subject', { in: ['x', 0] }), x: { class_type: 'Source', inputs: {} } };
    await workbench.submit(prompt);
    fails = false;
    expect(executingIds(await workbench.submit(prompt))).toEqual(['s']);
  });

  it('that memory pressure takes away are not lost to the run that needs them', async () => {
    let sourceRuns = 0;
    const source = defineNode({
      id: 'Source',
      inputs: {},
      outputs: [custom<Uint8Array>('BYTES')],
      execute: () => {
        sourceRuns++;
        return [new Uint8Array(1000)];
      },
    });
    const pass = defineNode({
      id: 'Pass',
      inputs: { value: custom<Uint8Array>('BYTES'), n: int() },
      outputs: [custom<Uint8Array>('BYTES')],
      execute: ({ value }) => [value],
    });
    const node = defineNode({
      id: 'Subject',
      outputNode: true,
      inputs: { a: custom<Uint8Array>('BYTES'), b: custom<Uint8Array>('BYTES') },
      outputs: [],
      execute: ({ a, b }) => out({ ui: { lengths: [a.length, b.length] } }),
    });
    const workbench = new Workbench({ kind: 'ram', availableBytes: () => 0 }, { nodes: [source, pass, node] });
    const outcome = await workbench.submit({
      x: { class_type: 'Source', inputs: {} },
      p: { class_type: 'Pass', inputs: { value: ['x', 0], n: 1 } },
      q: { class_type: 'Pass', inputs: { value: ['x', 0], n: 2 } },
      s: { class_type: 'Subject', inputs: { a: ['p', 0], b: ['q', 0] } },
    });
    expect(outcome.outputs['s']).toEqual({ lengths: [1000, 1000] });
    expect(sourceRuns).toBe(1);
    const again = await workbench.submit({
      x: { class_type: 'Source', inputs: {} },
      ...only('Subject', { a: ['x', 0], b: ['x', 0] }),
    });
    expect(cachedIds(again)).toEqual([]);
  });
});

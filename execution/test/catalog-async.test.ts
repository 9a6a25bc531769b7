// The catalogue's tests of nodes that wait and of progress (spec execution-test-catalog.md 3.2 and 3.3). Instead of
// stopwatches they look at the order of events: nodes that overlap start before any of them has finished.
import type { CacheOptions } from '@snug/execution';
import type { ExecutionEvent } from '@snug/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { type BuiltNode, PromptBuilder } from './prompt-builder.ts';
import { errorOf, executingIds, filesOf, type Outcome, Workbench } from './workbench.ts';

const CACHES: [string, CacheOptions][] = [
  ['classic', { kind: 'classic' }],
  ['lru', { kind: 'lru', size: 100 }],
  ['ram', { kind: 'ram', availableBytes: () => Number.POSITIVE_INFINITY }],
];

function sleep(graph: PromptBuilder, source: BuiltNode, seconds: number): BuiltNode {
  return graph.node('TestSleep', { value: source.out(0), seconds });
}

/** Nodes that were running at the same time at least once. */
function overlapping(events: readonly ExecutionEvent[]): Set<string> {
  const together = new Set<string>();
  for (const event of events) {
    if (event.type !== 'progress_state') continue;
    const running = Object.values(event.data.nodes).filter(({ state }) => state === 'running');
    if (running.length > 1) for (const { node_id } of running) together.add(node_id);
  }
  return together;
}

describe.each(CACHES)('async nodes with the %s cache', (_, cache) => {
  let bench: Workbench;
  let graph: PromptBuilder;

  beforeEach(() => {
    bench = new Workbench(cache);
    graph = new PromptBuilder();
  });

  const submit = (): Promise<Outcome> => bench.submit(graph.build());
  const levels = (outcome: Outcome, id: string): number[] =>
    filesOf(outcome, id).map(name => bench.gallery.level(name));

  it('basic_async_execution: waits for a node', async () => {
    const sleeping = sleep(graph, graph.image('BLACK'), 0.02);
    const save = graph.save(sleeping);
    const outcome = await submit();
    expect(executingIds(outcome)).toEqual(['n1', sleeping.id, save.id]);
    expect(levels(outcome, save.id)).toEqual([0]);
  });

  it('multiple_async_parallel_execution: overlaps independent nodes', async () => {
    const black = graph.image('BLACK');
    const nodes = [0.3, 0.35, 0.4].map(seconds => sleep(graph, black, seconds));
    for (const node of nodes) graph.preview(node);
    const together = overlapping((await submit()).events);
    for (const node of nodes) expect(together).toContain(node.id);
  });

  it('async_with_dependencies: joins two waiting branches', async () => {
    const [a, b] = [sleep(graph, graph.image('BLACK'), 0.02), sleep(graph, graph.image('WHITE'), 0.02)];
    const average = graph.node('TestVariadicAverage', { input1: a.out(0), input2: b.out(0) });
    const save = graph.save(average);
    expect(levels(await submit(), save.id)).toEqual([127]);
  });

  it('async_validate_inputs: asks an asynchronous validator', async () => {
    const node = graph.node('TestAsyncValidation', { value: 5, threshold: 10 });
    graph.save(node);
    expect(executingIds(await submit())).toContain(node.id);
    node.inputs['threshold'] = 3;
    expect((await bench.validate(graph.build())).ok).toBe(false);
  });

  it('async_lazy_evaluation: waits only for the branch that is needed', async () => {
    const [a, b] = [sleep(graph, graph.image('BLACK'), 0.02), sleep(graph, graph.image('WHITE'), 0.02)];
    graph.save(graph.mix(a, b, graph.mask(0)));
    const ran = executingIds(await submit());
    expect(ran).toContain(a.id);
    expect(ran).not.toContain(b.id);
  });

  it('async_check_lazy_status: takes constants on lazy inputs', async () => {
    const node = graph.node('TestAsyncLazyCheck', { input1: 'value1', input2: 'value2', condition: true });
    graph.save(node);
    const outcome = await submit();
    expect(executingIds(outcome)).toContain(node.id);
    expect(outcome.success).toBe(true);
  });

  it('async_execution_error: blames the node that failed late', async () => {
    const node = graph.node('TestAsyncError', { value: graph.image('BLACK').out(0), error_after: 0.02 });
    graph.save(node);
    expect(errorOf(await submit())).toMatchObject({ prompt_id: 'prompt-1', node_id: node.id, current_inputs: {} });
  });

  it('async_validation_error: refuses the prompt', async () => {
    graph.save(graph.node('TestAsyncValidationError', { value: 15, max_value: 10 }));
    expect((await bench.validate(graph.build())).ok).toBe(false);
  });

  it('async_timeout_handling: speaks of a timeout', async () => {
    const value = graph.image('BLACK').out(0);
    graph.save(graph.node('TestAsyncTimeout', { value, timeout: 0.1, operation_time: 2 }));
    expect(JSON.stringify(errorOf(await submit())).toLowerCase()).toContain('timeout');
  });

  it('concurrent_async_error_recovery: runs the next prompt', async () => {
    graph.save(graph.node('TestAsyncError', { value: graph.image('BLACK').out(0), error_after: 0.01 }));
    expect((await submit()).success).toBe(false);
    graph = new PromptBuilder();
    const sleeping = sleep(graph, graph.image('WHITE'), 0.01);
    graph.save(sleeping);
    const second = await submit();
    expect(executingIds(second)).toContain(sleeping.id);
    expect(second.success).toBe(true);
  });

  it('sync_error_during_async_execution: ends the run although a node still sleeps', async () => {
    const black = graph.image('BLACK');
    graph.preview(sleep(graph, black, 30));
    const failing = graph.node('TestSyncError', { value: black.out(0) });
    graph.preview(failing);
    const outcome = await submit();
    expect(errorOf(outcome)).toMatchObject({ prompt_id: 'prompt-1', node_id: failing.id });
    expect(outcome.abandoned).toEqual([]);
  });

  it('async_with_execution_blocker: blocks one item of a list of waited values', async () => {
    const [a, b] = [sleep(graph, graph.image('BLACK'), 0.01), sleep(graph, graph.image('WHITE'), 0.01)];
    const images = graph.node('TestMakeListNode', { value1: a.out(0), value2: b.out(0) });
    const numbers = graph.node('TestMakeListNode', { value1: 1, value2: 2 });
    const isTwo = graph.node('TestIntConditions', { a: numbers.out(0), b: 2, operation: '==' });
    const blocker = graph.node('TestExecutionBlocker', { input: images.out(0), block: isTwo.out(0), verbose: false });
    const preview = graph.preview(blocker);
    expect(levels(await submit(), preview.id)).toEqual([0]);
  });

  it('async_caching_behavior: does not wait again', async () => {
    const sleeping = sleep(graph, graph.image('BLACK'), 0.02);
    graph.save(sleeping);
    await submit();
    expect(executingIds(await submit())).toEqual([]);
  });

  it('async_with_dynamic_prompts: overlaps the nodes of a subgraph', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const maker = graph.node('TestDynamicAsyncGeneration', {
      image1: black.out(0),
      image2: white.out(0),
      num_async_nodes: 5,
      sleep_duration: 0.3,
    });
    graph.save(maker);
    const outcome = await submit();
    expect(executingIds(outcome)).toContain(maker.id);
    for (const n of [1, 2, 3, 4, 5]) expect(overlapping(outcome.events)).toContain(`${maker.id}.0.0.${n}`);
  });

  it('async_resource_cleanup: leaves no resource taken', async () => {
    const users = Array.from({ length: 5 }, (_, n) => {
      const value = graph.image('BLACK').out(0);
      return graph.node('TestAsyncResourceUser', { value, resource_id: `resource_${n}`, duration: 0.01 });
    });
    for (const user of users) graph.preview(user);
    const ran = executingIds(await submit());
    for (const user of users) expect(ran).toContain(user.id);
    expect(executingIds(await submit())).toEqual([]);
  });

  it('mixed_sync_async_execution: alternates between nodes that wait and nodes that do not', async () => {
    const mixed = graph.mix(graph.image('BLACK'), graph.image('WHITE'), graph.mask(0.5));
    const first = sleep(graph, mixed, 0.01);
    const product = graph.node('TestCustomValidation1', { input1: first.out(0), input2: 0.5 });
    const second = sleep(graph, product, 0.01);
    const save = graph.save(second);
    const outcome = await submit();
    expect(levels(outcome, save.id)).toEqual([63]);
    expect(executingIds(outcome)).toEqual(expect.arrayContaining([mixed.id, first.id, product.id, second.id]));
  });
});

describe('progress of several clients', () => {
  it('progress_isolation_between_clients: names its own prompt in every event', async () => {
    const bench = new Workbench();
    const graph = new PromptBuilder();
    graph.preview(graph.image('BLACK'));
    const runs = await Promise.all(
      ['one', 'two'].map(promptId => bench.submit(graph.build(), { promptId, clientId: `client-${promptId}` })),
    );
    for (const [index, promptId] of ['one', 'two'].entries()) {
      const states = runs[index]?.events.filter(({ type }) => type === 'progress_state') ?? [];
      expect(states.length).toBeGreaterThan(0);
      for (const event of states) expect(event).toMatchObject({ data: { prompt_id: promptId } });
    }
  });

  it('progress_with_missing_client_id: reports progress for a prompt without a client', async () => {
    const bench = new Workbench();
    const graph = new PromptBuilder();
    graph.preview(graph.image('BLACK'));
    const outcome = await bench.submit(graph.build(), { clientId: null });
    expect(outcome.events.some(({ type }) => type === 'progress_state')).toBe(true);
  });
});

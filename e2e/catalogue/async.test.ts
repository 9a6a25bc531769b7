// The catalogue's tests of asynchronous nodes (spec execution-test-catalog.md 3.2) over HTTP and WebSocket, for each way of caching.
// Where the suite measures time, these look at which nodes were running at the same time.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServerProcess } from '../server-process.ts';
import { CatalogueClient } from './catalogue-client.ts';
import { CatalogueGraph } from './catalogue-graph.ts';
import { cacheModes, startCatalogueServer } from './catalogue-server.ts';

describe.each(cacheModes)('async nodes, results kept $name', ({ flags, keepsResults }) => {
  let server: ServerProcess;
  let client: CatalogueClient;
  let graph: CatalogueGraph;

  beforeAll(async () => {
    server = await startCatalogueServer(flags);
    client = await CatalogueClient.connect(server.url);
  });

  afterAll(async () => {
    client.close();
    await server[Symbol.asyncDispose]();
  });

  beforeEach(({ task }) => {
    graph = new CatalogueGraph('async_nodes', task.name.replace(/:.*/s, ''));
  });

  it('basic_async_execution: waits for a node', async () => {
    const sleep = graph.sleep(graph.image('BLACK'), 0.1);
    const save = graph.save(sleep);
    const run = await client.run(graph);
    expect([run.didRun(sleep), run.didRun(save)]).toEqual([true, true]);
    expect(run.levels(save)).toEqual([0]);
  });

  it('multiple_async_parallel_execution: overlaps independent nodes', async () => {
    const black = graph.image('BLACK');
    const sleeps = [0.3, 0.35, 0.4].map(seconds => graph.sleep(black, seconds));
    for (const sleep of sleeps) graph.preview(sleep);
    const run = await client.run(graph);
    expect(sleeps.map(({ id }) => run.overlapping.has(id))).toEqual([true, true, true]);
  });

  it('async_with_dependencies: joins two waiting branches', async () => {
    const [a, b] = [graph.sleep(graph.image('BLACK'), 0.05), graph.sleep(graph.image('WHITE'), 0.05)];
    const average = graph.node('TestVariadicAverage', { input1: a.out(0), input2: b.out(0) });
    const save = graph.save(average);
    const run = await client.run(graph);
    expect([a, b, average].every(node => run.didRun(node))).toBe(true);
    expect(run.levels(save)).toEqual([127]);
  });

  it('async_validate_inputs: asks an asynchronous validator', async () => {
    const node = graph.node('TestAsyncValidation', { value: 5, threshold: 10 });
    graph.save(node);
    expect((await client.run(graph)).didRun(node)).toBe(true);
    node.inputs['threshold'] = 3;
    expect(await client.statusOf(graph)).toBe(400);
  });

  it('async_lazy_evaluation: waits only for the branch that is needed', async () => {
    const [a, b] = [graph.sleep(graph.image('BLACK'), 0.05), graph.sleep(graph.image('WHITE'), 0.05)];
    graph.save(graph.mix(a, b, graph.mask(0)));
    const run = await client.run(graph);
    expect([run.didRun(a), run.didRun(b)]).toEqual([true, false]);
  });

  it('async_check_lazy_status: takes constants on lazy inputs', async () => {
    const node = graph.node('TestAsyncLazyCheck', { input1: 'value1', input2: 'value2', condition: true });
    graph.save(node);
    const run = await client.run(graph);
    expect(run.error).toBeUndefined();
    expect(run.didRun(node)).toBe(true);
  });

  it('async_execution_error: blames the node that failed late', async () => {
    const node = graph.node('TestAsyncError', { value: graph.image('BLACK').out(0), error_after: 0.05 });
    graph.save(node);
    const run = await client.run(graph);
    expect(run.error).toMatchObject({ prompt_id: run.promptId, node_id: node.id });
  });

  it('async_validation_error: refuses the prompt', async () => {
    graph.save(graph.node('TestAsyncValidationError', { value: 15, max_value: 10 }));
    expect(await client.statusOf(graph)).toBe(400);
  });

  it('async_timeout_handling: speaks of a timeout', async () => {
    const value = graph.image('BLACK').out(0);
    graph.save(graph.node('TestAsyncTimeout', { value, timeout: 0.1, operation_time: 2 }));
    const { error } = await client.run(graph);
    expect(JSON.stringify(error).toLowerCase()).toContain('timeout');
  });

  it('concurrent_async_error_recovery: runs the next prompt', async () => {
    graph.save(graph.node('TestAsyncError', { value: graph.image('BLACK').out(0), error_after: 0.05 }));
    expect((await client.run(graph)).error).toBeDefined();
    const next = new CatalogueGraph('async_nodes', 'concurrent_async_error_recovery_next');
    const sleep = next.sleep(next.image('WHITE'), 0.05);
    next.save(sleep);
    const run = await client.run(next);
    expect([run.didRun(sleep), run.error]).toEqual([true, undefined]);
  });

  it('sync_error_during_async_execution: ends the run although a node still sleeps', async () => {
    const black = graph.image('BLACK');
    graph.preview(graph.sleep(black, 60));
    const failing = graph.node('TestSyncError', { value: black.out(0) });
    graph.preview(failing);
    const run = await client.run(graph);
    expect(run.error).toMatchObject({ prompt_id: run.promptId, node_id: failing.id });
  });

  it('async_with_execution_blocker: blocks one item of a list of waited values', async () => {
    const [a, b] = [graph.sleep(graph.image('BLACK'), 0.05), graph.sleep(graph.image('WHITE'), 0.05)];
    const images = graph.node('TestMakeListNode', { value1: a.out(0), value2: b.out(0) });
    const numbers = graph.node('TestMakeListNode', { value1: 1, value2: 2 });
    const isTwo = graph.node('TestIntConditions', { a: numbers.out(0), b: 2, operation: '==' });
    const blocker = graph.node('TestExecutionBlocker', { input: images.out(0), block: isTwo.out(0), verbose: false });
    const preview = graph.preview(blocker);
    expect((await client.run(graph)).levels(preview)).toEqual([0]);
  });

  it('async_caching_behavior: waits again exactly when results are not kept', async () => {
    const sleep = graph.sleep(graph.image('BLACK'), 0.05);
    graph.save(sleep);
    expect((await client.run(graph)).didRun(sleep)).toBe(true);
    expect((await client.run(graph)).didRun(sleep)).toBe(!keepsResults);
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
    const run = await client.run(graph);
    expect(run.didRun(maker)).toBe(true);
    expect([1, 2, 3, 4, 5].every(n => run.overlapping.has(`${maker.id}.0.0.${n}`))).toBe(true);
  });

  it('async_resource_cleanup: leaves no resource taken', async () => {
    const users = Array.from({ length: 5 }, (_, n) => {
      const value = graph.image('BLACK').out(0);
      return graph.node('TestAsyncResourceUser', { value, resource_id: `resource_${n}`, duration: 0.05 });
    });
    for (const user of users) graph.preview(user);
    const [first, second] = [await client.run(graph), await client.run(graph)];
    expect(users.every(user => first.didRun(user))).toBe(true);
    expect(users.some(user => second.didRun(user))).toBe(!keepsResults);
    expect(second.error).toBeUndefined();
  });

  it('mixed_sync_async_execution: alternates between nodes that wait and nodes that do not', async () => {
    const mixed = graph.mix(graph.image('BLACK'), graph.image('WHITE'), graph.mask(0.5));
    const first = graph.sleep(mixed, 0.05);
    const product = graph.node('TestCustomValidation1', { input1: first.out(0), input2: 0.5 });
    const second = graph.sleep(product, 0.05);
    const save = graph.save(second);
    const run = await client.run(graph);
    expect([mixed, first, product, second, save].every(node => run.didRun(node))).toBe(true);
    expect(run.levels(save)).toEqual([63]);
  });
});

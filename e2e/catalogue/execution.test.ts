// The catalogue's execution tests (spec execution-test-catalog.md 3.1) over HTTP and WebSocket, for each way of caching.
import { JsonFloat, type JsonValue } from '@snug/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServerProcess } from '../server-process.ts';
import { CatalogueClient } from './catalogue-client.ts';
import { CatalogueGraph } from './catalogue-graph.ts';
import { cacheModes, startCatalogueServer } from './catalogue-server.ts';

const zero = new JsonFloat(0);
const one = new JsonFloat(1);
const two = new JsonFloat(2);
const three = new JsonFloat(3);
const five = new JsonFloat(5);
const seven = new JsonFloat(7);

describe.each(cacheModes)('execution, results kept $name', ({ flags, keepsResults }) => {
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
    graph = new CatalogueGraph('execution', task.name.replace(/:.*/s, ''));
  });

  it('lazy_input: computes only the side that the mask shows', async () => {
    const [black, white, mask] = [graph.image('BLACK'), graph.image('WHITE'), graph.mask(zero)];
    const mix = graph.mix(black, white, mask);
    const save = graph.save(mix);
    const run = await client.run(graph);
    expect(run.levels(save)).toEqual([0]);
    expect([black, mask, mix].map(node => run.didRun(node))).toEqual([true, true, true]);
    expect(run.didRun(white)).toBe(false);
  });

  it('full_cache: runs again exactly what was not kept', async () => {
    graph.save(graph.mix(graph.image('BLACK'), graph.image('NOISE'), graph.mask(0.5)));
    const first = await client.run(graph);
    const second = await client.run(graph);
    expect(second.executed).toEqual(keepsResults ? [] : first.executed);
  });

  it('partial_cache: runs what follows a changed input', async () => {
    const [black, noise, mask] = [graph.image('BLACK'), graph.image('NOISE'), graph.mask(0.5)];
    graph.save(graph.mix(black, noise, mask));
    await client.run(graph);
    mask.inputs['value'] = 0.4;
    const run = await client.run(graph);
    expect(run.didRun(mask)).toBe(true);
    expect([run.didRun(black), run.didRun(noise)]).toEqual([!keepsResults, !keepsResults]);
  });

  it('error: reports a failing node with its prompt', async () => {
    const mix = graph.mix(graph.image('BLACK', 16), graph.image('NOISE', 8), graph.mask(0.5));
    graph.save(mix);
    const run = await client.run(graph);
    expect(run.error).toMatchObject({ prompt_id: run.promptId, node_id: mix.id });
  });

  it.each<[JsonValue, number]>([
    [5, 400],
    ['foo', 400],
    [five, 200],
  ])('validation_error_literal: takes floats but neither integers nor texts (%s, %s)', async (value, status) => {
    graph.save(graph.node('TestCustomValidation1', { input1: value, input2: three }));
    expect(await client.statusOf(graph)).toBe(status);
  });

  it.each<[string, JsonValue]>([
    ['StubInt', 5],
    ['StubMask', five],
  ])('validation_error_edge1: refuses a link from %s by its type', async (classType, value) => {
    const stub = graph.node(classType, { value });
    graph.save(graph.node('TestCustomValidation1', { input1: stub.out(0), input2: three }));
    expect(await client.statusOf(graph)).toBe(400);
  });

  it.each(
    [2, 3, 4].flatMap(kind => [
      { kind, source: 'StubInt', value: 5 as JsonValue, status: 400 },
      { kind, source: 'StubFloat', value: five as JsonValue, status: 200 },
    ]),
  )('validation_error_edge$kind: answers a link from $source with $status', async ({ kind, source, value, status }) => {
    const stub = graph.node(source, { value });
    graph.save(graph.node(`TestCustomValidation${kind}`, { input1: stub.out(0), input2: three }));
    expect(await client.statusOf(graph)).toBe(status);
  });

  it.each<[JsonValue, number]>([
    [0.5, 200],
    [five, 200],
    [seven, 400],
  ])('validation_error_kwargs: a validator of everything replaces the bounds (%s, %s)', async (input2, status) => {
    graph.save(graph.node('TestCustomValidation5', { input1: zero, input2 }));
    expect(await client.statusOf(graph)).toBe(status);
  });

  it('cycle_error: refuses a chain that misses a required input', async () => {
    const [black, white, mask] = [graph.image('BLACK'), graph.image('WHITE'), graph.mask(0.5)];
    const mix = graph.node('TestLazyMixImages', { image1: black.out(0), mask: mask.out(0) });
    graph.save(graph.mix(mix, white, mask));
    expect(await client.statusOf(graph)).toBe(400);
  });

  it('dynamic_cycle_error: blames the node that made the cycle', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const maker = graph.node('TestDynamicDependencyCycle', { input1: black.out(0), input2: white.out(0) });
    graph.save(maker);
    const run = await client.run(graph);
    expect(run.error).toMatchObject({ prompt_id: run.promptId, node_id: maker.id });
  });

  it('missing_node_error: runs the good branch, and the other when its node is there', async () => {
    const [black, white, mask] = [graph.image('BLACK'), graph.image('WHITE'), graph.mask(0.5)];
    const gone = graph.node('StubImage', { ...white.inputs }, 'removeme');
    const [bad, good] = [graph.save(graph.mix(black, gone, mask)), graph.save(graph.mix(black, white, mask))];
    graph.remove(gone);
    const first = await client.run(graph);
    expect([first.didRun(good), first.didRun(bad)]).toEqual([true, false]);
    graph.node('StubImage', gone.inputs, gone.id);
    const second = await client.run(graph);
    expect(second.wasExecuted(bad)).toBe(true);
    expect(second.levels(bad)).toHaveLength(1);
  });

  it('custom_is_changed: runs again exactly when the fingerprint says so', async () => {
    graph.node('SaveImage', { images: ['changing', 0], filename_prefix: 'execution[test_custom_is_changed]' });
    const black = graph.image('BLACK');
    const changing = graph.node('TestCustomIsChanged', { image: black.out(0), should_change: false }, 'changing');
    const runs: boolean[] = [];
    for (const change of [false, false, true, true]) {
      changing.inputs['should_change'] = change;
      runs.push((await client.run(graph)).didRun(changing));
    }
    expect(runs).toEqual([true, !keepsResults, true, true]);
  });

  it('undeclared_inputs: passes links to inputs that are not declared', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const links = { input1: black.out(0), input2: white.out(0), input3: black.out(0), input4: black.out(0) };
    const save = graph.save(graph.node('TestVariadicAverage', links));
    expect((await client.run(graph)).levels(save)).toEqual([63]);
  });

  it('for_loop: halves the picture once per iteration', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const changing = graph.node('TestCustomIsChanged', { image: white.out(0), should_change: true });
    const open = graph.node('TestForLoopOpen', { remaining: 1, initial_value1: changing.out(0) });
    const body = graph.node('TestVariadicAverage', { input1: black.out(0), input2: open.out(2) });
    const close = graph.node('TestForLoopClose', { flow_control: open.out(0), initial_value1: body.out(0) });
    const save = graph.save(close);
    for (const iterations of [1, 2, 3, 4]) {
      open.inputs['remaining'] = iterations;
      const run = await client.run(graph);
      expect(run.levels(save)).toEqual([255 >> iterations]);
      expect(run.didRun(changing)).toBe(true);
    }
  });

  it('mixed_expansion_returns: joins plain results and subgraphs over a list', async () => {
    const list = graph.node('TestMakeListNode', { value1: 0.1, value2: 0.2, value3: 0.3 });
    const mixed = graph.node('TestMixedExpansionReturns', { input1: list.out(0) });
    const [dark, light] = [graph.save(mixed, 0), graph.save(mixed, 1)];
    const run = await client.run(graph);
    expect(run.levels(dark)).toEqual([25, 51, 76]);
    expect(run.levels(light)).toEqual([255, 255, 255]);
  });

  it('mixed_lazy_results: asks for a lazy input when any item needs it', async () => {
    const list = graph.node('TestMakeListNode', { value1: zero, value2: 0.5, value3: one });
    const mix = graph.mix(graph.image('BLACK'), graph.image('WHITE'), graph.mask(list.out(0)));
    const save = graph.save(graph.node('RebatchImages', { images: mix.out(0), batch_size: 3 }));
    expect((await client.run(graph)).levels(save)).toEqual([0, 127, 255]);
  });

  it('output_reuse: saves one picture twice', async () => {
    const black = graph.image('BLACK');
    const saves = [graph.save(black), graph.save(black)];
    const run = await client.run(graph);
    expect(saves.map(save => run.levels(save))).toEqual([[0], [0]]);
  });

  it('is_changed_with_outputs: never shows a picture to the fingerprint', async () => {
    const constant = graph.node('StubConstantImage', { value: 0.5, height: 16, width: 16, batch_size: 1 });
    const node = graph.node('TestIsChangedWithConstants', { image: constant.out(0), value: 0.5 });
    const preview = graph.preview(node);
    const [first, second] = [await client.run(graph), await client.run(graph)];
    expect([first.levels(preview), second.levels(preview)]).toEqual([[63], [63]]);
    expect(second.didRun(node)).toBe(!keepsResults);
  });

  it('parallel_sleep_nodes: lets sleeping nodes sleep side by side', async () => {
    const black = graph.image('BLACK');
    const sleeps = [0.29, 0.31, 0.3].map(seconds => graph.sleep(black, seconds));
    for (const sleep of sleeps) graph.preview(sleep);
    const run = await client.run(graph);
    expect(sleeps.map(({ id }) => run.overlapping.has(id))).toEqual([true, true, true]);
  });

  it('parallel_sleep_expansion: lets the nodes of a subgraph sleep side by side', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const images = { image1: black.out(0), image2: white.out(0), image3: white.out(0) };
    const parallel = graph.node('TestParallelSleep', { ...images, sleep1: 0.3, sleep2: 0.32, sleep3: 0.34 });
    const save = graph.save(parallel);
    const run = await client.run(graph);
    expect(run.levels(save)).toEqual([170]);
    expect([1, 2, 3].every(n => run.overlapping.has(`${parallel.id}.0.0.${n}`))).toBe(true);
  });

  it('execution_block_list_output: blocks single items of a list', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const images = graph.node('TestMakeListNode', { value1: black.out(0), value2: white.out(0), value3: black.out(0) });
    const numbers = graph.node('TestMakeListNode', { value1: 1, value2: 2, value3: 3 });
    const isTwo = graph.node('TestIntConditions', { a: numbers.out(0), b: 2, operation: '==' });
    const blocker = graph.node('TestExecutionBlocker', { input: images.out(0), block: isTwo.out(0), verbose: false });
    const preview = graph.preview(graph.node('TestMakeListNode', { value1: blocker.out(0) }));
    const run = await client.run(graph);
    expect(run.didRun(preview)).toBe(true);
    expect(run.levels(preview)).toEqual([0, 0]);
  });

  it('partial_execution_included_outputs: runs the named output only', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const [named, other] = [graph.save(black), graph.save(white)];
    const run = await client.run(graph, [named.id]);
    expect([black, named].every(node => run.wasExecuted(node))).toBe(true);
    expect([white, other].some(node => run.didRun(node))).toBe(false);
    expect([run.levels(named).length, run.levels(other).length]).toEqual([1, 0]);
  });

  it('partial_execution_excluded_outputs: leaves out an output that is not named', async () => {
    const saves = (['BLACK', 'WHITE', 'NOISE'] as const).map(content => graph.save(graph.image(content)));
    const run = await client.run(graph, [saves[0]?.id ?? '', saves[2]?.id ?? '']);
    expect(saves.filter(save => run.wasExecuted(save))).toEqual([saves[0], saves[2]]);
  });

  it('partial_execution_dependencies: runs an output node on the way to the named one', async () => {
    const black = graph.image('BLACK');
    const way = graph.node('TestOutputNodeWithSocketOutput', { image: black.out(0), value: two });
    const mix = graph.mix(way, black, graph.mask(0.5));
    const save = graph.save(mix);
    const run = await client.run(graph, [save.id]);
    expect([black, way, mix, save].every(node => run.wasExecuted(node))).toBe(true);
  });

  it('partial_execution_with_lazy_nodes: keeps the other branch untouched', async () => {
    const [black, white, noise] = [graph.image('BLACK'), graph.image('WHITE'), graph.image('NOISE')];
    const [mask1, mask2] = [graph.mask(zero), graph.mask(0.5)];
    const named = graph.save(graph.mix(black, white, mask1));
    const mix2 = graph.mix(white, noise, mask2);
    const other = graph.save(mix2);
    const run = await client.run(graph, [named.id]);
    expect(run.wasExecuted(named)).toBe(true);
    expect([white, noise, mask2, mix2, other].filter(node => run.didRun(node))).toEqual([]);
  });

  it('partial_execution_multiple_output_nodes: runs the chain of the named output', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const first = graph.node('TestOutputNodeWithSocketOutput', { image: black.out(0), value: 1.5 });
    const second = graph.node('TestOutputNodeWithSocketOutput', { image: first.out(0), value: two });
    const [save1, save2, save3] = [graph.save(first), graph.save(second), graph.save(white)];
    const run = await client.run(graph, [save2.id]);
    expect([black, first, second, save2].every(node => run.wasExecuted(node))).toBe(true);
    expect([white, save1, save3].filter(node => run.didRun(node))).toEqual([]);
  });

  it('partial_execution_empty_list: refuses a list that names nothing', async () => {
    graph.save(graph.image('BLACK'));
    expect(await client.statusOf(graph, [])).toBe(400);
  });
});

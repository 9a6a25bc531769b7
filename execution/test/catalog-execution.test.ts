// The catalogue's execution tests (spec execution-test-catalog.md 3.1) at the level of this room, under every cache kind
// that keeps results. Pictures are small: nothing here depends on their size.
import type { CacheOptions } from '@snug/execution';
import { JsonFloat, type JsonValue } from '@snug/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { PromptBuilder } from './prompt-builder.ts';
import { cachedIds, errorOf, executingIds, filesOf, type Outcome, Workbench } from './workbench.ts';

const CACHES: [string, CacheOptions][] = [
  ['classic', { kind: 'classic' }],
  ['lru', { kind: 'lru', size: 100 }],
  ['ram', { kind: 'ram', availableBytes: () => Number.POSITIVE_INFINITY }],
];

const five = new JsonFloat(5);
const three = new JsonFloat(3);

describe.each(CACHES)('execution with the %s cache', (_, cache) => {
  let bench: Workbench;
  let graph: PromptBuilder;

  beforeEach(() => {
    bench = new Workbench(cache);
    graph = new PromptBuilder();
  });

  const submit = (targets: readonly string[] | null = null): Promise<Outcome> =>
    bench.submit(graph.build(), { targets });
  const levels = (outcome: Outcome, id: string): number[] =>
    filesOf(outcome, id).map(name => bench.gallery.level(name));
  const touched = (outcome: Outcome): string[] => [...executingIds(outcome), ...cachedIds(outcome)];

  it('lazy_input: computes only the side that the mask shows', async () => {
    const [black, white, mask] = [graph.image('BLACK'), graph.image('WHITE'), graph.mask(0)];
    const mix = graph.mix(black, white, mask);
    const save = graph.save(mix);
    const outcome = await submit();
    expect(levels(outcome, save.id)).toEqual([0]);
    expect(executingIds(outcome)).toEqual([mask.id, mix.id, black.id, mix.id, save.id]);
  });

  it('full_cache: runs nothing the second time', async () => {
    graph.save(graph.mix(graph.image('BLACK'), graph.image('NOISE'), graph.mask(0.5)));
    await submit();
    const second = await submit();
    expect(executingIds(second)).toEqual([]);
    expect(second.success).toBe(true);
  });

  it('partial_cache: runs only what follows a changed input', async () => {
    const [black, noise, mask] = [graph.image('BLACK'), graph.image('NOISE'), graph.mask(0.5)];
    graph.save(graph.mix(black, noise, mask));
    await submit();
    mask.inputs['value'] = 0.4;
    const ran = executingIds(await submit());
    expect(ran).toContain(mask.id);
    expect(ran).not.toContain(black.id);
    expect(ran).not.toContain(noise.id);
  });

  it('error: reports a failing node with its prompt', async () => {
    graph.save(graph.mix(graph.image('BLACK', 8), graph.image('NOISE', 4), graph.mask(0.5)));
    const outcome = await submit();
    expect(errorOf(outcome)).toMatchObject({ prompt_id: 'prompt-1', node_type: 'TestLazyMixImages' });
    expect(outcome.success).toBe(false);
  });

  it.each<[JsonValue, boolean]>([
    [5, false],
    ['foo', false],
    [five, true],
  ])('validation_error_literal: takes floats but neither integers nor texts (%s)', async (value, isFine) => {
    graph.save(graph.node('TestCustomValidation1', { input1: value, input2: three }));
    expect((await bench.validate(graph.build())).ok).toBe(isFine);
  });

  it.each([
    ['StubInt', 5],
    ['StubMask', five],
  ])('validation_error_edge1: refuses a link from %s by its type', async (classType, value) => {
    const stub = graph.node(classType, { value });
    const node = graph.node('TestCustomValidation1', { input1: stub.out(0), input2: three });
    graph.save(node);
    const { ok, nodeErrors } = await bench.validate(graph.build());
    expect(ok).toBe(false);
    expect(Object.keys(nodeErrors)).toEqual([node.id]);
  });

  describe.each(['TestCustomValidation2', 'TestCustomValidation3', 'TestCustomValidation4'])('%s', classType => {
    it.each<[string, JsonValue, boolean]>([
      ['StubInt', 5, false],
      ['StubFloat', five, true],
    ])('validation_error_edge2-4: judges a link from %s', async (source, value, isFine) => {
      const stub = graph.node(source, { value });
      graph.save(graph.node(classType, { input1: stub.out(0), input2: three }));
      expect((await bench.validate(graph.build())).ok).toBe(isFine);
    });
  });

  it.each<[JsonValue, boolean]>([
    [0.5, true],
    [five, true],
    [new JsonFloat(7), false],
  ])('validation_error_kwargs: a validator of everything replaces the bounds (%s)', async (input2, isFine) => {
    graph.save(graph.node('TestCustomValidation5', { input1: new JsonFloat(0), input2 }));
    expect((await bench.validate(graph.build())).ok).toBe(isFine);
  });

  it('cycle_error: refuses a chain that misses a required input', async () => {
    const [black, white, mask] = [graph.image('BLACK'), graph.image('WHITE'), graph.mask(0.5)];
    const mix1 = graph.node('TestLazyMixImages', { image1: black.out(0), mask: mask.out(0) });
    graph.save(graph.mix(mix1, white, mask));
    expect((await bench.validate(graph.build())).ok).toBe(false);
  });

  it('dynamic_cycle_error: blames the node that made the cycle', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const maker = graph.node('TestDynamicDependencyCycle', { input1: black.out(0), input2: white.out(0) });
    graph.save(maker);
    const outcome = await submit();
    expect(errorOf(outcome)).toMatchObject({ prompt_id: 'prompt-1', node_id: maker.id });
    expect(outcome.success).toBe(false);
  });

  it('missing_node_error: runs the good branch, and the other when its node is there', async () => {
    const [black, white, gone, mask] = [
      graph.image('BLACK'),
      graph.image('WHITE'),
      graph.image('WHITE'),
      graph.mask(0.5),
    ];
    const [mix1, mix2] = [graph.mix(black, gone, mask), graph.mix(black, white, mask)];
    const [save1, save2] = [graph.save(mix1, 0, 'a'), graph.save(mix2, 0, 'b')];
    graph.remove(gone);
    const first = await bench.validate(graph.build());
    expect(first).toMatchObject({ ok: true, outputs: [save2.id] });
    expect((await submit()).success).toBe(true);
    graph.node('StubImage', gone.inputs, gone.id);
    expect(executingIds(await submit())).toContain(save1.id);
  });

  it('custom_is_changed: runs again exactly when the fingerprint says so', async () => {
    const save = graph.node('SaveImage', { images: ['changing', 0], filename_prefix: 'x' });
    const black = graph.image('BLACK');
    const changing = graph.node('TestCustomIsChanged', { image: black.out(0), should_change: false }, 'changing');
    const runs: boolean[] = [];
    for (const change of [false, false, true, true, true]) {
      changing.inputs['should_change'] = change;
      runs.push(executingIds(await submit()).includes(changing.id));
    }
    expect(runs).toEqual([true, false, true, true, true]);
    expect(save.id).toBe('n1');
  });

  it('undeclared_inputs: passes links to inputs that are not declared', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const average = graph.node('TestVariadicAverage', {
      input1: black.out(0),
      input2: white.out(0),
      input3: black.out(0),
      input4: black.out(0),
    });
    const save = graph.save(average);
    expect(levels(await submit(), save.id)).toEqual([63]);
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
      const outcome = await submit();
      expect(levels(outcome, save.id)).toEqual([255 >> iterations]);
      expect(executingIds(outcome)).toContain(changing.id);
    }
  });

  it('mixed_expansion_returns: joins plain results and subgraphs over a list', async () => {
    const list = graph.node('TestMakeListNode', { value1: 0.1, value2: 0.2, value3: 0.3 });
    const mixed = graph.node('TestMixedExpansionReturns', { input1: list.out(0) });
    const [save0, save1] = [graph.save(mixed, 0, 'd'), graph.save(mixed, 1, 'l')];
    const outcome = await submit();
    expect(levels(outcome, save0.id)).toEqual([25, 51, 76]);
    expect(levels(outcome, save1.id)).toEqual([255, 255, 255]);
  });

  it('mixed_lazy_results: asks for a lazy input when any item needs it', async () => {
    const list = graph.node('TestMakeListNode', { value1: new JsonFloat(0), value2: 0.5, value3: new JsonFloat(1) });
    const mix = graph.mix(graph.image('BLACK'), graph.image('WHITE'), graph.mask(list.out(0)));
    const batch = graph.node('RebatchImages', { images: mix.out(0), batch_size: 3 });
    const save = graph.save(batch);
    const outcome = await submit();
    expect(levels(outcome, save.id)).toEqual([0, 127, 255]);
  });

  it('output_reuse: saves one picture under two names', async () => {
    const black = graph.image('BLACK');
    const [save1, save2] = [graph.save(black, 0, 'a'), graph.save(black, 0, 'b')];
    const outcome = await submit();
    expect([filesOf(outcome, save1.id).length, filesOf(outcome, save2.id).length]).toEqual([1, 1]);
  });

  it('is_changed_with_outputs: never shows a picture to the fingerprint', async () => {
    const constant = graph.node('StubConstantImage', { value: 0.5, height: 8, width: 8, batch_size: 1 });
    const node = graph.node('TestIsChangedWithConstants', { image: constant.out(0), value: 0.5 });
    const preview = graph.preview(node);
    const first = await submit();
    const second = await submit();
    expect(levels(first, preview.id)).toEqual([63]);
    expect(levels(second, preview.id)).toEqual([63]);
    expect(executingIds(second)).not.toContain(node.id);
  });

  it('parallel_sleep_nodes: lets sleeping nodes sleep side by side', async () => {
    const black = graph.image('BLACK');
    const sleeps = [0.29, 0.31, 0.3].map(seconds => graph.node('TestSleep', { value: black.out(0), seconds }));
    const previews = sleeps.map(sleep => graph.preview(sleep));
    const outcome = await submit();
    const ran = executingIds(outcome);
    expect(new Set(ran.slice(1, 4))).toEqual(new Set(sleeps.map(({ id }) => id)));
    expect(new Set(ran.slice(4))).toEqual(new Set(previews.map(({ id }) => id)));
  });

  it('parallel_sleep_expansion: lets the nodes of a subgraph sleep side by side', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const parallel = graph.node('TestParallelSleep', {
      image1: black.out(0),
      image2: white.out(0),
      image3: white.out(0),
      sleep1: 0.3,
      sleep2: 0.32,
      sleep3: 0.34,
    });
    const save = graph.save(parallel);
    const outcome = await submit();
    expect(levels(outcome, save.id)).toEqual([170]);
    const ran = executingIds(outcome);
    const firstSleep = ran.indexOf(parallel.id) + 1;
    expect(new Set(ran.slice(firstSleep, firstSleep + 3))).toEqual(
      new Set([1, 2, 3].map(n => `${parallel.id}.0.0.${n}`)),
    );
  });

  it('execution_block_list_output: blocks single items of a list', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const images = graph.node('TestMakeListNode', { value1: black.out(0), value2: white.out(0), value3: black.out(0) });
    const numbers = graph.node('TestMakeListNode', { value1: 1, value2: 2, value3: 3 });
    const isTwo = graph.node('TestIntConditions', { a: numbers.out(0), b: 2, operation: '==' });
    const blocker = graph.node('TestExecutionBlocker', { input: images.out(0), block: isTwo.out(0), verbose: false });
    const list = graph.node('TestMakeListNode', { value1: blocker.out(0) });
    const preview = graph.preview(list);
    const outcome = await submit();
    expect(executingIds(outcome)).toContain(preview.id);
    expect(levels(outcome, preview.id)).toEqual([0, 0]);
  });

  it('partial_execution_included_outputs: runs the named output only', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const [save1, save2] = [graph.save(black, 0, 'a'), graph.save(white, 0, 'b')];
    const outcome = await submit([save1.id]);
    expect(touched(outcome)).toEqual([black.id, save1.id]);
    expect([filesOf(outcome, save1.id).length, filesOf(outcome, save2.id).length]).toEqual([1, 0]);
  });

  it('partial_execution_excluded_outputs: leaves out an output that is not named', async () => {
    const saves = (['BLACK', 'WHITE', 'NOISE'] as const).map(content => graph.save(graph.image(content), 0, content));
    const outcome = await submit([saves[0]?.id ?? '', saves[2]?.id ?? '']);
    expect(touched(outcome)).not.toContain(saves[1]?.id);
    expect(touched(outcome)).toEqual(expect.arrayContaining([saves[0]?.id, saves[2]?.id]));
  });

  it('partial_execution_dependencies: runs an output node on the way to the named one', async () => {
    const black = graph.image('BLACK');
    const way = graph.node('TestOutputNodeWithSocketOutput', { image: black.out(0), value: new JsonFloat(2) });
    const mix = graph.mix(way, black, graph.mask(0.5));
    const save = graph.save(mix);
    expect(touched(await submit([save.id]))).toEqual(expect.arrayContaining([black.id, way.id, mix.id, save.id]));
  });

  it('partial_execution_with_lazy_nodes: keeps the other branch untouched', async () => {
    const [black, white, noise] = [graph.image('BLACK'), graph.image('WHITE'), graph.image('NOISE')];
    const [mask1, mask2] = [graph.mask(0), graph.mask(0.5)];
    const save1 = graph.save(graph.mix(black, white, mask1), 0, 'a');
    const mix2 = graph.mix(white, noise, mask2);
    const save2 = graph.save(mix2, 0, 'b');
    const ran = touched(await submit([save1.id]));
    for (const node of [white, noise, mask2, mix2, save2]) expect(ran).not.toContain(node.id);
  });

  it('partial_execution_multiple_output_nodes: runs the chain of the named output', async () => {
    const [black, white] = [graph.image('BLACK'), graph.image('WHITE')];
    const first = graph.node('TestOutputNodeWithSocketOutput', { image: black.out(0), value: 1.5 });
    const second = graph.node('TestOutputNodeWithSocketOutput', { image: first.out(0), value: new JsonFloat(2) });
    const [save1, save2, save3] = [graph.save(first, 0, 'a'), graph.save(second, 0, 'b'), graph.save(white, 0, 'c')];
    const ran = touched(await submit([save2.id]));
    expect(ran).toEqual(expect.arrayContaining([black.id, first.id, second.id, save2.id]));
    for (const node of [white, save1, save3]) expect(ran).not.toContain(node.id);
  });

  it('partial_execution_empty_list: refuses a list that names nothing', async () => {
    graph.save(graph.image('BLACK'));
    expect(await bench.validate(graph.build(), [])).toMatchObject({ ok: false, error: { type: 'prompt_no_outputs' } });
  });
});

describe('execution without a cache', () => {
  it.each<[string, (graph: PromptBuilder) => void]>([
    ['full_cache', graph => graph.save(graph.mix(graph.image('BLACK'), graph.image('NOISE'), graph.mask(0.5)))],
    [
      'custom_is_changed',
      graph =>
        graph.save(graph.node('TestCustomIsChanged', { image: graph.image('BLACK').out(0), should_change: false })),
    ],
    [
      'is_changed_with_outputs',
      graph =>
        graph.preview(graph.node('TestIsChangedWithConstants', { image: graph.image('WHITE').out(0), value: 0.5 })),
    ],
  ])('%s: runs everything again', async (_, draw) => {
    const bench = new Workbench({ kind: 'none' });
    const graph = new PromptBuilder();
    draw(graph);
    const first = await bench.submit(graph.build());
    const second = await bench.submit(graph.build());
    expect(cachedIds(second)).toEqual([]);
    expect(executingIds(second)).toEqual(executingIds(first));
  });

  it('for_loop: keeps values that later iterations need', async () => {
    const bench = new Workbench({ kind: 'none' });
    const graph = new PromptBuilder();
    const noise = graph.image('NOISE');
    const open = graph.node('TestForLoopOpen', { remaining: 3, initial_value1: noise.out(0) });
    const body = graph.node('TestVariadicAverage', { input1: noise.out(0), input2: open.out(2) });
    const close = graph.node('TestForLoopClose', { flow_control: open.out(0), initial_value1: body.out(0) });
    const save = graph.save(close);
    const outcome = await bench.submit(graph.build());
    expect(executingIds(outcome).filter(id => id === noise.id)).toHaveLength(1);
    expect(filesOf(outcome, save.id)).toHaveLength(1);
  });
});

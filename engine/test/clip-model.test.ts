import { afterAll, describe, expect, test } from 'vitest';
import type { ProjectionFactors } from '../src/models/attention-projections.ts';
import { type Chunk, type ClipModel, createClipModel } from '../src/models/clip/clip-model.ts';
import { type GraphStyle, graphStyleFor } from '../src/models/graph-style.ts';
import { Runtime } from '../src/runtime/runtime.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { goldenCases, maxDifference, openGolden } from './golden-files.ts';

interface ClipParams {
  readonly start: number;
  readonly end: number;
  readonly pad: number;
  readonly clip_skip?: number | null;
  readonly weight?: number;
}

const runtime = new Runtime({ device: 'cpu', threads: 1, isThreaded: false, budgetBytes: 2 ** 30 });
const [plain, weighted, embedding] = goldenCases<ClipParams>('modules', 'clip_l');
if (!plain || !weighted || !embedding) throw new Error('golden cases are missing');
const { start, end, pad } = plain.params;

afterAll(() => runtime.dispose());

async function modelWith(style: GraphStyle): Promise<ClipModel> {
  const file = await openGolden('modules', plain?.file ?? '');
  return createClipModel({
    runtime,
    file: { ...file, keyOf: name => `W.${name}` },
    prefix: 'cond_stage_model.transformer.text_model.',
    style,
    chunkLayout: { length: 77, start, end, pad },
  });
}

/** Negative ids stand for the vectors, in order. */
function chunksOf(tokens: Tensor, weightOf: (place: number) => number, vectors?: Tensor): Chunk[] {
  const [rows = 0, columns = 0] = tokens.dims;
  const width = vectors?.dims[1] ?? 0;
  let used = 0;
  const tokenAt = (place: number) => {
    const id = tokens.data[place] ?? 0;
    const base = { weight: weightOf(place), wordId: 0 };
    if (id >= 0) return { ...base, id };
    return { ...base, vector: vectors?.data.slice(width * used, width * ++used) ?? new Float32Array() };
  };
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => tokenAt(row * columns + column)),
  );
}

const styles = {
  streamed: graphStyleFor('cpu', 'streamed'),
  folded: graphStyleFor('cpu', 'folded'),
  'standard operators': graphStyleFor('webgpu', 'streamed'),
};

describe.each(Object.entries(styles))('the CLIP text encoder (%s)', (_, style) => {
  test.each([-1, -2])('gives the state after layer %i, normed', async stopAtLayer => {
    const file = await openGolden('modules', plain.file);
    const chunks = chunksOf(await file.readTensor('tokens'), () => 1);
    const { context, pooled } = await (await modelWith(style)).encodeChunks(chunks, { stopAtLayer });
    expect(context.dims).toEqual([1, 2 * 77, 64]);
    expect(maxDifference(context.data, (await file.readTensor(`clip_skip_${stopAtLayer}`)).data)).toBeLessThan(1e-5);
    const expectedPooled = (await file.readTensor('pooled_unprojected')).data.subarray(0, 64);
    expect(maxDifference(pooled.data, expectedPooled)).toBeLessThan(1e-5);
  });

  test('multiplies the projections of all attentions', async () => {
    const file = await openGolden('modules', plain.file);
    const chunks = chunksOf(await file.readTensor('tokens'), () => 1);
    const model = await modelWith(style);
    const stateWith = async (factors: Partial<ProjectionFactors>) => {
      const attention = { query: 1, key: 1, value: 1, out: 1, ...factors };
      return (await model.encodeChunks(chunks, { stopAtLayer: -1, attention })).context.data;
    };
    const expected = (await file.readTensor('clip_skip_-1')).data;
    expect(maxDifference(await stateWith({}), expected)).toBeLessThan(1e-5);
    const sharper = await stateWith({ query: 3 });
    expect(maxDifference(sharper, expected)).toBeGreaterThan(1e-3);
    // Only the product of queries and keys counts; without values or results the attention adds its last bias or nothing.
    expect(maxDifference(await stateWith({ key: 3 }), sharper)).toBeLessThan(1e-4);
    const silent = await stateWith({ out: 0 });
    expect(maxDifference(await stateWith({ out: 0, query: 5, value: 2 }), silent)).toBe(0);
    expect(maxDifference(await stateWith({ value: 0 }), silent)).toBeGreaterThan(1e-3);
  });

  test('moves weighted tokens away from the empty prompt', async () => {
    const file = await openGolden('modules', weighted.file);
    const [tokens, tokenWeights] = [await file.readTensor('tokens'), await file.readTensor('weights')];
    const chunks = chunksOf(tokens, place => tokenWeights.data[place] ?? 1);
    const stopAtLayer = weighted.params.clip_skip ?? -1;
    const { context, pooled } = await (await modelWith(style)).encodeChunks(chunks, { stopAtLayer });
    expect(maxDifference(context.data, (await file.readTensor('cond')).data)).toBeLessThan(1e-5);
    expect(maxDifference(pooled.data, (await file.readTensor('pooled')).data)).toBeLessThan(1e-5);
  });

  test('puts learned vectors in the place of tokens', async () => {
    const file = await openGolden('modules', embedding.file);
    const [tokens, vectors] = [await file.readTensor('tokens'), await file.readTensor('vectors')];
    const weight = embedding.params.weight ?? 1;
    const chunks = chunksOf(tokens, place => ((tokens.data[place] ?? 0) < 0 ? weight : 1), vectors);
    const { context } = await (await modelWith(style)).encodeChunks(chunks, { stopAtLayer: -1 });
    expect(maxDifference(context.data, (await file.readTensor('cond')).data)).toBeLessThan(1e-5);
  });
});

test('a clip skip beyond the first layer means the last layer', async () => {
  const file = await openGolden('modules', plain.file);
  const chunks = chunksOf(await file.readTensor('tokens'), () => 1);
  const model = await modelWith(styles.streamed);
  const last = await model.encodeChunks(chunks, { stopAtLayer: -1 });
  const first = await model.encodeChunks(chunks, { stopAtLayer: -3 });
  const beyond = await model.encodeChunks(chunks, { stopAtLayer: -4 });
  expect(beyond.context.data).toEqual(last.context.data);
  expect(first.context.data).not.toEqual(last.context.data);
});

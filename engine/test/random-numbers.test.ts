import { describe, expect, test } from 'vitest';
import { BrownianTree } from '../src/tensor/brownian-tree.ts';
import { float32ToFloat16 } from '../src/tensor/half-precision.ts';
import { prepareNoise } from '../src/tensor/initial-noise.ts';
import { seedSequence } from '../src/tensor/seed-sequence.ts';
import { SeededGenerator } from '../src/tensor/seeded-generator.ts';
import { elementCount } from '../src/tensor/tensor.ts';
import { goldenCases, maxDifference, openGolden } from './golden-files.ts';

interface SeedParams {
  readonly seed: string;
}

describe('the seeded generator', () => {
  test.each(goldenCases<SeedParams>('rng', 'mt_words'))('gives the raw words of seed $params.seed', async golden => {
    const file = await openGolden('rng', golden.file);
    const generator = new SeededGenerator(BigInt(golden.params.seed));
    const words = new BigInt64Array((await file.readRaw('words')).buffer);
    expect([...words].map(Number)).toEqual(Array.from(words, () => generator.nextWord()));
  });

  test.each(goldenCases<SeedParams>('rng', 'fresh_seed'))('draws uniforms and normals bit for bit', async golden => {
    const file = await openGolden('rng', golden.file);
    for (const name of file.tensors.keys()) {
      const { data, dims } = await file.readTensor(name);
      const generator = new SeededGenerator(BigInt(golden.params.seed));
      const count = elementCount(dims);
      expect(name.startsWith('randn') ? generator.normal(count) : generator.uniform(count), name).toEqual(data);
    }
  });

  test.each(goldenCases<SeedParams & { order: ['randn' | 'rand', number][] }>('rng', 'sequence'))(
    'keeps the second value of a small normal draw across other draws, $case',
    async golden => {
      const file = await openGolden('rng', golden.file);
      const generator = new SeededGenerator(BigInt(golden.params.seed));
      const names = [...file.tensors.keys()];
      for (const [index, [kind, count]] of golden.params.order.entries()) {
        const expected = await file.readTensor(names[index] ?? '');
        expect(kind === 'randn' ? generator.normal(count) : generator.uniform(count)).toEqual(expected.data);
      }
    },
  );

  test.each(goldenCases<SeedParams>('rng', 'dtypes'))(
    'draws doubles, halves, integers and permutations',
    async golden => {
      const file = await openGolden('rng', golden.file);
      const fresh = () => new SeededGenerator(BigInt(golden.params.seed));
      for (const count of [5, 16, 40]) {
        const doubles = async (name: string) => new Float64Array((await file.readRaw(name)).buffer);
        const longs = async (name: string) => Array.from(new BigInt64Array((await file.readRaw(name)).buffer), Number);
        expect(fresh().uniform64(count)).toEqual(await doubles(`rand_f64_${count}`));
        expect(maxDifference(fresh().normal64(count), await doubles(`randn_f64_${count}`))).toBeLessThan(1e-15);
        const halves = new Uint16Array((await file.readRaw(`randn_f16_${count}`)).buffer);
        // The reference redraws an incomplete last block of halves from another place of the stream; we draw no halves.
        const same = count % 16 === 0 || count < 16 ? count : count - 16;
        expect(float32ToFloat16(fresh().normal(count)).subarray(0, same)).toEqual(halves.subarray(0, same));
        expect([...fresh().integers(count, 0, 1000)]).toEqual(await longs(`randint_0_1000_${count}`));
        expect([...fresh().permutation(count)]).toEqual(await longs(`randperm_${count}`));
      }
    },
  );

  test.each(goldenCases<SeedParams & { shape: number[] }>('rng', 'ancestral'))(
    'continues its stream from one step noise to the next, $case',
    async golden => {
      const file = await openGolden('rng', golden.file);
      for (const [name, offset] of [['calls', 0n] as const, ['calls_seed_plus_1', 1n] as const]) {
        const generator = new SeededGenerator(BigInt(golden.params.seed) + offset);
        const { data, dims } = await file.readTensor(name);
        const calls = Array.from({ length: dims[0] ?? 0 }, () => [...generator.normal(elementCount(dims.slice(1)))]);
        expect(Float32Array.from(calls.flat())).toEqual(data);
      }
    },
  );

  test('takes a negative seed modulo 2^64 and refuses a fraction', () => {
    expect(new SeededGenerator(-3).nextWord()).toBe(new SeededGenerator(2n ** 64n - 3n).nextWord());
    expect(() => new SeededGenerator(0.5)).toThrow('seed must be an integer, but it is 0.5');
  });

  test('refuses an empty range of integers', () => {
    expect(() => new SeededGenerator(0).integers(1, 3, 3)).toThrow('[3, 3)');
  });
});

describe('the initial noise', () => {
  test.each(goldenCases<SeedParams & { shape: number[]; batch_index: number[] | null }>('rng', 'latent_noise'))(
    'of $params.shape with batch_index $params.batch_index is bit-identical',
    async ({ file, params }) => {
      const expected = await (await openGolden('rng', file)).readTensor('noise');
      const { noise } = prepareNoise({
        dims: params.shape,
        seed: BigInt(params.seed),
        batchIndex: params.batch_index ?? undefined,
      });
      expect(noise).toEqual(expected);
    },
  );

  test('hands on the generator where the draw left it', () => {
    const { generator } = prepareNoise({ dims: [1, 4, 2, 2], seed: 7 });
    const other = new SeededGenerator(7);
    other.normal(16);
    expect(generator.nextWord()).toBe(other.nextWord());
  });

  test('refuses a batch_index that is no index', () => {
    expect(() => prepareNoise({ dims: [1, 4, 2, 2], seed: 7, batchIndex: [0, -1] })).toThrow('batch_index');
  });
});

describe('the seed sequence', () => {
  interface Entry {
    readonly entropy: string;
    readonly spawn_key: string[];
    readonly pool_size: number;
    readonly n: number;
  }
  test.each(goldenCases<{ entries: Entry[] }>('rng', 'seed_sequence'))('gives the golden words', async golden => {
    const file = await openGolden('rng', golden.file);
    for (const [index, entry] of golden.params.entries.entries()) {
      const words = new BigInt64Array((await file.readRaw(`s${index}`)).buffer);
      const spawnKey = entry.spawn_key.map(BigInt);
      const options = { entropy: BigInt(entry.entropy), spawnKey, poolSize: entry.pool_size };
      expect([...seedSequence(entry.n, options)]).toEqual([...words].map(Number));
    }
  });
});

describe('the Brownian tree', () => {
  interface Params extends SeedParams {
    readonly shape: number[];
    readonly sigma_min: number;
    readonly sigma_max: number;
  }
  const treeOf = ({ params }: { params: Params }) =>
    new BrownianTree({
      entropy: BigInt(params.seed),
      t0: params.sigma_min,
      t1: params.sigma_max,
      dims: params.shape,
    });

  test.each(goldenCases<Params>('rng', 'brownian'))('gives the golden step noises, $case', async golden => {
    const file = await openGolden('rng', golden.file);
    const pairs = new Float64Array((await file.readRaw('sigma_pairs')).buffer);
    const expected = (await file.readTensor('noise')).data;
    const tree = treeOf(golden);
    const size = elementCount(golden.params.shape);
    for (let row = 0; row < pairs.length / 2; row++) {
      const noise = tree.noise(pairs[2 * row] ?? 0, pairs[2 * row + 1] ?? 0);
      // 2 ulp; the suggested tolerance is 1e-5
      expect(maxDifference(noise, expected.subarray(row * size, (row + 1) * size))).toBeLessThan(5e-7);
    }
  });

  test('answers the same whatever was asked before, and the negative for the way back', () => {
    const options = { entropy: 5n, t0: 0.03, t1: 14.6, dims: [1, 4, 3, 3] };
    const fresh = new BrownianTree(options).noise(7, 5);
    const used = new BrownianTree(options);
    used.noise(0.1, 0.05);
    used.noise(14.6, 7);
    expect(used.noise(7, 5)).toEqual(fresh);
    expect(used.noise(5, 7)).toEqual(fresh.map(value => -value));
  });

  test('gives zeros for a step of no length', () => {
    const tree = new BrownianTree({ entropy: 5n, t0: 0.03, t1: 14.6, dims: [3] });
    expect([...tree.noise(2, 2)]).toEqual([0, 0, 0]);
  });

  test('refuses an interval without length', () => {
    expect(() => new BrownianTree({ entropy: 1n, t0: 1, t1: 1, dims: [2] })).toThrow('interval');
    expect(() => new BrownianTree({ entropy: 1n, t0: Number.NaN, t1: 1, dims: [2] })).toThrow('interval');
  });
});

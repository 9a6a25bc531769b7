// Golden folder `rng`: the seeded generator, initial noise, step noise and the Brownian tree.
import { BrownianTree } from '../../engine/src/tensor/brownian-tree.ts';
import { float16ToFloat32, float32ToFloat16 } from '../../engine/src/tensor/half-precision.ts';
import { prepareNoise } from '../../engine/src/tensor/initial-noise.ts';
import { seedSequence } from '../../engine/src/tensor/seed-sequence.ts';
import { SeededGenerator } from '../../engine/src/tensor/seeded-generator.ts';
import { Comparison, toleranceOf } from './comparison.ts';
import type { GoldenFile } from './golden-file.ts';
import type { GoldenCase, ParityContext, ParityOutcome, ParitySuite } from './suite.ts';

export const rng: ParitySuite = {
  folder: 'rng',
  async run(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
    const check = checkOf(goldenCase);
    if (check === undefined) return { skipped: `unknown operation "${goldenCase.op}"` };
    const comparison = new Comparison(toleranceOf(goldenCase));
    check(goldenCase, await context.tensors(goldenCase), comparison);
    return comparison.outcome();
  },
};

type Check = (goldenCase: GoldenCase, file: GoldenFile, comparison: Comparison) => void;

/** The check that fits what a case says of itself. */
function checkOf({ params, tensors = [] }: GoldenCase): Check | undefined {
  if (tensors.includes('sigma_pairs')) return checkBrownianTree;
  if (tensors.includes('calls')) return checkStepNoise;
  if (tensors.includes('noise')) return checkInitialNoise;
  if (tensors.includes('words')) return checkWords;
  if (params['order'] !== undefined) return checkSequence;
  if (params['entries'] !== undefined) return checkSeedSequence;
  return tensors.every(name => drawOf(name) !== undefined) ? checkFreshDraws : undefined;
}

function checkFreshDraws({ params }: GoldenCase, file: GoldenFile, comparison: Comparison): void {
  for (const name of file.names) {
    comparison.values(name, drawOf(name)!(new SeededGenerator(seedOf(params))), file.get(name).data);
  }
}

function checkSequence({ params }: GoldenCase, file: GoldenFile, comparison: Comparison): void {
  const generator = new SeededGenerator(seedOf(params));
  for (const name of file.names) {
    comparison.values(name, drawOf(name.replace(/^d\d+_/, ''))!(generator), file.get(name).data);
  }
}

/**
 * The draw that a tensor name stands for: kind, then type and range where they matter, then the element count or shape.
 */
function drawOf(name: string): ((generator: SeededGenerator) => ArrayLike<number>) | undefined {
  const [, kind, range, shape] =
    /^(randn|rand|randn_f64|rand_f64|randn_f16|randint|randperm)((?:_\d+_\d+)?)_([\dx]+)$/.exec(name) ?? [];
  if (kind === undefined || shape === undefined) return undefined;
  const count = shape.split('x').reduce((product, side) => product * Number(side), 1);
  const [low = 0, high = 0] = (range ?? '').split('_').slice(1).map(Number);
  switch (kind) {
    case 'randn':
      return generator => generator.normal(count);
    case 'rand':
      return generator => generator.uniform(count);
    case 'randn_f64':
      return generator => generator.normal64(count);
    case 'rand_f64':
      return generator => generator.uniform64(count);
    case 'randn_f16':
      return generator => normalHalves(generator, count);
    case 'randint':
      return generator => generator.integers(count, low, high);
    default:
      return generator => generator.permutation(count);
  }
}

/** Half-precision normals come block by block of 16, and the last block overlaps the one before; 32-bit ones do not. */
function normalHalves(generator: SeededGenerator, count: number): Float32Array {
  const values = new Float32Array(count);
  if (count < 16) values.set(generator.normal(count));
  else {
    for (let start = 0; start + 16 <= count; start += 16) values.set(generator.normal(16), start);
    if (count % 16 > 0) values.set(generator.normal(16), count - 16);
  }
  return float16ToFloat32(float32ToFloat16(values));
}

function checkWords({ params }: GoldenCase, file: GoldenFile, comparison: Comparison): void {
  const generator = new SeededGenerator(seedOf(params));
  const expected = file.get('words').data;
  comparison.values(
    'words',
    Float64Array.from(expected, () => generator.nextWord()),
    expected,
  );
}

function checkInitialNoise({ params }: GoldenCase, file: GoldenFile, comparison: Comparison): void {
  const dims = params['shape'] as number[];
  const batchIndex = (params['batch_index'] as number[] | null) ?? undefined;
  const { noise } = prepareNoise({ dims, seed: seedOf(params), batchIndex });
  comparison.values('noise', noise.data, file.get('noise').data);
  comparison.equal('shape', noise.dims, file.get('noise').dims);
}

function checkStepNoise({ params }: GoldenCase, file: GoldenFile, comparison: Comparison): void {
  const seed = seedOf(params);
  for (const [name, offset] of [
    ['calls', 0n],
    ['calls_seed_plus_1', 1n],
  ] as const) {
    const { data, dims } = file.get(name);
    const generator = new SeededGenerator(seed + offset);
    const count = data.length / dims[0]!;
    const calls = Array.from({ length: dims[0]! }, () => [...generator.normal(count)]);
    comparison.values(name, calls.flat(), data);
  }
}

function checkBrownianTree({ params }: GoldenCase, file: GoldenFile, comparison: Comparison): void {
  const tree = new BrownianTree({
    entropy: seedOf(params),
    t0: Number(params['sigma_min']),
    t1: Number(params['sigma_max']),
    dims: params['shape'] as number[],
  });
  const pairs = file.get('sigma_pairs').data;
  const noise = Array.from({ length: pairs.length / 2 }, (_, i) => [...tree.noise(pairs[2 * i]!, pairs[2 * i + 1]!)]);
  comparison.values('noise', noise.flat(), file.get('noise').data);
}

interface SeedSequenceEntry {
  readonly entropy: string;
  readonly spawn_key: readonly string[];
  readonly pool_size: number;
  readonly n: number;
}

function checkSeedSequence({ params }: GoldenCase, file: GoldenFile, comparison: Comparison): void {
  const entries = params['entries'] as SeedSequenceEntry[];
  entries.forEach(({ entropy, spawn_key: spawnKey, pool_size: poolSize, n }, i) => {
    const options = { entropy: BigInt(entropy), spawnKey: spawnKey.map(BigInt), poolSize };
    comparison.values(`s${i}`, seedSequence(n, options), file.get(`s${i}`).data);
  });
}

function seedOf(params: GoldenCase['params']): bigint {
  return BigInt(String(params['seed']));
}

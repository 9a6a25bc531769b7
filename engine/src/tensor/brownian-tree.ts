// Brownian motion that can be asked for any interval, in any order, and always gives the same answer: a step and its two halves
// get consistent noise, which the SDE samplers need. A "virtual Brownian tree" (Li et al., "Scalable Gradients for Stochastic
// Differential Equations", 2020): an interval is split at its middle by a Brownian bridge whose randomness is seeded by the
// place in the tree. Rules and golden values: golden data, section "Random numbers"; grid of 1e-6 as in torchsde.
import { EngineError } from '../errors.ts';
import { seedSequence } from './seed-sequence.ts';
import { SeededGenerator } from './seeded-generator.ts';
import { elementCount } from './tensor.ts';

export interface BrownianTreeOptions {
  /** The sampling seed, all 64 bits of it. */
  readonly entropy: bigint;
  /** Ends of the motion: smallest non-zero and largest sigma of the run. */
  readonly t0: number;
  readonly t1: number;
  /** Shape of the sample. */
  readonly dims: readonly number[];
}

interface Node {
  readonly key: bigint;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
  readonly increment: Float32Array;
}

const poolSize = 24;
const f32 = Math.fround;

/** One Brownian motion. Keeps the nodes that the last query touched (about 2 log2((t1 - t0) / 1e-6) of them). */
export class BrownianTree {
  readonly #entropy: bigint;
  readonly #size: number;
  readonly #root: Node;
  #children = new Map<string, readonly [Node, Node]>();
  #touched = new Map<string, readonly [Node, Node]>();

  /** @throws EngineError INVALID_ARGUMENT unless t0 < t1, both finite, and entropy is not negative. */
  constructor({ entropy, t0, t1, dims }: BrownianTreeOptions) {
    if (!(Number.isFinite(t0) && Number.isFinite(t1) && t0 < t1) || entropy < 0n) {
      const actual = `[${t0}, ${t1}], entropy ${entropy}`;
      throw new EngineError('INVALID_ARGUMENT', {
        name: 'The interval of a Brownian tree',
        expected: 'finite and increasing, its entropy not negative',
        actual,
      });
    }
    this.#entropy = entropy;
    this.#size = elementCount(dims);
    const seed = seedSequence(3, { entropy, poolSize })[0]!;
    const scale = f32(Math.sqrt(t1 - t0));
    const increment = this.#normal(seed).map(value => value * scale);
    this.#root = { key: 0n, depth: 0, start: roundToGrid(t0), end: roundToGrid(t1), increment };
  }

  /**
   * Standard normal noise for the step from `sigma` to `sigmaNext`: the increment between them over the root of their
   * distance. All zeros when both fall on the same point of the grid.
   */
  noise(sigma: number, sigmaNext: number): Float32Array {
    const isDescending = sigma > sigmaNext;
    const increment = this.#between(Math.min(sigma, sigmaNext), Math.max(sigma, sigmaNext));
    const distance = f32(Math.sqrt(f32(Math.abs(f32(sigmaNext) - f32(sigma)))));
    if (distance === 0) return increment.fill(0);
    const divisor = isDescending ? -distance : distance;
    return increment.map(value => value / divisor);
  }

  #between(from: number, to: number): Float32Array {
    const { start, end } = this.#root;
    const clip = (time: number): number => roundToGrid(Math.min(Math.max(time, start), end));
    const sum = new Float32Array(this.#size);
    this.#touched = new Map();
    this.#addIncrements(this.#root, clip(from), clip(to), sum);
    // Neighbouring queries share an end, hence a path through the tree: keep just that much.
    this.#children = this.#touched;
    return sum;
  }

  /** Adds the increments of the largest nodes that make up [from, to], left to right. */
  #addIncrements(node: Node, from: number, to: number, sum: Float32Array): void {
    if (to <= node.start || from >= node.end) return;
    if (from <= node.start && to >= node.end) {
      for (let index = 0; index < sum.length; index++) sum[index] = sum[index]! + node.increment[index]!;
      return;
    }
    const [left, right] = this.#split(node);
    this.#addIncrements(left, from, to, sum);
    this.#addIncrements(right, from, to, sum);
  }

  #split(node: Node): readonly [Node, Node] {
    const name = `${node.depth}:${node.key}`;
    const known = this.#touched.get(name) ?? this.#children.get(name);
    const children = known ?? this.#bridge(node);
    this.#touched.set(name, children);
    return children;
  }

  /** Brownian bridge: the middle of a path whose ends are known. */
  #bridge({ key, depth, start, end, increment }: Node): readonly [Node, Node] {
    const middle = roundToGrid((start + end) / 2);
    const spawnKey = [key, BigInt(depth)];
    const noise = this.#normal(seedSequence(4, { entropy: this.#entropy, spawnKey, poolSize })[0]!);
    const inverse = 1 / (end - start);
    const share = f32(middle - start);
    const deviation = f32(Math.sqrt((middle - start) * (end - middle) * inverse));
    const inverseF32 = f32(inverse);
    const left = new Float32Array(this.#size);
    const right = new Float32Array(this.#size);
    for (let index = 0; index < left.length; index++) {
      const whole = increment[index]!;
      const mean = f32(f32(share * whole) * inverseF32);
      left[index] = mean + f32(deviation * noise[index]!);
      right[index] = whole - left[index]!;
    }
    return [
      { key: 2n * key, depth: depth + 1, start, end: middle, increment: left },
      { key: 2n * key + 1n, depth: depth + 1, start: middle, end, increment: right },
    ];
  }

  #normal(seed: number): Float32Array {
    return new SeededGenerator(seed).normal(this.#size);
  }
}

/** Decimal rounding to 6 digits of the exact binary value; ties (odd multiples of 1/128) go to the even digit. */
export function roundToGrid(time: number): number {
  const rounded = Number(time.toFixed(6));
  const isTie = Math.abs(time * 128) % 2 === 1;
  if (!isTie) return rounded;
  const lastDigitIsOdd = Math.round(Math.abs(rounded) * 1e6) % 2 === 1;
  // toFixed rounds ties away from zero, so the even neighbour lies one step nearer.
  return lastDigitIsOdd ? Number((rounded - Math.sign(time) * 1e-6).toFixed(6)) : rounded;
}

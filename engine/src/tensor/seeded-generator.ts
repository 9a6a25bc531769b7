// PyTorch's CPU generator: the same seed gives the same stream of numbers, so that noise (and the picture made from it) is
// reproducible across programs. Rules and golden values: golden data, section "Random numbers".
// Accuracy against PyTorch: words, uniforms, integers, permutations and 32-bit normals (16 or more at once) are bit-identical;
// draws of fewer than 16 normals and 64-bit normals use the double log/sin/cos of JavaScript and agree to 1 ulp of the result type.
import { EngineError } from '../errors.ts';
import { boxMullerF32 } from './box-muller.ts';
import { MersenneTwister } from './mersenne-twister.ts';

const blockSize = 16;
const two32 = 2 ** 32;

/** A seed as users write it: any integer; only its low 32 bits (two's complement) select the stream. */
export type Seed = number | bigint;

/**
 * A stream of random numbers. All draws of one generator share its state, in the order of the calls.
 * @throws EngineError INVALID_ARGUMENT when a number seed is not an integer.
 */
export class SeededGenerator {
  readonly #twister: MersenneTwister;
  /** Second value of the last pair of a small normal draw; other draws leave it alone. */
  #cachedNormal: number | undefined;

  constructor(seed: Seed) {
    if (typeof seed === 'number' && !Number.isInteger(seed)) {
      throw new EngineError('INVALID_ARGUMENT', { name: 'seed', expected: 'an integer', actual: seed });
    }
    this.#twister = new MersenneTwister(Number(BigInt.asUintN(32, BigInt(seed))));
  }

  /** One raw 32-bit word. */
  nextWord(): number {
    return this.#twister.nextWord();
  }

  /** Floats in [0, 1) with 24 random bits. */
  uniform(count: number): Float32Array {
    return new Float32Array(count).map(() => this.#nextUniform());
  }

  /** Doubles in [0, 1) with 53 random bits. */
  uniform64(count: number): Float64Array {
    return new Float64Array(count).map(() => this.#nextUniform64());
  }

  /** Standard normal floats; a draw of 16 or more follows another rule than smaller ones. */
  normal(count: number): Float32Array {
    const values = new Float32Array(count);
    if (count < blockSize) return values.map(() => this.#nextNormal());
    return this.#fillBlocks(values, () => this.#nextUniform(), boxMullerF32);
  }

  /** Standard normal doubles (PyTorch's float64 tensors). */
  normal64(count: number): Float64Array {
    const values = new Float64Array(count);
    if (count < blockSize) return values.map(() => this.#nextNormal());
    return this.#fillBlocks(values, () => this.#nextUniform64(), boxMullerF64);
  }

  /**
   * Integers in [low, high).
   * @throws EngineError INVALID_ARGUMENT when the range is empty or wider than 2^32 - 1.
   */
  integers(count: number, low: number, high: number): Float64Array {
    const range = high - low;
    if (!(Number.isSafeInteger(low) && Number.isSafeInteger(high) && range > 0 && range < two32)) {
      throw new EngineError('INVALID_ARGUMENT', {
        name: 'The range of random integers',
        expected: 'between 1 and 2^32 - 1 wide',
        actual: `[${low}, ${high})`,
      });
    }
    return new Float64Array(count).map(() => low + (this.nextWord() % range));
  }

  /** A random order of 0 .. count - 1. */
  permutation(count: number): Uint32Array {
    const order = new Uint32Array(count).map((_, index) => index);
    for (let index = 0; index < count - 1; index++) {
      const other = index + (this.nextWord() % (count - index));
      const kept = order[index]!;
      order[index] = order[other]!;
      order[other] = kept;
    }
    return order;
  }

  #nextUniform(): number {
    return (this.nextWord() & 0xffffff) / 2 ** 24;
  }

  #nextUniform64(): number {
    const high = this.nextWord() & 0x1fffff;
    return (high * two32 + this.nextWord()) / 2 ** 53;
  }

  #nextNormal(): number {
    const cached = this.#cachedNormal;
    if (cached !== undefined) {
      this.#cachedNormal = undefined;
      return cached;
    }
    const angle = 2 * Math.PI * this.#nextUniform64();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#nextUniform64()));
    this.#cachedNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Uniforms first, then pairs inside each block of 16; an incomplete last block is redrawn together with its predecessors. */
  #fillBlocks<Values extends Float32Array | Float64Array>(
    values: Values,
    nextUniform: () => number,
    transform: (u1: number, u2: number, out: Values, cosIndex: number, sinIndex: number) => void,
  ): Values {
    const { length } = values;
    const transformBlock = (start: number): void => {
      for (let index = start; index < start + 8; index++) {
        transform(1 - values[index]!, values[index + 8]!, values, index, index + 8);
      }
    };
    for (let index = 0; index < length; index++) values[index] = nextUniform();
    for (let start = 0; start + blockSize <= length; start += blockSize) transformBlock(start);
    if (length % blockSize !== 0) {
      for (let index = length - blockSize; index < length; index++) values[index] = nextUniform();
      transformBlock(length - blockSize);
    }
    return values;
  }
}

function boxMullerF64(u1: number, u2: number, out: Float64Array, cosIndex: number, sinIndex: number): void {
  const radius = Math.sqrt(-2 * Math.log(u1));
  const angle = 2 * Math.PI * u2;
  out[cosIndex] = radius * Math.cos(angle);
  out[sinIndex] = radius * Math.sin(angle);
}

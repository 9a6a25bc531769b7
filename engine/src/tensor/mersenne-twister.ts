// The 32-bit Mersenne Twister MT19937 with its classic initialisation (Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS
// 8, 1998): the source of every random number of the engine, because PyTorch's CPU generator is this one.

const size = 624;
const middle = 397;

/** One stream of 32-bit words. */
export class MersenneTwister {
  readonly #state = new Uint32Array(size);
  #position = size;

  /** @param seed unsigned 32-bit integer. */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed;
    for (let index = 1; index < size; index++) {
      const previous = state[index - 1]!;
      state[index] = Math.imul(1812433253, previous ^ (previous >>> 30)) + index;
    }
  }

  /** The next word, 0 .. 2^32 - 1. */
  nextWord(): number {
    if (this.#position === size) this.#twist();
    let word = this.#state[this.#position++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let index = 0; index < size; index++) {
      const next = state[index + 1 < size ? index + 1 : 0]!;
      const mixed = (state[index]! & 0x80000000) | (next & 0x7fffffff);
      const far = state[index + middle < size ? index + middle : index + middle - size]!;
      state[index] = far ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
    }
    this.#position = 0;
  }
}

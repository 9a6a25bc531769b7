// Hash of an integer of any size (and a "spawn key") into random-looking 32-bit words; the Brownian tree takes the seed of each
// node from it. Melissa O'Neill's seed_seq design as in NumPy's SeedSequence; rules: golden data, section "Random numbers".

export interface SeedSequenceOptions {
  readonly entropy: bigint;
  /** Distinguishes streams of the same entropy. */
  readonly spawnKey?: readonly bigint[];
  /** Words of internal state; default 4. */
  readonly poolSize?: number;
}

/** The first `count` words of the sequence. */
export function seedSequence(count: number, options: SeedSequenceOptions): Uint32Array {
  const { entropy, spawnKey = [], poolSize = 4 } = options;
  const words = wordsOf(entropy);
  if (spawnKey.length > 0) {
    while (words.length < poolSize) words.push(0);
    for (const key of spawnKey) words.push(...wordsOf(key));
  }
  return generate(count, mixPool(words, poolSize));
}

function wordsOf(value: bigint): number[] {
  const words: number[] = [];
  let rest = value;
  do {
    words.push(Number(BigInt.asUintN(32, rest)));
    rest >>= 32n;
  } while (rest > 0n);
  return words;
}

function mixPool(words: readonly number[], poolSize: number): Uint32Array {
  let hashConstant = 0x43b0d7e5;
  const hash = (word: number): number => {
    const value = word ^ hashConstant;
    hashConstant = Math.imul(hashConstant, 0x931e8875);
    const product = Math.imul(value, hashConstant);
    return product ^ (product >>> 16);
  };
  const mix = (x: number, y: number): number => {
    const difference = (Math.imul(x, 0xca01f9dd) - Math.imul(y, 0x4973f715)) | 0;
    return difference ^ (difference >>> 16);
  };
  const pool = new Uint32Array(poolSize);
  for (let index = 0; index < poolSize; index++) pool[index] = hash(words[index] ?? 0);
  for (let source = 0; source < poolSize; source++) {
    for (let target = 0; target < poolSize; target++) {
      if (source !== target) pool[target] = mix(pool[target]!, hash(pool[source]!));
    }
  }
  for (const word of words.slice(poolSize)) {
    for (let target = 0; target < poolSize; target++) pool[target] = mix(pool[target]!, hash(word));
  }
  return pool;
}

function generate(count: number, pool: Uint32Array): Uint32Array {
  let hashConstant = 0x8b51f9dd;
  return new Uint32Array(count).map((_, index) => {
    const value = pool[index % pool.length]! ^ hashConstant;
    hashConstant = Math.imul(hashConstant, 0x58f38ded);
    const product = Math.imul(value, hashConstant);
    return product ^ (product >>> 16);
  });
}

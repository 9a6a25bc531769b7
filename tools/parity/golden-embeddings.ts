// The `embeddings` folder of the golden tokens, and which vector came from which row of which file.
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readTextualInversion } from '../../engine/src/tokenizers/textual-inversion.ts';

/** As recorded in place of a token id. */
export interface EmbeddingIdentity {
  readonly embedding: string;
  readonly row: number;
  readonly dim: number;
}

const extension = '.safetensors';

export class GoldenEmbeddings {
  readonly #folder: string;
  readonly #identities = new Map<Float32Array, EmbeddingIdentity>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Vectors of `name` (with or without extension) for a text encoder; undefined when there is no such file. */
  async find(name: string, encoder: string): Promise<readonly Float32Array[] | undefined> {
    const path = join(this.#folder, name.endsWith(extension) ? name : name + extension);
    const isFile = await stat(path).then(
      found => found.isFile(),
      () => false,
    );
    if (!isFile) return undefined;
    const embedding = basename(path, extension);
    const vectors = await readTextualInversion(path, encoder);
    for (const [row, vector] of vectors.entries()) this.#identities.set(vector, { embedding, row, dim: vector.length });
    return vectors;
  }

  identityOf(vector: Float32Array): EmbeddingIdentity | undefined {
    return this.#identities.get(vector);
  }
}

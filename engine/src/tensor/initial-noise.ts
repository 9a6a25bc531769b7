// The noise a sampling run starts from. A whole batch is one draw, so its items differ from separately generated pictures;
// latents cut out of a batch carry `batch_index`, which reproduces the noise that each item had at its place (LATENT, node
// contract section 6).
import { EngineError } from '../errors.ts';
import { type Seed, SeededGenerator } from './seeded-generator.ts';
import { elementCount, type Tensor } from './tensor.ts';

export interface NoiseRequest {
  /** Shape of the latent, batch first. */
  readonly dims: readonly number[];
  readonly seed: Seed;
  /** Place of each item in the batch it was made in; its length replaces `dims[0]`. */
  readonly batchIndex?: readonly number[] | undefined;
}

export interface PreparedNoise {
  readonly noise: Tensor;
  /** The generator after the draw: samplers that use the global generator continue its stream. */
  readonly generator: SeededGenerator;
}

/**
 * Standard normal noise of the shape `dims`.
 * @throws EngineError INVALID_ARGUMENT when an entry of `batchIndex` is no index.
 */
export function prepareNoise({ dims, seed, batchIndex }: NoiseRequest): PreparedNoise {
  const generator = new SeededGenerator(seed);
  if (batchIndex === undefined) {
    return { noise: { data: generator.normal(elementCount(dims)), dims: [...dims] }, generator };
  }
  const itemDims = dims.slice(1);
  const itemSize = elementCount(itemDims);
  const items = drawItems(generator, itemSize, batchIndex);
  const data = new Float32Array(batchIndex.length * itemSize);
  batchIndex.forEach((place, index) => {
    data.set(items.get(place)!, index * itemSize);
  });
  return { noise: { data, dims: [batchIndex.length, ...itemDims] }, generator };
}

/** Draws items 0 .. last one by one, since each depends on the draws before it, and keeps the wanted ones. */
function drawItems(generator: SeededGenerator, size: number, wanted: readonly number[]): Map<number, Float32Array> {
  const places = new Set(wanted);
  for (const place of places) {
    if (!Number.isInteger(place) || place < 0) {
      throw new EngineError('INVALID_ARGUMENT', { name: 'batch_index', expected: 'a list of indices', actual: place });
    }
  }
  const last = Math.max(-1, ...places);
  const items = new Map<number, Float32Array>();
  for (let place = 0; place <= last; place++) {
    const item = generator.normal(size);
    if (places.has(place)) items.set(place, item);
  }
  return items;
}

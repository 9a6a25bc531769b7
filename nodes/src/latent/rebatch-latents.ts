// Latents of several batches put into batches of a new size, in their order. Items share a batch only where they have the same
// shape, so a batch ends early before an item of another one.
import { concatAxis, fitBatch, sliceAxis, type Tensor } from '@snug/engine';
import type { Latent } from '../node-types.ts';

/** A latent of one item. */
interface Item extends Latent {
  readonly batch_index: readonly [number];
}

/** Batches of `size` items, the last one of a shape may be smaller. */
export function rebatchLatents(latents: readonly Latent[], size: number): Latent[] {
  const batches: Item[][] = [];
  for (const item of singleLatents(latents)) {
    const last = batches.at(-1);
    if (last?.[0] !== undefined && last.length < size && goTogether(last[0], item)) last.push(item);
    else batches.push([item]);
  }
  return batches.map(joined);
}

/** Items without a place of their own are numbered through over all latents. */
function singleLatents(latents: readonly Latent[]): Item[] {
  const items: Item[] = [];
  for (const latent of latents) {
    const { samples, noise_mask, batch_index } = latent;
    const [count = 0] = samples.dims;
    const masks = noise_mask !== undefined && fitBatch(noise_mask, count);
    const before = items.length;
    for (let n = 0; n < count; n++) {
      items.push({
        ...latent,
        samples: sliceAxis(samples, 0, n, 1),
        ...(masks && { noise_mask: sliceAxis(masks, 0, n, 1) }),
        batch_index: [batch_index?.[n] ?? before + n],
      });
    }
  }
  return items;
}

function goTogether(a: Item, b: Item): boolean {
  const shapeOf = ({ samples, noise_mask, type }: Item) => JSON.stringify([samples.dims, noise_mask?.dims, type]);
  return shapeOf(a) === shapeOf(b);
}

function joined(items: readonly Item[]): Latent {
  const masks = items.map(({ noise_mask }) => noise_mask).filter((mask): mask is Tensor => mask !== undefined);
  return {
    ...items[0]!,
    samples: concatAxis(
      items.map(({ samples }) => samples),
      0,
    ),
    ...(masks.length > 0 && { noise_mask: concatAxis(masks, 0) }),
    batch_index: items.map(({ batch_index }) => batch_index[0]),
  };
}

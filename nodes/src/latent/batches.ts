// Latents taken out of their batches and put into new ones. `batch_index` says where an item once was, so that it gets the same
// noise as there; masks go with their items.
import { concatAxis, fitBatch, matchPlaces, repeatBatch, sliceAxis } from '@snug/engine';
import { defineNode, int, latent } from '@snug/execution';
import { NodeError } from '../errors.ts';
import type { Latent } from '../node-types.ts';
import { rebatchLatents } from './rebatch-latents.ts';

const category = 'latent/batch';

export const LatentFromBatch = defineNode({
  id: 'LatentFromBatch',
  displayName: 'Latent From Batch',
  category,
  inputs: {
    samples: latent(),
    batch_index: int({ default: 0, min: 0, max: 63 }),
    length: int({ default: 1, min: 1, max: 64 }),
  },
  outputs: [latent()],
  execute: ({ samples: latent, batch_index, length }) => {
    const items = requireItems(latent, 'LatentFromBatch');
    const start = Math.min(batch_index, items - 1);
    const count = Math.min(length, items - start);
    const { noise_mask } = latent;
    return [
      {
        ...latent,
        samples: sliceAxis(latent.samples, 0, start, count),
        // One mask goes with all items.
        ...(noise_mask !== undefined && {
          noise_mask: noise_mask.dims[0] === 1 ? noise_mask : sliceAxis(fitBatch(noise_mask, items), 0, start, count),
        }),
        batch_index: indicesOf(latent).slice(start, start + count),
      },
    ];
  },
});

export const RepeatLatentBatch = defineNode({
  id: 'RepeatLatentBatch',
  displayName: 'Repeat Latent Batch',
  category,
  inputs: { samples: latent(), amount: int({ default: 1, min: 1, max: 64 }) },
  outputs: [latent()],
  execute: ({ samples: latent, amount }) => {
    const items = requireItems(latent, 'RepeatLatentBatch');
    const { noise_mask, batch_index } = latent;
    const isShared = noise_mask === undefined || noise_mask.dims[0] === 1;
    return [
      {
        ...latent,
        samples: repeatBatch(latent.samples, amount),
        ...(!isShared && { noise_mask: repeatBatch(fitBatch(noise_mask, items), amount) }),
        ...(batch_index !== undefined && { batch_index: repeatedIndices(batch_index, amount) }),
      },
    ];
  },
});

/** Each repetition gets places of its own, behind those of the one before. */
function repeatedIndices(indices: readonly number[], amount: number): number[] {
  const span = indices.length === 0 ? 0 : Math.max(...indices) - Math.min(...indices) + 1;
  return Array.from({ length: amount }, (_, n) => indices.map(index => index + n * span)).flat();
}

export const LatentBatch = defineNode({
  id: 'LatentBatch',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_latent',
  category,
  inputs: { samples1: latent(), samples2: latent() },
  outputs: [latent()],
  execute: ({ samples1, samples2 }) => [
    {
      ...samples1,
      samples: concatAxis([samples1.samples, matchPlaces(samples2.samples, samples1.samples)], 0),
      batch_index: [...indicesOf(samples1), ...indicesOf(samples2)],
    },
  ],
});

export const RebatchLatents = defineNode({
  id: 'RebatchLatents',
  displayName: 'Rebatch Latents',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_rebatch',
  category,
  inputIsList: true,
  inputs: { latents: latent(), batch_size: int({ default: 1, min: 1, max: 4096 }) },
  outputs: [latent({ isList: true })],
  execute: ({ latents, batch_size }) => [rebatchLatents(latents, batch_size[0] ?? 1)],
});

/** Places of the items in the batch that they are from. */
function indicesOf({ samples, batch_index }: Latent): readonly number[] {
  return batch_index ?? Array.from({ length: samples.dims[0] ?? 0 }, (_, n) => n);
}

/** Number of items. @throws NodeError LATENT_BATCH_EMPTY */
function requireItems({ samples }: Latent, node: string): number {
  const [items = 0] = samples.dims;
  if (items === 0) throw new NodeError('LATENT_BATCH_EMPTY', { node });
  return items;
}

// Pictures taken out of their batches and put into new ones.
import type { Tensor } from '@snug/engine';
import { defineNode, image, int } from '@snug/execution';
import { NodeError } from '../errors.ts';

export const RebatchImages = defineNode({
  id: 'RebatchImages',
  displayName: 'Rebatch Images',
  category: 'image/batch',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_rebatch',
  inputIsList: true,
  inputs: { images: image(), batch_size: int({ default: 1, min: 1, max: 4096 }) },
  outputs: [image({ isList: true })],
  execute: ({ images, batch_size }) => {
    const size = batch_size[0] ?? 1;
    const single = images.flatMap(singlePictures);
    const batches: Tensor[] = [];
    for (let first = 0; first < single.length; first += size) batches.push(batchOf(single.slice(first, first + size)));
    return [batches];
  },
});

/** Views of the pictures of [batch, height, width, channels], each as a batch of one. */
function singlePictures({ data, dims }: Tensor): Tensor[] {
  const [batch = 0, ...rest] = dims;
  const length = rest.reduce((product, dim) => product * dim, 1);
  return Array.from({ length: batch }, (_, n) => ({
    data: data.subarray(n * length, (n + 1) * length),
    dims: [1, ...rest],
  }));
}

/** @throws NodeError IMAGE_SIZES_DIFFER */
function batchOf(pictures: readonly Tensor[]): Tensor {
  const [, ...size] = pictures[0]?.dims ?? [];
  const length = size.reduce((product, dim) => product * dim, 1);
  const data = new Float32Array(pictures.length * length);
  for (const [n, picture] of pictures.entries()) {
    const [, ...other] = picture.dims;
    if (other.join() !== size.join()) {
      throw new NodeError('IMAGE_SIZES_DIFFER', { first: size.join('x'), other: other.join('x') });
    }
    data.set(picture.data, n * length);
  }
  return { data, dims: [pictures.length, ...size] };
}

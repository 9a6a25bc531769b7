// Between masks and alphas: a mask selects what is transparent, so an alpha is 1 - mask (spec node-contract.md section 6).
import { invertImage, maskBatch, resizePlanes, scaleImage, type Tensor } from '@snug/engine';

interface AlphaImages {
  readonly source: Tensor;
  readonly source_alpha: Tensor;
  readonly destination: Tensor;
  readonly destination_alpha: Tensor;
}

/** Everything in the size of the destination, as many items as all have, masks turned into alphas. */
export function fitted({ source, source_alpha, destination, destination_alpha }: AlphaImages) {
  const [, height = 0, width = 0, channels = 0] = destination.dims;
  const masks = [source_alpha, destination_alpha].map(maskBatch) as [Tensor, Tensor];
  const count = Math.min(...[source, destination, ...masks].map(({ dims }) => dims[0] ?? 0));
  const size = { width, height };
  const [sourceAlpha, destinationAlpha] = masks.map(mask => invertImage(first(cutMask(mask, size), count))) as [
    Tensor,
    Tensor,
  ];
  const fittedSource = scaleImage(source, { method: 'bicubic', crop: 'center', ...size });
  return {
    source: first(withChannels(fittedSource, channels), count),
    sourceAlpha,
    destination: first(destination, count),
    destinationAlpha,
  };
}

/** Colours and mask of images [batch, height, width, 3 or 4]; opaque pictures have an empty mask. */
export function withoutAlpha(images: Tensor): [Tensor, Tensor] {
  const { data, dims } = images;
  const channels = dims[3] ?? 3;
  const mask = new Float32Array(data.length / channels);
  if (channels > 3) for (let i = 0; i < mask.length; i++) mask[i] = 1 - data[i * channels + 3]!;
  return [withChannels(images, 3), { data: mask, dims: dims.slice(0, 3) }];
}

/** Images with the opposite of a mask as fourth channel; as many items as both have. */
export function joinedAlpha(images: Tensor, mask: Tensor): Tensor {
  const [batch = 0, height = 0, width = 0] = images.dims;
  const masks = maskBatch(mask);
  const count = Math.min(batch, masks.dims[0] ?? 0);
  const alpha = first(fitMask(masks, { width, height }), count).data;
  const colors = first(withChannels(images, 3), count).data;
  const joined = new Float32Array(alpha.length * 4);
  for (let i = 0; i < alpha.length; i++) {
    joined.set(colors.subarray(i * 3, i * 3 + 3), i * 4);
    joined[i * 4 + 3] = 1 - alpha[i]!;
  }
  return { data: joined, dims: [count, height, width, 4] };
}

/** Resized as the pictures are: cut to the aspect ratio first. */
function cutMask(mask: Tensor, size: { readonly width: number; readonly height: number }): Tensor {
  const { data, dims } = scaleImage(
    { data: mask.data, dims: [...mask.dims, 1] },
    { method: 'bicubic', crop: 'center', ...size },
  );
  return { data, dims: dims.slice(0, 3) };
}

function fitMask(mask: Tensor, size: { readonly width: number; readonly height: number }): Tensor {
  return resizePlanes(mask, { method: 'bilinear', ...size });
}

function first({ data, dims: [batch = 0, ...rest] }: Tensor, count: number): Tensor {
  return { data: data.subarray(0, (data.length / Math.max(batch, 1)) * count), dims: [count, ...rest] };
}

/** The first channels of each place; pictures with fewer stay as they are. */
function withChannels(images: Tensor, count: number): Tensor {
  const { data, dims } = images;
  const channels = dims[3] ?? count;
  if (channels <= count) return images;
  const kept = new Float32Array((data.length / channels) * count);
  for (let i = 0; i * count < kept.length; i++) kept.set(data.subarray(i * channels, i * channels + count), i * count);
  return { data: kept, dims: [...dims.slice(0, 3), count] };
}

// Editing of videos with Wan VACE: the video is shown to the model in two parts, what to keep and what to change, with the
// mask between them as extra channels; pictures to go by stand before its first frame. Jiang et al., "VACE: All-in-One Video
// Creation and Editing" (2025), section 3.3. Golden data, cases `WanVaceToVideo`.
import {
  concatAxis,
  modelZeros,
  patchMask,
  scaleLatent,
  sliceAxis,
  type Tensor,
  type VideoExtent,
  videoFormats,
  videoLatentDims,
} from '@snug/engine';
import { conditioning, defineNode, float, image, int, latent, mask } from '@snug/execution';
import { NodeError } from '../errors.ts';
import { blankTensor } from '../latent/latent-shapes.ts';
import { asBatch } from './areas.ts';
import { withAppended } from './both-sides.ts';
import {
  type FrameContext,
  fitFrames,
  GREY,
  plainVideo,
  requireVideoVae,
  wanVideoInputs,
  withFrames,
} from './video-frames.ts';

const format = videoFormats.wan21;
const FRAMES_AXIS = 2;

export const WanVaceToVideo = defineNode({
  id: 'WanVaceToVideo',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_wan',
  category: 'conditioning/video_models',
  inputs: {
    ...wanVideoInputs,
    strength: float({ default: 1, min: 0, max: 1000, step: 0.01 }),
    control_video: image({ optional: true }),
    control_masks: mask({ optional: true }),
    reference_image: image({ optional: true }),
  },
  outputs: [
    conditioning({ name: 'positive' }),
    conditioning({ name: 'negative' }),
    latent({ name: 'latent' }),
    int({ name: 'trim_latent' }),
  ],
  execute: async ({ positive, negative, vae, strength, ...inputs }, context) => {
    const { control_video, control_masks, reference_image, batch_size, ...size } = inputs;
    requireVideoVae(vae, format, 'WanVaceToVideo');
    const video = await controlVideo(control_video, size, context);
    const masks = controlMasks(control_masks, size);
    const kept = await vae.encode(maskedVideo(video, masks, 0), context);
    const changed = await vae.encode(maskedVideo(video, masks, 1), context);
    const reference =
      reference_image && (await vae.encode(await fitFrames(reference_image, { ...size, length: 1 }, context), context));
    const dims = videoLatentDims(format, size, batch_size);
    const shown = shownToVace(concatAxis([kept, changed], 1), masks, dims[FRAMES_AXIS]!, reference);
    const trimmed = reference?.dims[FRAMES_AXIS] ?? 0;
    const sides = [positive, negative].map(side =>
      Object.entries({ ...shown, vace_strength: strength }).reduce(
        (result, [key, value]) => withAppended(result, key, value),
        side,
      ),
    );
    const samples = blankTensor(dims.with(FRAMES_AXIS, dims[FRAMES_AXIS]! + trimmed));
    return [sides[0]!, sides[1]!, { samples }, trimmed];
  },
});

function shownToVace(parts: Tensor, masks: Tensor, frames: number, reference: Tensor | undefined) {
  const vace_mask = patchMask(masks, format.downscale, frames);
  if (reference === undefined) return { vace_frames: parts, vace_mask };
  // A picture to go by is all to be kept.
  const whole = concatAxis([reference, modelZeros(format, reference.dims)], 1);
  const unmasked = blankTensor(vace_mask.dims.with(FRAMES_AXIS, reference.dims[FRAMES_AXIS] ?? 0));
  return {
    vace_frames: concatAxis([whole, parts], FRAMES_AXIS),
    vace_mask: concatAxis([unmasked, vace_mask], FRAMES_AXIS),
  };
}

/** Frames that are not given are grey. */
async function controlVideo(video: Tensor | undefined, size: VideoExtent, context: FrameContext): Promise<Tensor> {
  const grey = plainVideo(size, GREY);
  return video === undefined ? grey : withFrames(grey, await fitFrames(video, size, context), 0);
}

/** [length, height, width]; frames without a mask are changed altogether. */
function controlMasks(masks: Tensor | undefined, { width, height, length }: VideoExtent): Tensor {
  const data = new Float32Array(length * height * width).fill(1);
  const dims = [length, height, width];
  if (masks === undefined) return { data, dims };
  const given = asBatch(masks);
  const [count = 0, ...sides] = given.dims;
  if (given.dims.length !== 3 || given.data.length === 0) {
    const expected = '[frames, height, width] and not empty';
    throw new NodeError('FRAMES_UNFIT', { name: 'control_masks', expected, actual: masks.dims.join(', ') });
  }
  const used = sliceAxis({ data: given.data, dims: [count, 1, ...sides] }, 0, 0, Math.min(count, length));
  data.set(scaleLatent(used, { method: 'bilinear', width, height, crop: 'center' }).data);
  return { data, dims };
}

/** What lies where the mask is `side` (0 or 1); the rest becomes grey, in shares where the mask is soft. */
function maskedVideo(video: Tensor, masks: Tensor, side: 0 | 1): Tensor {
  const data = video.data.map((value, i) => {
    const mask = masks.data[Math.floor(i / 3)]!;
    return (value - GREY) * (side === 1 ? mask : 1 - mask) + GREY;
  });
  return { data, dims: video.dims };
}

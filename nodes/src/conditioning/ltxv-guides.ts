// Keyframes of LTX-Video: guides anywhere in a video. Their latents are put behind its last frame, and the conditioning says
// at which places in the video (frame, row and column, in pixels) each of their cells belongs, so that the model attends to them
// there; after sampling they are cut off. HaCohen et al., "LTX-Video" (2024); LTXConditionPipeline of huggingface/diffusers.
import {
  type Conditioning,
  concatAxis,
  elementCount,
  fitBatch,
  scaleLatent,
  sliceAxis,
  type Tensor,
  videoFormats,
} from '@snug/engine';
import { conditioning, defineNode, float, image, int, latent, vae } from '@snug/execution';
import { NodeError } from '../errors.ts';
import { requireFrames } from '../latent/latent-shapes.ts';
import type { Latent } from '../node-types.ts';
import { withBoth } from './both-sides.ts';
import { fitFrames, positiveAndNegative, positiveAndNegativeOutputs, requireVideoVae } from './video-frames.ts';

const format = videoFormats.ltxv;
const ltxv = { wire: 'v3', pythonModule: 'comfy_extras.nodes_lt', category: 'conditioning/video_models' } as const;
const FRAMES_AXIS = 2;

/** Name of the option: [1, 3, cells], the places of the guides' cells. */
const PLACES = 'keyframe_idxs';

export const LTXVConditioning = defineNode({
  id: 'LTXVConditioning',
  ...ltxv,
  inputs: { ...positiveAndNegative, frame_rate: float({ default: 25, min: 0, max: 1000, step: 0.01 }) },
  outputs: [conditioning({ name: 'positive' }), conditioning({ name: 'negative' })],
  execute: ({ frame_rate, ...sides }) => withBoth(sides, { frame_rate }),
});

export const LTXVAddGuide = defineNode({
  id: 'LTXVAddGuide',
  ...ltxv,
  inputs: {
    ...positiveAndNegative,
    vae: vae(),
    latent: latent(),
    image: image({
      tooltip: 'A picture or a short video to go by. Of a video, 8 n + 1 frames are used; further ones are left out.',
    }),
    frame_idx: int({
      default: 0,
      min: -9999,
      max: 9999,
      tooltip:
        'Frame of the video at which the guide begins; negative numbers count from the end. Videos of 9 frames or more begin at a multiple of 8, so other numbers are rounded down.',
    }),
    strength: float({ default: 1, min: 0, max: 1, step: 0.01 }),
  },
  outputs: positiveAndNegativeOutputs,
  execute: async ({ positive, negative, vae, latent, image, frame_idx, strength }, context) => {
    requireVideoVae(vae, format, 'LTXVAddGuide');
    requireFrames(latent, 'LTXVAddGuide');
    const [, , total = 0, height = 0, width = 0] = latent.samples.dims;
    const group = format.framesPerLatent;
    const whole = Math.floor(((image.dims[0] ?? 0) - 1) / group) * group + 1;
    const pixels = { width: width * format.downscale, height: height * format.downscale, length: Math.max(1, whole) };
    const guide = await vae.encode(await fitFrames(image, pixels, context), context);
    const video = total - guideFrames(positive, latent);
    const frame = firstFrame(frame_idx, video, pixels.length);
    requireInside(frame, guide.dims[FRAMES_AXIS] ?? 0, video);
    const known = placesOf(positive);
    const places = cellPlaces(guide.dims, frame);
    const options = { [PLACES]: known === undefined ? places : concatAxis([known, places], 2) };
    return [...withBoth({ positive, negative }, options), withGuide(latent, guide, strength)];
  },
});

/** The frame that an index means. */
function firstFrame(index: number, videoLatents: number, guideLength: number): number {
  const group = format.framesPerLatent;
  const frame = index < 0 ? Math.max(0, (videoLatents - 1) * group + 1 + index) : index;
  return guideLength > 1 ? Math.floor(frame / group) * group : frame;
}

function requireInside(frame: number, guide: number, frames: number): void {
  const first = Math.ceil(frame / format.framesPerLatent);
  const last = first + guide - 1;
  if (last < frames) return;
  throw new NodeError('GUIDE_OUTSIDE', { first, last, frames });
}

/** Where the cells of a guide lie in the video: [1, 3, cells]. The first latent frame stands for one frame alone. */
function cellPlaces([, , frames = 0, height = 0, width = 0]: readonly number[], firstFrame: number): Tensor {
  const count = frames * height * width;
  const data = new Float32Array(3 * count);
  for (let cell = 0; cell < count; cell++) {
    const frame = Math.floor(cell / (height * width));
    data[cell] = firstFrame + Math.max(0, (frame - 1) * format.framesPerLatent + 1);
    data[count + cell] = (Math.floor(cell / width) % height) * format.downscale;
    data[2 * count + cell] = (cell % width) * format.downscale;
  }
  return { data, dims: [1, 3, count] };
}

/** The latent with the guide behind it; the stronger the guide, the less of it is made anew. */
function withGuide(latent: Latent, guide: Tensor, strength: number): Latent {
  const mask = frameMask(latent);
  const count = guide.dims[FRAMES_AXIS] ?? 0;
  const dims = mask.dims.with(FRAMES_AXIS, count);
  const guideMask = { data: new Float32Array(elementCount(dims)).fill(1 - strength), dims };
  return {
    ...latent,
    samples: concatAxis([latent.samples, fitBatch(guide, latent.samples.dims[0] ?? 0)], FRAMES_AXIS),
    noise_mask: concatAxis([mask, guideMask], FRAMES_AXIS),
  };
}

/** The noise mask with an axis of frames: [batch, 1, frames, height, width]; a mask of a picture goes for all frames. */
function frameMask({ samples, noise_mask }: Latent): Tensor {
  const [batch = 0, , frames = 0, height = 0, width = 0] = samples.dims;
  if (noise_mask === undefined) {
    return { data: new Float32Array(batch * frames).fill(1), dims: [batch, 1, frames, 1, 1] };
  }
  if (noise_mask.dims.length === 5 && noise_mask.dims[FRAMES_AXIS] === frames) return noise_mask;
  const [rows = 1, columns = 1] = noise_mask.dims.slice(-2);
  const planes = {
    data: noise_mask.data,
    dims: [noise_mask.data.length / Math.max(1, rows * columns), 1, rows, columns],
  };
  const { data, dims } = scaleLatent(planes, { method: 'bilinear', width, height });
  const still = { data, dims: [dims[0] ?? 0, 1, 1, height, width] };
  return concatAxis(Array<Tensor>(frames).fill(still), FRAMES_AXIS);
}

export const LTXVCropGuides = defineNode({
  id: 'LTXVCropGuides',
  ...ltxv,
  inputs: { ...positiveAndNegative, latent: latent() },
  outputs: positiveAndNegativeOutputs,
  execute: ({ positive, negative, latent }) => {
    requireFrames(latent, 'LTXVCropGuides');
    const video = (latent.samples.dims[FRAMES_AXIS] ?? 0) - guideFrames(positive, latent);
    const withoutGuides = (tensor: Tensor): Tensor => sliceAxis(tensor, FRAMES_AXIS, 0, video);
    const { noise_mask } = latent;
    const hasFrames = noise_mask?.dims.length === 5 && (noise_mask.dims[FRAMES_AXIS] ?? 0) > video;
    const cropped: Latent = {
      ...latent,
      samples: withoutGuides(latent.samples),
      ...(hasFrames && { noise_mask: withoutGuides(noise_mask) }),
    };
    return [withoutPlaces(positive), withoutPlaces(negative), cropped];
  },
});

/** Latent frames at the end of a latent that are guides. @throws NodeError GUIDES_UNFIT */
function guideFrames(conditioning: Conditioning, { samples }: Latent): number {
  const [, , total = 0, height = 0, width = 0] = samples.dims;
  const count = (placesOf(conditioning)?.dims[2] ?? 0) / Math.max(1, height * width);
  if (Number.isInteger(count) && count < Math.max(1, total)) return count;
  throw new NodeError('GUIDES_UNFIT', { guides: count, frames: total });
}

function placesOf(conditioning: Conditioning): Tensor | undefined {
  return (conditioning[0]?.[1][PLACES] ?? undefined) as Tensor | undefined;
}

function withoutPlaces(conditioning: Conditioning): Conditioning {
  return conditioning.map(([embedding, { [PLACES]: _, ...options }]) => [embedding, options] as const);
}

// Videos of Wan that begin (and end) with given pictures. The model sees, beside the noise, the latent of a video that is grey
// where nothing is known, and a mask of what is. Wan Team, "Wan: Open and Advanced Large-Scale Video Generative Models" (2025),
// section 5.1. Golden data, cases `WanImageToVideo`, `WanFirstLastFrameToVideo` and `WanFunInpaintToVideo`.

import {
  concatAxis,
  latentFrames,
  modelZeros,
  momentMask,
  replaceFrames,
  type Tensor,
  type Vae,
  type VideoExtent,
  videoFormats,
  videoLatentDims,
} from '@snug/engine';
import { clipVisionOutput, defineNode, image, socket } from '@snug/execution';
import { blankVideo } from '../latent/video-latents.ts';
import { type BothSides, withBoth } from './both-sides.ts';
import {
  type FrameContext,
  fitFrames,
  GREY,
  plainVideo,
  positiveAndNegativeOutputs,
  requireVideoVae,
  wanVideoInputs,
  withFrames,
} from './video-frames.ts';

const format = videoFormats.wan21;
const wan = {
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_wan',
  category: 'conditioning/video_models',
  outputs: positiveAndNegativeOutputs,
} as const;

/** An option that is there only when something is connected. */
export const seen = (clip_vision_output: unknown) => clip_vision_output !== undefined && { clip_vision_output };

export const WanImageToVideo = defineNode({
  id: 'WanImageToVideo',
  ...wan,
  inputs: {
    ...wanVideoInputs,
    clip_vision_output: clipVisionOutput({ optional: true }),
    start_image: image({ optional: true }),
  },
  execute: async ({ positive, negative, vae, clip_vision_output, start_image, ...size }, context) => {
    requireVideoVae(vae, format, 'WanImageToVideo');
    const shown = start_image && (await shownStart(start_image, size, vae, context));
    const sides = withBoth({ positive, negative }, { ...shown, ...seen(clip_vision_output) });
    return [...sides, blankVideo(format, size)];
  },
});

async function shownStart(start: Tensor, size: VideoExtent, vae: Vae, context: FrameContext) {
  const frames = await fitFrames(start, size, context);
  const concat_latent_image = await vae.encode(withFrames(plainVideo(size, GREY), frames, 0), context);
  return { concat_latent_image, concat_mask: startMask(size, frames.dims[0] ?? 0) };
}

/** [1, 1, frames, height, width]: 0 for the latent frames of the first `count` frames. */
function startMask(size: VideoExtent, count: number): Tensor {
  const [, , ...places] = videoLatentDims(format, size, 1);
  return momentMask([1, 1, ...places], frame => frame < latentFrames(format, count));
}

interface StartAndEnd extends VideoExtent, BothSides {
  readonly vae: Vae;
  readonly start_image?: Tensor;
  readonly end_image?: Tensor;
}

/** Both conditionings with the pictures that a video begins and ends with. */
async function startAndEnd(
  { positive, negative, vae, start_image, end_image, ...size }: StartAndEnd,
  vision: unknown,
  context: FrameContext,
) {
  const shown =
    start_image !== undefined || end_image !== undefined
      ? await shownEnds({ start_image, end_image }, size, vae, context)
      : {};
  return withBoth({ positive, negative }, { ...shown, ...seen(vision) });
}

async function shownEnds(
  { start_image, end_image }: { start_image: Tensor | undefined; end_image: Tensor | undefined },
  size: VideoExtent,
  vae: Vae,
  context: FrameContext,
) {
  const start = start_image && (await fitFrames(start_image, size, context));
  const end = end_image && (await fitFrames(end_image, size, context, 'end'));
  const [startCount, endCount] = [start?.dims[0] ?? 0, end?.dims[0] ?? 0];
  const begun = start ? withFrames(plainVideo(size, GREY), start, 0) : plainVideo(size, GREY);
  const video = end ? withFrames(begun, end, size.length - endCount) : begun;
  const [, , frames = 1, ...cells] = videoLatentDims(format, size, 1);
  const moments = frames * format.framesPerLatent;
  // The first frame has a latent frame of its own, all of whose moments it is.
  const lead = startCount === 0 ? 0 : startCount + format.framesPerLatent - 1;
  return {
    concat_latent_image: await vae.encode(video, context),
    concat_mask: momentMask(
      [1, format.framesPerLatent, frames, ...cells],
      moment => moment < lead || moment >= moments - endCount,
    ),
  };
}

export const WanFirstLastFrameToVideo = defineNode({
  id: 'WanFirstLastFrameToVideo',
  ...wan,
  inputs: {
    ...wanVideoInputs,
    clip_vision_start_image: clipVisionOutput({ optional: true }),
    clip_vision_end_image: clipVisionOutput({ optional: true }),
    start_image: image({ optional: true }),
    end_image: image({ optional: true }),
  },
  execute: async ({ clip_vision_start_image, clip_vision_end_image, ...inputs }, context) => {
    requireVideoVae(inputs.vae, format, 'WanFirstLastFrameToVideo');
    const vision = joinedVision(clip_vision_start_image, clip_vision_end_image);
    return [...(await startAndEnd(inputs, vision, context)), blankVideo(format, inputs)];
  },
});

export const WanFunInpaintToVideo = defineNode({
  id: 'WanFunInpaintToVideo',
  ...wan,
  inputs: {
    ...wanVideoInputs,
    clip_vision_output: clipVisionOutput({ optional: true }),
    start_image: image({ optional: true }),
    end_image: image({ optional: true }),
  },
  execute: async ({ clip_vision_output, ...inputs }, context) => {
    requireVideoVae(inputs.vae, format, 'WanFunInpaintToVideo');
    return [...(await startAndEnd(inputs, clip_vision_output, context)), blankVideo(format, inputs)];
  },
});

/** What an image encoder saw in two pictures, the tokens of the second after those of the first. */
function joinedVision(start: unknown, end: unknown): unknown {
  if (start === undefined || end === undefined) return start ?? end;
  const tokens = [start, end].map(seen => (seen as VisionOutput).penultimate_hidden_states);
  return { penultimate_hidden_states: concatAxis(tokens, 1) };
}

interface VisionOutput {
  /** [batch, tokens, width] */
  readonly penultimate_hidden_states: Tensor;
}

const cameraEmbedding = socket('WAN_CAMERA_EMBEDDING');

/** The start picture lies in a latent that is otherwise zero to the model, as in Wan2.1-Fun-Control-Camera. */
export const WanCameraImageToVideo = defineNode({
  id: 'WanCameraImageToVideo',
  ...wan,
  inputs: {
    ...wanVideoInputs,
    clip_vision_output: clipVisionOutput({ optional: true }),
    start_image: image({ optional: true }),
    camera_conditions: cameraEmbedding({ optional: true }),
  },
  execute: async ({ positive, negative, vae, clip_vision_output, start_image, ...inputs }, context) => {
    requireVideoVae(vae, format, 'WanCameraImageToVideo');
    const { camera_conditions, ...size } = inputs;
    const frames = start_image && (await fitFrames(start_image, size, context));
    const zeros = modelZeros(format, videoLatentDims(format, size, 1));
    const shown = frames && {
      concat_latent_image: replaceFrames(zeros, await vae.encode(frames, context), 0),
      concat_mask: startMask(size, frames.dims[0] ?? 0),
    };
    const options = {
      ...shown,
      ...seen(clip_vision_output),
      ...(camera_conditions !== undefined && { camera_conditions }),
    };
    return [...withBoth({ positive, negative }, options), blankVideo(format, size)];
  },
});

// Videos of Wan that follow another video, or show given subjects. Golden data, cases `WanFunControlToVideo`,
// `Wan22FunControlToVideo` and `WanPhantomSubjectToVideo`.
import {
  concatAxis,
  modelZeros,
  replaceFrames,
  sliceAxis,
  type Tensor,
  type Vae,
  type VideoExtent,
  type VideoFormat,
  videoFormats,
  videoLatentDims,
} from '@snug/engine';
import { clipVisionOutput, conditioning, defineNode, image, latent } from '@snug/execution';
import { blankVideo } from '../latent/video-latents.ts';
import { withAppended, withBoth } from './both-sides.ts';
import {
  type FrameContext,
  fitFrames,
  positiveAndNegativeOutputs,
  requireVideoVae,
  wanVideoInputs,
} from './video-frames.ts';
import { seen } from './wan-image-to-video.ts';

const wan = {
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_wan',
  category: 'conditioning/video_models',
} as const;

/** A latent that is zero to the model except for the frames that are given. */
async function givenFrames(
  images: Tensor | undefined,
  format: VideoFormat,
  size: VideoExtent,
  vae: Vae,
  context: FrameContext,
): Promise<Tensor> {
  const zeros = modelZeros(format, videoLatentDims(format, size, 1));
  if (images === undefined) return zeros;
  return replaceFrames(zeros, await vae.encode(await fitFrames(images, size, context), context), 0);
}

export const WanFunControlToVideo = defineNode({
  id: 'WanFunControlToVideo',
  ...wan,
  inputs: {
    ...wanVideoInputs,
    clip_vision_output: clipVisionOutput({ optional: true }),
    start_image: image({ optional: true }),
    control_video: image({ optional: true }),
  },
  outputs: positiveAndNegativeOutputs,
  execute: async ({ positive, negative, vae, clip_vision_output, ...inputs }, context) => {
    const { start_image, control_video, ...size } = inputs;
    const format = videoFormats.wan21;
    requireVideoVae(vae, format, 'WanFunControlToVideo');
    const control = await givenFrames(control_video, format, size, vae, context);
    const start = await givenFrames(start_image, format, size, vae, context);
    const options = { concat_latent_image: concatAxis([control, start], 1), ...seen(clip_vision_output) };
    return [...withBoth({ positive, negative }, options), blankVideo(format, size)];
  },
});

export const Wan22FunControlToVideo = defineNode({
  id: 'Wan22FunControlToVideo',
  ...wan,
  inputs: { ...wanVideoInputs, ref_image: image({ optional: true }), control_video: image({ optional: true }) },
  outputs: positiveAndNegativeOutputs,
  execute: async ({ positive, negative, vae, ref_image, control_video, ...size }, context) => {
    // The larger models have the VAE of Wan 2.1, the small one has its own.
    const format = vae.latentChannels === videoFormats.wan22.channels ? videoFormats.wan22 : videoFormats.wan21;
    requireVideoVae(vae, format, 'Wan22FunControlToVideo');
    const dims = videoLatentDims(format, size, 1);
    const control = await givenFrames(control_video, format, size, vae, context);
    const mask = dims.with(1, format.framesPerLatent);
    const sides = withBoth(
      { positive, negative },
      {
        concat_latent_image: concatAxis([control, modelZeros(format, dims)], 1),
        concat_mask: { data: new Float32Array(mask.reduce((a, b) => a * b)).fill(1), dims: mask },
        // The mask lies between the two latents.
        concat_mask_index: format.channels,
      },
    );
    if (ref_image === undefined) return [...sides, blankVideo(format, size)];
    const reference = await vae.encode(await fitFrames(ref_image, { ...size, length: 1 }, context), context);
    const [shownPositive, shownNegative] = sides.map(side => withAppended(side, 'reference_latents', reference));
    return [shownPositive!, shownNegative!, blankVideo(format, size)];
  },
});

export const WanPhantomSubjectToVideo = defineNode({
  id: 'WanPhantomSubjectToVideo',
  ...wan,
  inputs: { ...wanVideoInputs, images: image({ optional: true }) },
  outputs: [
    conditioning({ name: 'positive' }),
    conditioning({ name: 'negative_text' }),
    conditioning({ name: 'negative_img_text' }),
    latent({ name: 'latent' }),
  ],
  execute: async ({ positive, negative, vae, images, ...size }, context) => {
    const format = videoFormats.wan21;
    requireVideoVae(vae, format, 'WanPhantomSubjectToVideo');
    const canvas = blankVideo(format, size);
    if (images === undefined) return [positive, negative, negative, canvas];
    const subjects = await encodedSubjects(images, size, vae, context);
    const [shown, negativeText] = withBoth({ positive, negative }, { time_dim_concat: subjects });
    // Without the pictures, so that guidance can be split between them and the text.
    const [, negativeBoth] = withBoth({ positive, negative }, { time_dim_concat: modelZeros(format, subjects.dims) });
    return [shown, negativeText, negativeBoth, canvas];
  },
});

/** Every picture as a video of one frame, one after the other. */
async function encodedSubjects(images: Tensor, size: VideoExtent, vae: Vae, context: FrameContext): Promise<Tensor> {
  const subjects: Tensor[] = [];
  for (let n = 0; n < (images.dims[0] ?? 0); n++) {
    const picture = await fitFrames(sliceAxis(images, 0, n, 1), { ...size, length: 1 }, context);
    subjects.push(await vae.encode(picture, context));
  }
  return concatAxis(subjects, 2);
}

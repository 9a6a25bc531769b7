// Conditioning from pictures and videos beyond the recorded calls, with the stand-in VAE of the golden data: which frames the
// network is shown, which it may change, and what nodes say to a VAE or to pictures that do not fit.
import type { Conditioning, Tensor } from '@snug/engine';
import { describe, expect, it } from 'vitest';
import { createFakeVae } from '../../tools/parity/fake-vae.ts';
import type { Latent } from '../src/index.ts';
import { called } from './node-calls.ts';

const filled = (dims: readonly number[], value: number): Tensor => ({
  data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value),
  dims,
});
const text: Conditioning = [[filled([1, 2, 3], 1), { pooled_output: filled([1, 3], 1) }]];
const sides = { positive: text, negative: text };
const pictureVae = createFakeVae({ channels: 4, spatial: 8, temporal: null });
const wanVae = createFakeVae({ channels: 16, spatial: 8, temporal: 4 });
const ltxvVae = createFakeVae({ channels: 128, spatial: 32, temporal: 8 });
const size = { width: 32, height: 16, length: 9, batch_size: 1 };

/** What the stand-in VAE makes of a level, in its first channel: (R + 2 G + 3 B) / 6 - 0.5. */
const encoded = (level: number): number => level - 0.5;

/** First value of every frame of one channel. */
function framesOf({ data, dims: [, , frames = 0, height = 0, width = 0] }: Tensor, channel = 0): number[] {
  return Array.from({ length: frames }, (_, frame) => data[(channel * frames + frame) * height * width] ?? Number.NaN);
}
const optionsOf = (conditioning: Conditioning) => conditioning[0]![1];
const tensorOf = (conditioning: Conditioning, option: string) => optionsOf(conditioning)[option] as Tensor;

const videoNodes: readonly (readonly [node: string, inputs: object])[] = [
  ['WanImageToVideo', {}],
  ['WanFirstLastFrameToVideo', {}],
  ['WanFunInpaintToVideo', {}],
  ['WanCameraImageToVideo', {}],
  ['WanFunControlToVideo', {}],
  ['Wan22FunControlToVideo', {}],
  ['WanPhantomSubjectToVideo', {}],
  ['WanVaceToVideo', { strength: 1 }],
  ['Wan22ImageToVideoLatent', {}],
  ['CosmosImageToVideoLatent', {}],
  ['CosmosPredict2ImageToVideoLatent', {}],
  ['HunyuanImageToVideo', { guidance_type: 'v1 (concat)' }],
  ['LTXVImgToVideo', { image: filled([1, 64, 64, 3], 0), strength: 1 }],
  ['LTXVAddGuide', { latent: { samples: filled([1, 128, 2, 1, 1], 0) }, image: filled([1, 32, 32, 3], 0) }],
];

describe('the VAE of a video node', () => {
  it.each(videoNodes)('%s names the model whose VAE it needs when it gets one of pictures', async (node, inputs) => {
    const call = called(node, { ...sides, ...size, ...inputs, vae: pictureVae });
    await expect(call).rejects.toThrow(new RegExp(`^${node} needs the VAE of a video model .* single pictures`));
  });

  it.each(videoNodes)('%s tells the numbers of a VAE of another video model', async (node, inputs) => {
    const vae = createFakeVae({ channels: 5, spatial: 8, temporal: 4 });
    const call = called(node, { ...sides, ...size, ...inputs, vae });
    await expect(call).rejects.toThrow(/the VAE makes 5 channels with 8 pixels per cell/);
  });
});

describe('pictures at the start and the end of a video', () => {
  const first = filled([1, 16, 32, 3], 1);
  const last = filled([2, 16, 32, 3], 0);

  it('shows them with grey between them, and leaves them as they are', async () => {
    const inputs = { ...sides, ...size, vae: wanVae, start_image: first, end_image: last };
    const [positive] = await called<[Conditioning]>('WanFirstLastFrameToVideo', inputs);
    const concat_mask = tensorOf(positive, 'concat_mask');
    const [start, middle, end] = framesOf(tensorOf(positive, 'concat_latent_image')) as [number, number, number];
    expect([start, middle]).toEqual([encoded(1), encoded(0.5)]);
    expect(end).toBeCloseTo(encoded(0.25), 6);
    // Four moments per latent frame: the first frame is all of its own, two frames are the last two moments.
    expect([0, 1, 2, 3].map(moment => framesOf(concat_mask, moment))).toEqual([
      [0, 1, 1],
      [0, 1, 1],
      [0, 1, 0],
      [0, 1, 0],
    ]);
  });

  it('takes the first frames of a start and the last frames of an end that are longer than the video', async () => {
    const ramp = filled([20, 16, 32, 3], 0);
    for (const [i] of ramp.data.entries()) ramp.data[i] = Math.floor(i / (16 * 32 * 3)) / 20;
    const shown = async (inputs: object) => {
      const [positive] = await called<[Conditioning]>('WanFunInpaintToVideo', {
        ...sides,
        ...size,
        vae: wanVae,
        ...inputs,
      });
      return framesOf(tensorOf(positive, 'concat_latent_image'));
    };
    expect((await shown({ start_image: ramp }))[0]).toBeCloseTo(encoded(0), 6);
    expect((await shown({ end_image: ramp }))[0]).toBeCloseTo(encoded(11 / 20), 6);
  });

  it('ignores alpha, and says so when pictures have no colours or there are none', async () => {
    const make = (start_image: Tensor) =>
      called<[Conditioning]>('WanImageToVideo', { ...sides, ...size, vae: wanVae, start_image });
    const alpha = { ...filled([1, 16, 32, 4], 1) };
    const [positive] = await make(alpha);
    const [plain] = await make(first);
    expect(optionsOf(positive)).toEqual(optionsOf(plain));
    await expect(make(filled([1, 16, 32, 1], 1))).rejects.toThrow('one picture or more in colour');
    await expect(make(filled([0, 16, 32, 3], 1))).rejects.toThrow('[0, 16, 32, 3]');
  });

  it('joins what an image encoder saw in both', async () => {
    const vision = (tokens: number, value: number) => ({ penultimate_hidden_states: filled([1, tokens, 2], value) });
    const inputs = { ...sides, ...size, vae: wanVae, clip_vision_start_image: vision(2, 1) };
    const [one] = await called<[Conditioning]>('WanFirstLastFrameToVideo', inputs);
    expect(optionsOf(one)['clip_vision_output']).toBe(inputs.clip_vision_start_image);
    const both = { ...inputs, clip_vision_end_image: vision(1, 2) };
    const [, negative] = await called<[Conditioning, Conditioning]>('WanFirstLastFrameToVideo', both);
    expect(optionsOf(negative)['clip_vision_output']).toEqual({
      penultimate_hidden_states: { data: Float32Array.of(1, 1, 1, 1, 2, 2), dims: [1, 3, 2] },
    });
  });

  it('passes the path of a camera on', async () => {
    const camera_conditions = filled([1, 6, 9, 16, 32], 0.5);
    const inputs = { ...sides, ...size, vae: wanVae, start_image: first, camera_conditions };
    const [positive] = await called<[Conditioning]>('WanCameraImageToVideo', inputs);
    expect(optionsOf(positive)['camera_conditions']).toBe(camera_conditions);
    const shown = framesOf(tensorOf(positive, 'concat_latent_image'));
    // Zero in the space of the model is the mean of the channel.
    expect(shown).toEqual([encoded(1), Math.fround(-0.7571), Math.fround(-0.7571)]);
  });

  it('keeps both ends of a latent, for every item of the batch', async () => {
    const vae = createFakeVae({ channels: 16, spatial: 8, temporal: 8 });
    const inputs = {
      ...size,
      length: 25,
      batch_size: 2,
      vae,
      start_image: first,
      end_image: filled([1, 16, 32, 3], 0),
    };
    const [{ samples, noise_mask }] = await called<[Latent]>('CosmosImageToVideoLatent', inputs);
    expect(samples.dims).toEqual([2, 16, 4, 2, 4]);
    expect(framesOf(samples)).toEqual([encoded(1), 0, 0, encoded(0)]);
    expect(noise_mask?.dims).toEqual([2, 1, 4, 2, 4]);
    expect(framesOf(noise_mask!)).toEqual([0, 1, 1, 0]);
  });

  it('gives HunyuanVideo a reference of its own, and leaves the conditioning alone without a picture', async () => {
    const inputs = { positive: text, ...size, vae: wanVae, guidance_type: 'custom' };
    const [positive, latent] = await called<[Conditioning, Latent]>('HunyuanImageToVideo', {
      ...inputs,
      start_image: first,
    });
    expect(framesOf(tensorOf(positive, 'ref_latent'))).toEqual([encoded(1)]);
    expect(latent.samples.dims).toEqual([1, 16, 3, 2, 4]);
    expect((await called<[Conditioning]>('HunyuanImageToVideo', inputs))[0]).toEqual(text);
  });
});

describe('control of a video', () => {
  it('shows the control and the start side by side', async () => {
    const inputs = { ...sides, ...size, vae: wanVae };
    const [positive] = await called<[Conditioning]>('WanFunControlToVideo', {
      ...inputs,
      start_image: filled([1, 16, 32, 3], 1),
      control_video: filled([9, 16, 32, 3], 0.75),
    });
    const shown = tensorOf(positive, 'concat_latent_image');
    expect(framesOf(shown, 0)).toEqual([0.25, 0.25, 0.25]);
    expect(framesOf(shown, 16)).toEqual([encoded(1), Math.fround(-0.7571), Math.fround(-0.7571)]);
  });

  it('takes the latents of the small Wan 2.2 as well', async () => {
    const vae = createFakeVae({ channels: 48, spatial: 16, temporal: 4 });
    const inputs = { ...sides, ...size, vae };
    const [positive, , latent] = await called<[Conditioning, Conditioning, Latent]>('Wan22FunControlToVideo', inputs);
    expect(latent.samples.dims).toEqual([1, 48, 3, 1, 2]);
    expect(optionsOf(positive)).toMatchObject({ concat_mask_index: 48, concat_mask: { dims: [1, 4, 3, 1, 2] } });
  });

  it('splits a video into what a mask keeps and what it changes', async () => {
    // The upper half of the first five frames; the others have no mask.
    const control_masks = filled([5, 16, 32], 0);
    for (let frame = 0; frame < 5; frame++) control_masks.data.fill(1, frame * 512, frame * 512 + 256);
    const inputs = { ...sides, ...size, vae: wanVae, strength: 0.5 };
    const control_video = filled([9, 16, 32, 3], 1);
    const [positive, , latent, trim] = await called<[Conditioning, Conditioning, Latent, number]>('WanVaceToVideo', {
      ...inputs,
      control_video,
      control_masks,
    });
    const options = optionsOf(positive) as Record<'vace_frames' | 'vace_mask', readonly Tensor[]>;
    const [frames, masks] = [options.vace_frames[0]!, options.vace_mask[0]!];
    const [upper, lower] = [0, 4];
    // What is kept, and from channel 16 on what is changed: grey where the other part lies.
    expect([frames.data[upper], frames.data[lower]]).toEqual([encoded(0.5), encoded(1)]);
    const changed = frames.data.subarray(16 * 3 * 8);
    expect([changed[upper], changed[lower]]).toEqual([encoded(1), encoded(0.5)]);
    const lastFrame = 2 * 8;
    expect([masks.data[upper], masks.data[lower], masks.data[lastFrame + lower]]).toEqual([1, 0, 1]);
    expect(masks.dims).toEqual([1, 64, 3, 2, 4]);
    expect([latent.samples.dims[2], trim]).toEqual([3, 0]);
  });

  it('collects the parts of several VACE nodes in a row', async () => {
    const inputs = { ...size, vae: wanVae };
    const [positive, negative] = await called<[Conditioning, Conditioning]>('WanVaceToVideo', {
      ...sides,
      ...inputs,
      strength: 0.5,
    });
    const [twice] = await called<[Conditioning]>('WanVaceToVideo', { positive, negative, ...inputs, strength: 0.25 });
    expect(optionsOf(twice)['vace_strength']).toEqual([0.5, 0.25]);
    expect(optionsOf(twice)['vace_frames']).toHaveLength(2);
    expect(optionsOf(text)).not.toHaveProperty('vace_strength');
  });

  it('refuses masks that are none', async () => {
    const inputs = { ...sides, ...size, vae: wanVae, strength: 1, control_masks: filled([1, 1, 16, 32], 1) };
    await expect(called('WanVaceToVideo', inputs)).rejects.toThrow('control_masks must be [frames, height, width]');
  });

  it('leaves the texts alone without subjects', async () => {
    const outputs = await called<unknown[]>('WanPhantomSubjectToVideo', { ...sides, ...size, vae: wanVae });
    expect(outputs.slice(0, 3)).toEqual([text, text, text]);
  });
});

describe('guides of LTX-Video', () => {
  const latent: Latent = { samples: filled([2, 128, 4, 1, 2], 7) };
  const add = (inputs: object) =>
    called<[Conditioning, Conditioning, Latent]>('LTXVAddGuide', {
      ...sides,
      vae: ltxvVae,
      latent,
      image: filled([1, 32, 64, 3], 1),
      frame_idx: 0,
      strength: 0.75,
      ...inputs,
    });
  const placesOf = (conditioning: Conditioning): Tensor => tensorOf(conditioning, 'keyframe_idxs');
  const timesOf = (conditioning: Conditioning): number[] => {
    const { data, dims } = placesOf(conditioning);
    return [...data.subarray(0, dims[2])];
  };

  it('go behind the video, kept as far as they are strong, with the places that they belong to', async () => {
    const [positive, negative, { samples, noise_mask }] = await add({ frame_idx: 5 });
    expect(samples.dims).toEqual([2, 128, 5, 1, 2]);
    expect(framesOf(samples)).toEqual([7, 7, 7, 7, encoded(1)]);
    expect(framesOf(noise_mask!)).toEqual([1, 1, 1, 1, 0.25]);
    expect(placesOf(positive)).toEqual({ data: Float32Array.of(5, 5, 0, 0, 0, 32), dims: [1, 3, 2] });
    expect(placesOf(negative)).toEqual(placesOf(positive));
  });

  it('count negative frames from the end and begin videos at multiples of 8', async () => {
    const short = filled([12, 32, 64, 3], 1);
    expect(timesOf((await add({ frame_idx: -1 }))[0])).toEqual([24, 24]);
    expect(timesOf((await add({ frame_idx: -99 }))[0])).toEqual([0, 0]);
    // 12 pictures are used as 9: a latent frame of its own for the first, and one for the other 8.
    expect(timesOf((await add({ frame_idx: 13, image: short }))[0])).toEqual([8, 8, 9, 9]);
  });

  it('are all cut off again', async () => {
    const [positive, negative, once] = await add({ frame_idx: 8 });
    const [both, other, twice] = await add({ positive, negative, latent: once, frame_idx: -1 });
    expect(timesOf(both)).toEqual([8, 8, 24, 24]);
    const [first, second, cropped] = await called<[Conditioning, Conditioning, Latent]>('LTXVCropGuides', {
      positive: both,
      negative: other,
      latent: twice,
    });
    expect(cropped.samples).toEqual(latent.samples);
    expect(framesOf(cropped.noise_mask!)).toEqual([1, 1, 1, 1]);
    expect([first, second]).toEqual([text, text]);
  });

  it('respect a mask that the latent already has, for every frame', async () => {
    const masked = { ...latent, noise_mask: { data: Float32Array.of(0, 1), dims: [1, 1, 2] } };
    const [, , { noise_mask }] = await add({ latent: masked });
    expect(noise_mask).toEqual({ data: Float32Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0.25, 0.25), dims: [1, 1, 5, 1, 2] });
  });

  it('say where they would lie when that is outside, and that a picture is no video', async () => {
    await expect(add({ frame_idx: 33 })).rejects.toThrow('latent frames 5 to 5, but the video has 4');
    const picture = { samples: filled([1, 128, 4, 4], 0) };
    await expect(add({ latent: picture })).rejects.toThrow('LTXVAddGuide needs a latent of a video');
    await expect(called('LTXVCropGuides', { ...sides, latent: picture })).rejects.toThrow('LTXVCropGuides needs');
  });

  it('say so when conditioning and latent belong to different videos', async () => {
    const [positive, negative] = await add({});
    const other = { samples: filled([1, 128, 2, 3, 3], 0) };
    const crop = called('LTXVCropGuides', { positive, negative, latent: other });
    await expect(crop).rejects.toThrow('Connect the conditioning and the latent of the same LTXVAddGuide');
  });

  it('change nothing when there are none to cut off', async () => {
    expect(await called('LTXVCropGuides', { ...sides, latent })).toEqual([text, text, latent]);
  });
});

describe('pictures beside a latent', () => {
  it('collects references in their order and leaves the conditioning alone without one', async () => {
    const latentOf = (value: number): Latent => ({ samples: filled([1, 4, 1, 1], value) });
    const refer = (conditioning: Conditioning, latent?: Latent) =>
      called<[Conditioning]>('ReferenceLatent', { conditioning, ...(latent && { latent }) });
    const [once] = await refer(text, latentOf(1));
    const [twice] = await refer(once, latentOf(2));
    expect(optionsOf(twice)['reference_latents']).toEqual([latentOf(1).samples, latentOf(2).samples]);
    expect(optionsOf(once)['reference_latents']).toHaveLength(1);
    expect((await refer(text))[0]).toBe(text);
  });

  it('shows the refiner a video latent, and says so when it gets none', async () => {
    const refine = (dims: number[]) =>
      called<[Conditioning, Conditioning, Latent]>('HunyuanRefinerLatent', {
        ...sides,
        latent: { samples: filled(dims, 3) },
        noise_augmentation: 0.1,
      });
    const [positive, , { samples }] = await refine([1, 32, 2, 1, 1]);
    expect(samples).toEqual(filled([1, 32, 2, 1, 1], 0));
    expect(optionsOf(positive)).toMatchObject({
      concat_latent_image: { dims: [1, 32, 2, 1, 1] },
      noise_augmentation: 0.1,
    });
    await expect(refine([1, 64, 4, 4])).rejects.toThrow('HunyuanRefinerLatent needs a latent of a video');
  });

  it('never scales a picture for enlarging to nothing', async () => {
    const inputs = { ...sides, images: filled([2, 6, 9, 3], 0.5), scale_ratio: 0, noise_augmentation: 0 };
    const [, , { samples }] = await called<[Conditioning, Conditioning, Latent]>('SD_4XUpscale_Conditioning', inputs);
    expect(samples.dims).toEqual([2, 4, 1, 1]);
  });
});

describe('Stable Cascade', () => {
  const vae = createFakeVae({ channels: 16, spatial: 32, temporal: null });

  it('encodes a picture to as many cells as its compression asks for, with a blank latent for stage B', async () => {
    const inputs = { image: filled([2, 420, 504, 3], 1), vae, compression: 42 };
    const [stageC, stageB] = await called<[Latent, Latent]>('StableCascade_StageC_VAEEncode', inputs);
    expect(stageC.samples.dims).toEqual([2, 16, 10, 12]);
    expect(stageC.samples.data[0]).toBeCloseTo(encoded(1), 6);
    expect(stageB.samples).toEqual(filled([2, 4, 105, 126], 0));
  });

  it('prepares a picture of twice the size', async () => {
    const inputs = { image: filled([1, 64, 128, 3], 1), vae };
    const [shown, stageC, stageB] = await called<[Tensor, Latent, Latent]>(
      'StableCascade_SuperResolutionControlnet',
      inputs,
    );
    expect(shown.dims).toEqual([1, 2, 4, 16]);
    expect([stageC.samples.dims, stageB.samples.dims]).toEqual([
      [1, 16, 4, 8],
      [1, 4, 32, 64],
    ]);
  });

  it('says so when the VAE is that of another model', async () => {
    const inputs = { image: filled([1, 64, 64, 3], 1), vae: pictureVae, compression: 42 };
    await expect(called('StableCascade_StageC_VAEEncode', inputs)).rejects.toThrow(
      'Stable Cascade stage C (16 channels',
    );
    await expect(called('StableCascade_SuperResolutionControlnet', inputs)).rejects.toThrow('makes 4 channels');
  });

  it('hands the result of stage C to stage B', async () => {
    const stage_c = { samples: filled([1, 16, 2, 2], 1) };
    const [conditioning] = await called<[Conditioning]>('StableCascade_StageB_Conditioning', {
      conditioning: text,
      stage_c,
    });
    expect(optionsOf(conditioning)['stable_cascade_prior']).toBe(stage_c.samples);
  });
});

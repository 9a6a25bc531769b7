// The latent nodes beyond the recorded calls: what they promise for any input, and what they say to input that does not fit.
import type { Tensor } from '@snug/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Latent } from '../src/index.ts';
import { createNodeBench, errorOf } from './node-bench.ts';
import { called } from './node-calls.ts';

function latentOf(dims: readonly number[], start = 0): Latent {
  const size = dims.reduce((a, b) => a * b, 1);
  return { samples: { data: Float32Array.from({ length: size }, (_, i) => start + i), dims } };
}

const side = fc.integer({ min: 1, max: 9 });
const pictureDims = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 }), side, side);
const videoDims = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 }), side, side, side);
const anyDims = fc.oneof(pictureDims, videoDims);

describe('turning and mirroring latents', () => {
  it('gives the same back when it is mirrored twice', async () => {
    const methods = fc.constantFrom('x-axis: vertically', 'y-axis: horizontally');
    await fc.assert(
      fc.asyncProperty(anyDims, methods, async (dims, flip_method) => {
        const samples = latentOf(dims);
        const [once] = await called<[Latent]>('LatentFlip', { samples, flip_method });
        const [twice] = await called<[Latent]>('LatentFlip', { samples: once, flip_method });
        expect(twice).toEqual(samples);
      }),
    );
  });

  it('gives the same back after four quarter turns, and after one to the right and one to the left', async () => {
    const turn = (samples: Latent, rotation: string) => called<[Latent]>('LatentRotate', { samples, rotation });
    await fc.assert(
      fc.asyncProperty(anyDims, async dims => {
        const samples = latentOf(dims);
        let turned = samples;
        for (let n = 0; n < 4; n++) [turned] = await turn(turned, '90 degrees');
        expect(turned).toEqual(samples);
        const [right] = await turn(samples, '90 degrees');
        expect((await turn(right, '270 degrees'))[0]).toEqual(samples);
        expect((await turn(right, '90 degrees'))[0]).toEqual((await turn(samples, '180 degrees'))[0]);
      }),
    );
  });

  it('turns clockwise', async () => {
    const [{ samples }] = await called<[Latent]>('LatentRotate', {
      samples: latentOf([1, 1, 2, 3]),
      rotation: '90 degrees',
    });
    expect(samples).toEqual({ data: Float32Array.of(3, 0, 4, 1, 5, 2), dims: [1, 1, 3, 2] });
  });
});

describe('joining and cutting latents', () => {
  it('gives both parts back when what was joined is cut', async () => {
    await fc.assert(
      fc.asyncProperty(videoDims, side, fc.constantFrom('x', 'y', 't'), async (dims, length, dim) => {
        const axis = { t: 2, y: 3, x: 4 }[dim]!;
        const [first, second] = [latentOf(dims), latentOf(dims.with(axis, length), 1000)];
        const [joined] = await called<[Latent]>('LatentConcat', { samples1: first, samples2: second, dim });
        const cut = (index: number, amount: number) =>
          called<[Latent]>('LatentCut', { samples: joined, dim, index, amount });
        expect((await cut(0, dims[axis]!))[0]).toEqual(first);
        expect((await cut(-length, length))[0]).toEqual(second);
        const [swapped] = await called<[Latent]>('LatentConcat', {
          samples1: second,
          samples2: first,
          dim: `-${dim}`,
        });
        expect(swapped).toEqual(joined);
      }),
    );
  });

  it('keeps an index that is too large or too small inside', async () => {
    const samples = latentOf([1, 1, 1, 4]);
    const cut = async (index: number, amount: number) =>
      (await called<[Latent]>('LatentCut', { samples, dim: 'x', index, amount }))[0].samples.data;
    expect([...(await cut(99, 1))]).toEqual([3]);
    expect([...(await cut(-99, 2))]).toEqual([0, 1]);
    expect([...(await cut(2, 99))]).toEqual([2, 3]);
  });

  it.each(['LatentConcat', 'LatentCut'])('%s says that only videos have a time', async node => {
    const picture = latentOf([1, 4, 2, 2]);
    const inputs = { samples: picture, samples1: picture, samples2: picture, dim: 't', index: 0, amount: 1 };
    await expect(called(node, inputs)).rejects.toThrow(/needs a latent of a video.*\[1, 4, 2, 2\]/);
  });

  it('names both shapes when two latents cannot be joined', async () => {
    const inputs = { samples1: latentOf([1, 4, 2, 2]), samples2: latentOf([1, 4, 3, 2]), dim: 'x' };
    await expect(called('LatentConcat', inputs)).rejects.toThrow(/\[1, 4, 2, any\].*\[1, 4, 3, 2\]/);
  });
});

describe('batches of latents', () => {
  const latents = fc.array(
    fc.record({
      dims: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.constant(1), fc.integer({ min: 1, max: 2 }), fc.constant(2)),
      hasMask: fc.boolean(),
    }),
    { maxLength: 5 },
  );

  it('keeps every item in its order, with its mask and a place of its own, when it is batched anew', async () => {
    await fc.assert(
      fc.asyncProperty(latents, fc.integer({ min: 1, max: 5 }), async (made, size) => {
        const given = made.map(({ dims, hasMask }, n): Latent => {
          const latent = latentOf(dims, n * 100);
          const masks = { data: new Float32Array(dims[0] * 4).fill(n), dims: [dims[0], 2, 2] };
          return hasMask ? { ...latent, noise_mask: masks } : latent;
        });
        const [batches] = await called<[Latent[]]>('RebatchLatents', { latents: given, batch_size: [size] });
        const all = (tensors: readonly (Tensor | undefined)[]) => tensors.flatMap(tensor => [...(tensor?.data ?? [])]);
        expect(all(batches.map(({ samples }) => samples))).toEqual(all(given.map(({ samples }) => samples)));
        expect(all(batches.map(({ noise_mask }) => noise_mask))).toEqual(
          all(given.map(({ noise_mask }) => noise_mask)),
        );
        const places = batches.flatMap(({ batch_index }) => batch_index ?? []);
        expect(places).toEqual(places.map((_, n) => n));
        for (const { samples } of batches) expect(samples.dims[0]).toBeLessThanOrEqual(size);
      }),
    );
  });

  it('gives the items of both when two batches are joined, and each of them back', async () => {
    const [first, second] = [latentOf([2, 1, 2, 2]), latentOf([1, 1, 2, 2], 50)];
    const [both] = await called<[Latent]>('LatentBatch', { samples1: first, samples2: second });
    expect(both).toMatchObject({ batch_index: [0, 1, 0], samples: { dims: [3, 1, 2, 2] } });
    const [last] = await called<[Latent]>('LatentFromBatch', { samples: both, batch_index: 2, length: 4 });
    expect(last).toEqual({ ...second, batch_index: [0] });
  });

  it('shares one mask among all items, and repeats a short list of masks', async () => {
    const mask = (count: number): Tensor => ({
      data: Float32Array.from({ length: count }, (_, i) => i),
      dims: [count, 1, 1],
    });
    const samples = { ...latentOf([4, 1, 1, 1]), noise_mask: mask(1) };
    const [shared] = await called<[Latent]>('RepeatLatentBatch', { samples, amount: 2 });
    expect(shared.noise_mask).toEqual(mask(1));
    const two = { ...samples, noise_mask: mask(2) };
    const [repeated] = await called<[Latent]>('RepeatLatentBatch', { samples: two, amount: 2 });
    expect([...(repeated.noise_mask?.data ?? [])]).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
    const [part] = await called<[Latent]>('LatentFromBatch', { samples: two, batch_index: 1, length: 2 });
    expect([...(part.noise_mask?.data ?? [])]).toEqual([1, 0]);
  });

  it.each(['LatentFromBatch', 'RepeatLatentBatch'])('%s says that a batch is empty', async node => {
    const inputs = { samples: latentOf([0, 4, 2, 2]), batch_index: 0, length: 1, amount: 1 };
    await expect(called(node, inputs)).rejects.toThrow(`${node} was given a latent without items`);
  });
});

describe('arithmetic on latents', () => {
  it('undoes an addition by a subtraction', async () => {
    const [samples1, samples2] = [latentOf([2, 3, 2, 2]), latentOf([2, 3, 2, 2], 7)];
    const [sum] = await called<[Latent]>('LatentAdd', { samples1, samples2 });
    expect((await called<[Latent]>('LatentSubtract', { samples1: sum, samples2 }))[0]).toEqual(samples1);
  });

  it('keeps the strength between two latents of equal strength', async () => {
    const unit = (angle: number): Latent => ({
      samples: { data: Float32Array.of(Math.cos(angle), Math.sin(angle)), dims: [1, 2, 1, 1] },
    });
    const inputs = { samples1: unit(0), samples2: unit(Math.PI / 2), ratio: 0.5 };
    const [{ samples }] = await called<[Latent]>('LatentInterpolate', inputs);
    expect(Math.hypot(...samples.data)).toBeCloseTo(1, 6);
    expect(samples.data[0]).toBeCloseTo(samples.data[1]!, 6);
  });

  it('gives no NaN where a latent is nothing', async () => {
    const nothing = { samples: { data: new Float32Array(2), dims: [1, 2, 1, 1] } };
    const [{ samples }] = await called<[Latent]>('LatentInterpolate', {
      samples1: nothing,
      samples2: nothing,
      ratio: 0.3,
    });
    expect([...samples.data]).toEqual([0, 0]);
  });

  it.each(['LatentAdd', 'LatentSubtract', 'LatentInterpolate', 'LatentBlend'])(
    '%s names both shapes when the channels differ',
    async node => {
      const inputs = { samples1: latentOf([1, 4, 2, 2]), samples2: latentOf([1, 16, 2, 2]), ratio: 1, blend_factor: 1 };
      await expect(called(node, inputs)).rejects.toThrow(/\[1, 4, 2, 2\].*\[1, 16, 2, 2\]/);
    },
  );

  it('does not scale sounds of other lengths', async () => {
    const inputs = { samples1: latentOf([1, 64, 8]), samples2: latentOf([1, 64, 9]) };
    await expect(called('LatentAdd', inputs)).rejects.toThrow(/\[1, 64, 9\]/);
    expect(await called('LatentAdd', { ...inputs, samples2: inputs.samples1 })).toBeDefined();
  });

  it('says that an empty batch cannot be added', async () => {
    const inputs = { samples1: latentOf([1, 4, 2, 2]), samples2: latentOf([0, 4, 2, 2]) };
    await expect(called('LatentAdd', inputs)).rejects.toThrow('The batch must be one item or more');
  });
});

describe('scaling, cropping and pasting latents', () => {
  it.each(['nearest-exact', 'bilinear', 'area', 'bicubic', 'bislerp'])(
    'scales every frame of a video with %s as it scales a picture',
    async upscale_method => {
      const video = latentOf([1, 3, 2, 4, 5], 1);
      const inputs = { upscale_method, width: 96, height: 72, crop: 'center' };
      const [{ samples }] = await called<[Latent]>('LatentUpscale', { samples: video, ...inputs });
      const [frame] = await called<[Latent]>('LatentCut', { samples: video, dim: 't', index: 1, amount: 1 });
      const picture = { samples: { data: frame.samples.data, dims: [1, 3, 4, 5] } };
      const [alone] = await called<[Latent]>('LatentUpscale', { samples: picture, ...inputs });
      expect(samples.dims).toEqual([1, 3, 2, 9, 12]);
      const second = await called<[Latent]>('LatentCut', { samples: { samples }, dim: 't', index: 1, amount: 1 });
      expect(second[0].samples.data).toEqual(alone.samples.data);
    },
  );

  it.each(['LatentUpscale', 'LatentUpscaleBy', 'LatentCrop', 'LatentFlip', 'LatentRotate'])(
    '%s says that a sound has no height and width',
    async node => {
      const inputs = { upscale_method: 'area', width: 64, height: 64, crop: 'disabled', scale_by: 2, x: 0, y: 0 };
      const more = { flip_method: 'x-axis: vertically', rotation: '90 degrees' };
      await expect(called(node, { samples: latentOf([1, 64, 8]), ...inputs, ...more })).rejects.toThrow(
        `${node} needs a latent with a height and a width`,
      );
    },
  );

  it('says so when a latent would shrink to nothing', async () => {
    const inputs = { samples: latentOf([1, 4, 8, 8]), upscale_method: 'area', scale_by: 0.01 };
    await expect(called('LatentUpscaleBy', inputs)).rejects.toThrow('a whole number of cells, 1 or more');
  });

  it('crops a latent that is smaller than the smallest part from its beginning', async () => {
    const inputs = { samples: latentOf([1, 1, 3, 4]), width: 64, height: 64, x: 800, y: 800 };
    expect((await called<[Latent]>('LatentCrop', inputs))[0]).toEqual(latentOf([1, 1, 3, 4]));
  });

  it('changes nothing when it pastes beyond the edge, and only the overlap at the edge', async () => {
    const [samples_to, samples_from] = [latentOf([2, 1, 2, 2]), latentOf([1, 1, 2, 2], 90)];
    const paste = async (x: number, feather = 0) =>
      (await called<[Latent]>('LatentComposite', { samples_to, samples_from, x, y: 0, feather }))[0].samples.data;
    expect(await paste(16, 8)).toEqual(samples_to.samples.data);
    expect([...(await paste(8))]).toEqual([0, 90, 2, 92, 4, 90, 6, 92]);
  });

  it('names the shapes that it cannot paste on each other', async () => {
    const place = { samples_to: latentOf([3, 4, 2, 2]), x: 0, y: 0, feather: 0 };
    const paste = (dims: number[]) => called('LatentComposite', { ...place, samples_from: latentOf(dims) });
    await expect(paste([2, 4, 2, 2])).rejects.toThrow('samples_from must be [1 or 3, 4, any, any]');
    await expect(paste([1, 16, 2, 2])).rejects.toThrow('[1, 16, 2, 2]');
    await expect(paste([1, 4, 1, 2, 2])).rejects.toThrow('[1, 4, 1, 2, 2]');
  });
});

describe('blank latents', () => {
  it('fail with their size when they do not fit into memory', async () => {
    const bench = createNodeBench();
    const inputs = { width: 16384, height: 16384, batch_size: 4096 };
    const blank = { class_type: 'EmptyChromaRadianceLatentImage', inputs };
    const flip = { class_type: 'LatentFlip', inputs: { samples: ['1', 0], flip_method: 'x-axis: vertically' } };
    const run = await bench.run({ 1: blank, 2: flip }, ['2']);
    expect(errorOf(run)).toContain('A latent of [4096, 3, 16384, 16384] does not fit into memory');
  });

  it('are cut by whole latent frames', async () => {
    const samples = latentOf([1, 2, 3, 1, 1]);
    const [trimmed] = await called<[Latent]>('TrimVideoLatent', { samples, trim_amount: 2 });
    expect([...trimmed.samples.data]).toEqual([2, 5]);
    await expect(called('TrimVideoLatent', { samples, trim_amount: 3 })).rejects.toThrow(
      'leaves nothing of a video of 3',
    );
    await expect(called('TrimVideoLatent', { samples: latentOf([1, 2, 3, 1]), trim_amount: 1 })).rejects.toThrow(
      'TrimVideoLatent needs a latent of a video',
    );
  });
});

describe('coding in tiles', () => {
  it('asks the VAE for tiles in cells, which never overlap by more than a quarter', async () => {
    const asked: unknown[] = [];
    const vae = {
      downscale: 8,
      latentChannels: 4,
      decode: async (_: Tensor, options: { tile: unknown }) => void asked.push(options.tile),
      encode: async (_: Tensor, options: { tile: unknown }) => void asked.push(options.tile),
    };
    const inputs = { vae, samples: latentOf([1, 4, 2, 2]), pixels: latentOf([1, 16, 16, 3]).samples };
    await called('VAEDecodeTiled', { ...inputs, tile_size: 512, overlap: 64 });
    await called('VAEEncodeTiled', { ...inputs, tile_size: 64, overlap: 4096 });
    expect(asked).toEqual([
      { size: 64, overlap: 8 },
      { size: 8, overlap: 2 },
    ]);
  });
});

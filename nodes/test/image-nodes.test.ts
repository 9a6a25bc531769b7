import type { Tensor } from '@snug/engine';
import { describe, expect, it } from 'vitest';
import { createMemoryFiles } from './memory-files.ts';
import { createNodeBench, errorOf } from './node-bench.ts';
import { called } from './node-calls.ts';

const image = (batch: number, height: number, width: number): Tensor => ({
  data: new Float32Array(batch * height * width * 3).map((_, i) => (i % 17) / 16),
  dims: [batch, height, width, 3],
});

const make = (width: number, height: number) => ({
  class_type: 'EmptyImage',
  inputs: { width, height, batch_size: 2, color: 0x336699 },
});
const preview = (from: string) => ({ class_type: 'PreviewImage', inputs: { images: [from, 0] } });

describe('picture nodes in a prompt', () => {
  it('hand pictures on: padded, scaled, filtered, stitched and shown', async () => {
    const bench = createNodeBench();
    const run = await bench.run(
      {
        1: make(32, 16),
        2: {
          class_type: 'ImagePadForOutpaint',
          inputs: { image: ['1', 0], left: 8, top: 8, right: 0, bottom: 0, feathering: 4 },
        },
        3: { class_type: 'ImageScaleBy', inputs: { image: ['2', 0], upscale_method: 'lanczos', scale_by: 1.5 } },
        4: { class_type: 'ImageBlur', inputs: { image: ['3', 0], blur_radius: 2, sigma: 1 } },
        5: {
          class_type: 'ImageStitch',
          inputs: {
            ...{ image1: ['1', 0], image2: ['4', 0], direction: 'down', match_image_size: true },
            ...{ spacing_width: 2, spacing_color: 'red' },
          },
        },
        6: preview('5'),
      },
      ['6'],
    );
    expect(errorOf(run)).toBeUndefined();
    expect(bench.files.contents.size).toBe(2);
  });

  it('tell the size of pictures, and show it at the node', async () => {
    const run = await createNodeBench().run(
      {
        1: make(32, 16),
        2: { class_type: 'GetImageSize', inputs: { image: ['1', 0] } },
        3: { class_type: 'PreviewAny', inputs: { source: ['2', 2] } },
      },
      ['3'],
    );
    expect(run.outputs).toEqual({ 3: { text: ['2'] } });
    const texts = run.events.filter(event => JSON.stringify(event).includes('width: 32'));
    expect(texts).toHaveLength(1);
  });

  it('leave the event loop free: an interrupt lands while a large picture is scaled', async () => {
    const controller = new AbortController();
    const scale = {
      class_type: 'ImageScale',
      inputs: { image: ['1', 0], upscale_method: 'lanczos', width: 5760, height: 3240, crop: 'disabled' },
    };
    const bench = createNodeBench();
    const prompt = {
      1: { ...make(3840, 2160), inputs: { ...make(3840, 2160).inputs, batch_size: 1 } },
      2: scale,
      3: preview('2'),
    };
    const running = bench.run(prompt, ['3'], { signal: controller.signal });
    // Turns of the event loop: the picture is made in the first ones, and scaling takes far more than the rest.
    for (let turn = 0; turn < 8; turn++) await new Promise(resolve => setImmediate(resolve));
    controller.abort();
    const { events } = await running;
    expect(events.at(-1)?.type).toBe('execution_interrupted');
    expect(bench.files.contents.size).toBe(0);
  });
});

describe('sizes of scaled pictures', () => {
  const sizeOf = async (id: string, inputs: object) => {
    const [{ dims }] = await called<[Tensor]>(id, { image: image(1, 20, 30), upscale_method: 'area', ...inputs });
    return dims.slice(1, 3);
  };

  it('follow the factor, the number of pixels, or the longest side', async () => {
    expect(await sizeOf('ImageScaleBy', { scale_by: 0.5 })).toEqual([10, 15]);
    expect(await sizeOf('ImageScaleToMaxDimension', { largest_size: 60 })).toEqual([40, 60]);
    const [height = 0, width = 0] = await sizeOf('ImageScaleToTotalPixels', { megapixels: 0.01 });
    expect(height * width).toBeCloseTo(0.01 * 1024 * 1024, -3);
  });

  it('are never zero', async () => {
    await expect(sizeOf('ImageScaleBy', { scale_by: 0.01 })).rejects.toThrow('cannot be scaled to 0 x 0');
    await expect(sizeOf('ImageScaleToMaxDimension', { largest_size: 0 })).rejects.toThrow('30 x 20');
  });

  it('are those of FLUX.1 Kontext', async () => {
    expect(await sizeOf('FluxKontextImageScale', {})).toEqual([832, 1248]);
    const [{ dims }] = await called<[Tensor]>('FluxKontextImageScale', { image: image(1, 30, 30) });
    expect(dims).toEqual([1, 1024, 1024, 3]);
  });
});

describe('bad input', () => {
  it('is told with its values', async () => {
    const [rgb, grey] = [image(1, 4, 4), { data: new Float32Array(16), dims: [1, 4, 4, 1] }];
    await expect(called('ImageBatch', { image1: rgb, image2: grey })).rejects.toThrow('4 x 4 with 1 channels');
    await expect(called('ImageBlur', { image: rgb, blur_radius: 9, sigma: 1 })).rejects.toThrow('radius 9');
    await expect(called('ImageQuantize', { image: grey, colors: 4, dither: 'none' })).rejects.toThrow('must be 3');
    await expect(
      called('ImageFlip', {
        image: { data: new Float32Array(0), dims: [0, 4, 4, 3] },
        flip_method: 'x-axis: vertically',
      }),
    ).rejects.toThrow('[0, 4, 4, 3]');
  });

  it('does not come from the camera: a name that leads nowhere is refused before the run', async () => {
    const { env, node } = createNodeBench({ files: createMemoryFiles({ 'input//cam.png': new Uint8Array() }) });
    const { validate } = node('WebcamCapture').definition;
    const check = (name: string) => validate?.check({ image: name }, { nodeId: '1', inputTypes: {} }, env);
    expect(await check('cam.png')).toBe(true);
    expect(await check('gone.png')).toBe('Invalid image file: gone.png');
  });
});

it('a second picture is optional for a stitch, and a crop keeps a pixel', async () => {
  const picture = image(1, 4, 6);
  const stitch = {
    image1: picture,
    direction: 'right',
    match_image_size: true,
    spacing_width: 0,
    spacing_color: 'white',
  };
  expect(await called('ImageStitch', stitch)).toEqual([picture]);
  const [{ dims }] = await called<[Tensor]>('ImageCrop', { image: picture, width: 9, height: 9, x: 90, y: 3 });
  expect(dims).toEqual([1, 1, 1, 3]);
});

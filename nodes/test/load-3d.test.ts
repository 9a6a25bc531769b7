// Views of 3D models: the editor uploads pictures, the nodes read them.
import { encodePng, type Tensor } from '@snug/engine';
import { describe, expect, it } from 'vitest';
import { createMemoryFiles } from './memory-files.ts';
import { createNodeBench, errorOf } from './node-bench.ts';

/** One place of a colour with an alpha. */
const png = (...rgba: number[]) =>
  encodePng({ data: Uint8Array.from(rgba), width: 1, height: 1, channels: 4 } as never, {});

async function benchWithView() {
  const contents = {
    'input//robot.glb': new Uint8Array(4),
    'temp/threed/view.png': await png(255, 0, 0, 255),
    'temp/threed/mask.png': await png(0, 0, 0, 51),
    'temp/threed/normal.png': await png(0, 255, 0, 255),
    'temp/threed/lines.png': await png(0, 0, 255, 255),
  };
  return createNodeBench({ files: createMemoryFiles(contents) });
}

const view = {
  image: 'threed/view.png [temp]',
  mask: 'threed/mask.png [temp]',
  normal: 'threed/normal.png [temp]',
  lineart: 'threed/lines.png [temp]',
  camera_info: { fov: 35 },
  recording: '',
};

type Outputs = [Tensor, Tensor, string, Tensor, Tensor, unknown, unknown];

describe('Load3D', () => {
  it('gives what the editor uploaded of the view', async () => {
    const { node, files } = await benchWithView();
    const args = { model_file: 'robot.glb', image: view, width: 1024, height: 1024 };
    const outputs = await node('Load3D').definition.execute(args, { services: { files } } as never);
    const [image, mask, path, normal, lineart, camera, recording] = outputs as unknown as Outputs;
    expect([...image.data]).toEqual([1, 0, 0]);
    expect(mask.data[0]).toBeCloseTo(0.8, 6);
    expect([path, camera, recording]).toEqual(['robot.glb', { fov: 35 }, null]);
    expect([[...normal.data], [...lineart.data]]).toEqual([
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  it.each([
    ['nothing', ''],
    ['no picture', {}],
    ['something else', { image: 5 }],
  ])('says what is missing when the editor uploaded %s', async (_, uploaded) => {
    const bench = await benchWithView();
    const load = { class_type: 'Load3D', inputs: { model_file: 'robot.glb', image: uploaded, width: 8, height: 8 } };
    const show = { class_type: 'PreviewImage', inputs: { images: ['1', 0] } };
    const run = await bench.run({ 1: load, 2: show } as never, ['2']);
    expect(errorOf(run)).toContain('The editor has not uploaded the picture "image" of the 3D view.');
  });

  it('runs again when a picture of the view was replaced', async () => {
    const { env, files, node } = await benchWithView();
    const mark = () => node('Load3D').definition.fingerprint?.({ image: view } as never, {} as never, env as never);
    const before = await mark();
    expect(await mark()).toBe(before);
    files.contents.set('temp/threed/lines.png', await png(9, 9, 9, 255));
    expect(await mark()).not.toBe(before);
  });

  it('names a model file that is not there before anything runs', async () => {
    const { node, files } = await benchWithView();
    const { validate } = node('Load3DAnimation').definition;
    const check = (model_file: string) => validate?.check({ model_file } as never, {} as never, { files } as never);
    expect(await check('gone.glb')).toBe('Invalid 3D file: gone.glb');
    expect(await check('robot.glb')).toBe(true);
  });
});

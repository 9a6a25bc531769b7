// Voxels to a GLB file, as prompts do it, and the previews of the editor.
import type { Tensor } from '@snug/engine';
import { describe, expect, it } from 'vitest';
import { createMemoryFiles } from './memory-files.ts';
import { type BenchRun, createNodeBench, errorOf } from './node-bench.ts';

const node = (class_type: string, inputs: object = {}) => ({ class_type, inputs });

const voxels: Tensor = { data: Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0), dims: [2, 2, 2, 2] };

async function saved(maker: object, { data = voxels, disableMetadata = false } = {}) {
  const files = createMemoryFiles();
  const bench = createNodeBench({ files, settings: { disableMetadata } });
  bench.register('AnyVoxels', () => ({ data }), 'VOXEL');
  const save = node('SaveGLB', { mesh: ['m', 0], filename_prefix: 'mesh/test' });
  const run = await bench.run({ v: node('AnyVoxels'), m: maker, s: save }, ['s']);
  const documents = [...files.contents.values()].map(bytes => {
    const buffer = Buffer.from(bytes);
    return JSON.parse(buffer.toString('utf8', 20, 20 + buffer.readUInt32LE(12)));
  });
  return { run, documents, names: [...files.contents.keys()] };
}

/** What the front end is told by each node. */
const outputsOf = ({ events }: BenchRun) =>
  events.flatMap(event => (event.type === 'executed' ? [event.data.output] : []));

const toMesh = (algorithm: string, threshold = 0.5) => node('VoxelToMesh', { voxel: ['v', 0], algorithm, threshold });

describe('meshes of voxels', () => {
  it.each([
    ['VoxelToMeshBasic', node('VoxelToMeshBasic', { voxel: ['v', 0], threshold: 0.5 })],
    ['VoxelToMesh, basic', toMesh('basic')],
    ['VoxelToMesh, surface net', toMesh('surface net')],
  ])('are written as one file per item, with the prompt inside (%s)', async (_, maker) => {
    const { run, documents, names } = await saved(maker);
    expect(errorOf(run)).toBeUndefined();
    expect(names).toHaveLength(2);
    expect(names.every(name => /^output\/\/mesh\/test_\d+_\.glb$/.test(name))).toBe(true);
    expect(documents.map(document => document.accessors[0].count)).toEqual([8, 12]);
    expect(JSON.parse(documents[0].asset.extras.prompt)).toHaveProperty('s');
    expect(outputsOf(run)).toMatchObject([{ '3d': [{ filename: 'mesh/test_00001_.glb', type: 'output' }, {}] }]);
  });

  it('keep the prompt to themselves when the server says so', async () => {
    const { documents } = await saved(toMesh('basic'), { disableMetadata: true });
    expect(documents[0].asset).not.toHaveProperty('extras');
  });

  it('without triangles, and voxels of another shape, are refused and write nothing', async () => {
    const empty = await saved(toMesh('basic', 1));
    expect(errorOf(empty.run)).toContain('is the threshold higher than all values?');
    expect(empty.names).toEqual([]);
    const flat = await saved(toMesh('basic'), { data: { data: new Float32Array(4), dims: [1, 2, 2] } });
    expect(errorOf(flat.run)).toContain('[batch, x, y, z], but these are [1, 2, 2]');
  });
});

describe('previews of models', () => {
  it.each(['Preview3D', 'Preview3DAnimation'])('%s tells the editor file and camera', async id => {
    const bench = createNodeBench();
    bench.register('AnyCamera', () => ({ zoom: 2 }), 'LOAD3D_CAMERA');
    const inputs = { model_file: 'mesh/a.glb' };
    const prompt = { c: node('AnyCamera'), p: node(id, { ...inputs, camera_info: ['c', 0] }), q: node(id, inputs) };
    const run = await bench.run(prompt, ['p', 'q']);
    const outputs = outputsOf(run);
    expect(outputs).toContainEqual({ result: ['mesh/a.glb', { zoom: 2 }] });
    expect(outputs).toContainEqual({ result: ['mesh/a.glb', null] });
  });
});

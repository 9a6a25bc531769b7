// Three-dimensional models: from voxels to a mesh, into a GLB file, and shown in the editor. Items of a batch have meshes of
// different sizes, so a MESH is a list.
import { encodeGlb, type Tensor, type VoxelSurfaceOptions, voxelSurface } from '@snug/engine';
import { combo, custom, defineNode, float, type NodeDefinition, out, socket, string } from '@snug/execution';
import type { JsonValue } from '@snug/protocol';
import { NodeError } from '../errors.ts';
import { pngTexts } from '../files/png-metadata.ts';
import type { Mesh, Voxels } from '../node-types.ts';
import { Load3D, Load3DAnimation } from './load-3d.ts';

const category = '3d';
const shapes = { category, pythonModule: 'comfy_extras.nodes_hunyuan3d' } as const;
const voxel = socket('VOXEL');
const mesh = socket('MESH');
const threshold = float({ default: 0.6, min: -1, max: 1, step: 0.01 });

type Algorithm = VoxelSurfaceOptions['algorithm'];

async function meshOf(voxels: Voxels, options: VoxelSurfaceOptions): Promise<Mesh> {
  const items = [];
  for (const volume of volumesOf(voxels.data)) items.push(await voxelSurface(volume, options));
  return { vertices: items.map(({ positions }) => positions), faces: items.map(({ indices }) => indices) };
}

function volumesOf({ data, dims }: Tensor): Tensor[] {
  const [count = 0, ...sides] = dims;
  if (dims.length !== 4 || count < 1) throw new NodeError('VOXELS_UNFIT', { actual: dims.join(', ') });
  const length = data.length / count;
  return Array.from({ length: count }, (_, i) => ({ data: data.subarray(i * length, (i + 1) * length), dims: sides }));
}

export const VoxelToMeshBasic = defineNode({
  id: 'VoxelToMeshBasic',
  ...shapes,
  inputs: { voxel: voxel(), threshold },
  outputs: [mesh()],
  execute: async ({ voxel, threshold }, { signal }) => [await meshOf(voxel, { threshold, algorithm: 'basic', signal })],
});

export const VoxelToMesh = defineNode({
  id: 'VoxelToMesh',
  ...shapes,
  inputs: { voxel: voxel(), algorithm: combo<Algorithm>(['surface net', 'basic']), threshold },
  outputs: [mesh()],
  execute: async ({ voxel, algorithm, threshold }, { signal }) => [
    await meshOf(voxel, { threshold, algorithm, signal }),
  ],
});

export const SaveGLB = defineNode({
  id: 'SaveGLB',
  displayName: 'SaveGLB',
  ...shapes,
  outputNode: true,
  hidden: ['prompt', 'extraPngInfo'],
  inputs: { mesh: mesh(), filename_prefix: string({ default: 'mesh/ComfyUI' }) },
  outputs: [],
  async execute({ mesh: { vertices, faces }, filename_prefix }, { services, hidden }) {
    const { files, settings } = services;
    const extras = settings.disableMetadata ? {} : Object.fromEntries(pngTexts(hidden));
    const contents = vertices.map((positions, i) =>
      encodeGlb({ positions, indices: faces[i] ?? new Uint32Array() }, extras),
    );
    const what = { count: contents.length, extension: 'glb', width: 0, height: 0 };
    const references = await files.newFiles('output', filename_prefix, what);
    for (const [i, reference] of references.entries()) await files.write(reference, contents[i] ?? new Uint8Array());
    return out({ ui: { '3d': references.map(reference => ({ ...reference })) } });
  },
});

/** Published with an empty document of options, as the reference does. */
const camera = { ...custom<JsonValue>('LOAD3D_CAMERA', { optional: true }), options: {} } as const;

const preview = {
  category,
  pythonModule: 'comfy_extras.nodes_load_3d',
  experimental: true,
  outputNode: true,
  inputs: {
    model_file: string({ default: '', multiline: false }),
    camera_info: camera,
  },
  outputs: [],
} as const;

/** The editor reads the file itself. */
const shown = (file: string, camera: JsonValue | undefined) => out({ ui: { result: [file, camera ?? null] } });

export const Preview3D = defineNode({
  id: 'Preview3D',
  displayName: 'Preview 3D',
  ...preview,
  execute: ({ model_file, camera_info }) => shown(model_file, camera_info),
});

export const Preview3DAnimation = defineNode({
  id: 'Preview3DAnimation',
  displayName: 'Preview 3D - Animation',
  ...preview,
  execute: ({ model_file, camera_info }) => shown(model_file, camera_info),
});

export const meshNodes: readonly NodeDefinition[] = [
  VoxelToMeshBasic,
  VoxelToMesh,
  SaveGLB,
  Preview3D,
  Preview3DAnimation,
  Load3D,
  Load3DAnimation,
];

// Models that the editor shows: it turns them, takes pictures of the view and uploads these; the nodes read what it uploaded
// (spec node-contract.md section 6, LOAD_3D: names of files by what they show).
import { combo, custom, defineNode, image, int, mask, type NodeEnvironment, string, video } from '@snug/execution';
import { type JsonValue, parseAnnotatedName } from '@snug/protocol';
import { NodeError } from '../errors.ts';
import { checkFile } from '../files/file-choice.ts';
import { mediaPath } from '../files/media-file.ts';
import { isPictureName, loadPicture, pictureFingerprint } from '../files/picture-file.ts';
import type { NodeFiles } from '../node-types.ts';

/** What the editor uploaded of one view. */
interface View {
  readonly image?: unknown;
  readonly mask?: unknown;
  readonly normal?: unknown;
  readonly lineart?: unknown;
  readonly camera_info?: JsonValue;
  /** Empty when nothing was recorded. */
  readonly recording?: unknown;
}

const MODEL_EXTENSION = /\.(fbx|glb|gltf|obj|stl)$/i;

const family = { category: '3d', pythonModule: 'comfy_extras.nodes_load_3d', experimental: true } as const;
const camera = custom<JsonValue>('LOAD3D_CAMERA', { name: 'camera_info' });

/** Sides of the view in pixels; the editor heeds them. */
const side = () => int({ default: 1024, min: 1, max: 4096, step: 1 });

/** Published with an empty document of options, as the reference does. */
function viewInput(type: string) {
  return { ...custom<View>(type, {}), options: {} } as const;
}

function inputsFor(type: string) {
  return (env: NodeEnvironment) => ({
    model_file: combo(
      env.inputFiles().filter(name => MODEL_EXTENSION.test(name)),
      { file_upload: true },
    ),
    image: viewInput(type),
    width: side(),
    height: side(),
  });
}

const modelValidator = {
  names: ['model_file'] as const,
  check: ({ model_file }: { readonly model_file?: unknown }, _: unknown, { files }: NodeEnvironment) =>
    checkFile(model_file, files, { kind: '3D' }),
};

/** One picture of the view. @throws NodeError VIEW_PART_MISSING when the editor uploaded none. */
async function pictureOf(view: View, part: keyof View, files: NodeFiles) {
  const name = typeof view === 'object' && view !== null ? view[part] : undefined;
  if (typeof name !== 'string' || name === '') throw new NodeError('VIEW_PART_MISSING', { part });
  return loadPicture(name, files);
}

/** What both nodes give of a view. */
async function shownBy(view: View, files: NodeFiles) {
  const { image } = await pictureOf(view, 'image', files);
  const { mask } = await pictureOf(view, 'mask', files);
  const normal = (await pictureOf(view, 'normal', files)).image;
  return { image, mask, normal, camera: view.camera_info ?? null, recording: await recordingOf(view, files) };
}

/** Changes when one of the uploaded pictures does: the same name may stand for another view. */
async function viewFingerprint(args: { readonly image?: View | null | undefined }, _: unknown, env: NodeEnvironment) {
  const names = Object.values(args.image ?? {}).filter(value => typeof value === 'string');
  return (
    await Promise.all(
      names
        .filter(name => isPictureName(parseAnnotatedName(name, 'input').filename))
        .map(name => pictureFingerprint(name, env)),
    )
  ).join();
}

async function recordingOf({ recording }: View, files: NodeFiles) {
  if (typeof recording !== 'string' || recording === '') return null as never;
  return { source: 'file', path: await mediaPath(recording, files, 'video'), name: recording } as const;
}

export const Load3D = defineNode({
  ...family,
  id: 'Load3D',
  displayName: 'Load 3D',
  inputs: inputsFor('LOAD_3D'),
  outputs: [
    image({ name: 'image' }),
    mask({ name: 'mask' }),
    string({ name: 'mesh_path' }),
    image({ name: 'normal' }),
    image({ name: 'lineart' }),
    camera,
    video({ name: 'recording_video' }),
  ],
  validate: modelValidator,
  fingerprint: viewFingerprint,
  async execute({ model_file, image: view }, { services: { files } }) {
    const { image, mask, normal, camera, recording } = await shownBy(view, files);
    const lineart = await pictureOf(view, 'lineart', files);
    return [image, mask, model_file, normal, lineart.image, camera, recording];
  },
});

export const Load3DAnimation = defineNode({
  ...family,
  id: 'Load3DAnimation',
  displayName: 'Load 3D - Animation',
  inputs: inputsFor('LOAD_3D_ANIMATION'),
  outputs: [
    image({ name: 'image' }),
    mask({ name: 'mask' }),
    string({ name: 'mesh_path' }),
    image({ name: 'normal' }),
    camera,
    video({ name: 'recording_video' }),
  ],
  validate: modelValidator,
  fingerprint: viewFingerprint,
  async execute({ model_file, image: view }, { services: { files } }) {
    const { image, mask, normal, camera, recording } = await shownBy(view, files);
    return [image, mask, model_file, normal, camera, recording];
  },
});

// Upscale models: networks that make pictures larger by a fixed factor, in files of their own.
import { combo, defineNode, image, type NodeDefinition, upscaleModel } from '@snug/execution';
import { NodeError } from '../errors.ts';

const wire = { wire: 'v3', pythonModule: 'comfy_extras.nodes_upscale_model' } as const;

export const UpscaleModelLoader = defineNode({
  id: 'UpscaleModelLoader',
  displayName: 'Load Upscale Model',
  ...wire,
  category: 'loaders',
  inputs: env => ({ model_name: combo(env.models.list('upscale_models')) }),
  outputs: [upscaleModel()],
  execute: async ({ model_name: name }, { services, signal }) => {
    const path = await services.models.resolve('upscale_models', name);
    if (path === undefined) throw new NodeError('MODEL_FILE_MISSING', { key: 'upscale_models', name });
    return [await services.engine.loadUpscaleModel(path, { signal })];
  },
});

export const ImageUpscaleWithModel = defineNode({
  id: 'ImageUpscaleWithModel',
  displayName: 'Upscale Image (using Model)',
  ...wire,
  category: 'image/upscaling',
  inputs: { upscale_model: upscaleModel(), image: image() },
  outputs: [image()],
  execute: async ({ upscale_model, image }, { signal, progress }) => [
    await upscale_model.upscale(image, { signal, onTile: progress }),
  ],
});

export const upscaleNodes: readonly NodeDefinition[] = [UpscaleModelLoader, ImageUpscaleWithModel];

// Nodes that open model files. Only headers are read here; weights are mapped when a sampler or encoder needs them.
import { pixelSpaceVae, type TinyFamily, type Vae } from '@snug/engine';
import { clip, combo, defineNode, model, type NodeServices, vae } from '@snug/execution';
import { NodeError } from './errors.ts';
import { completeTinyFamilies, tinyFilePath } from './tiny-vae-files.ts';

/** Extensions that may be left out after `embedding:` in a text. */
const EMBEDDING_EXTENSIONS = ['', '.safetensors', '.pt', '.bin'];

/** The VAE of models that work on pixels; it has no file. */
const PIXEL_SPACE = 'pixel_space';

export const CheckpointLoaderSimple = defineNode({
  id: 'CheckpointLoaderSimple',
  displayName: 'Load Checkpoint',
  category: 'loaders',
  description: 'Opens a checkpoint: the diffusion model with its text encoder and its VAE.',
  inputs: env => ({
    ckpt_name: combo(env.models.list('checkpoints'), { tooltip: 'File in the folder models/checkpoints.' }),
  }),
  outputs: [
    model({ tooltip: 'The network that removes noise from latents.' }),
    clip({ tooltip: 'The text encoder for prompts.' }),
    vae({ tooltip: 'Turns latents into pictures and back.' }),
  ],
  execute: async ({ ckpt_name }, { services, signal }) => {
    const path = await modelPath(services, 'checkpoints', ckpt_name);
    const loaded = await services.engine.loadCheckpoint(path, {
      signal,
      findEmbedding: name => findEmbedding(services, name),
      onWarning: services.warn,
    });
    return [loaded.model, loaded.clip, loaded.vae];
  },
});

export const VAELoader = defineNode({
  id: 'VAELoader',
  displayName: 'Load VAE',
  category: 'loaders',
  inputs: env => ({
    vae_name: combo([
      ...env.models.list('vae'),
      ...completeTinyFamilies(env.models).map(({ name }) => name),
      PIXEL_SPACE,
    ]),
  }),
  outputs: [vae()],
  execute: async ({ vae_name }, { services, signal }) => {
    if (vae_name === PIXEL_SPACE) return [pixelSpaceVae];
    const tiny = completeTinyFamilies(services.models).find(({ name }) => name === vae_name);
    if (tiny !== undefined) return [await loadTinyVae(services, tiny, signal)];
    const path = await modelPath(services, 'vae', vae_name);
    return [await services.engine.loadVae(path, { signal })];
  },
});

/** A tiny autoencoder, which is a pair of files and no file of its own. */
async function loadTinyVae({ engine, models }: NodeServices, family: TinyFamily, signal: AbortSignal): Promise<Vae> {
  const [decoder, encoder] = [
    await tinyFilePath(models, family, 'decoder'),
    await tinyFilePath(models, family, 'encoder'),
  ];
  if (decoder === undefined || encoder === undefined) {
    throw new NodeError('MODEL_FILE_MISSING', { key: 'vae_approx', name: family.name });
  }
  return engine.loadTinyVae({ decoder, encoder }, family, { signal });
}

/** Path of a chosen file, which may have gone since the prompt was validated. */
async function modelPath({ models }: NodeServices, key: string, name: string): Promise<string> {
  const path = await models.resolve(key, name);
  if (path === undefined) throw new NodeError('MODEL_FILE_MISSING', { key, name });
  return path;
}

async function findEmbedding({ models }: NodeServices, name: string): Promise<string | undefined> {
  for (const extension of EMBEDDING_EXTENSIONS) {
    const path = await models.resolve('embeddings', name + extension);
    if (path !== undefined) return path;
  }
  return undefined;
}

// Latents as files: safetensors with the tensor `latent_tensor` (golden files `old.latent` and `new.latent`). An empty tensor
// named for the format version says that the values are those of the LATENT; files without it are scaled by the latent factor of
// Stable Diffusion 1.
import { EngineError, encodeSafetensors, openSafetensors, type Tensor } from '@snug/engine';
import { combo, defineNode, latent, out, string } from '@snug/execution';
import { NodeError } from '../errors.ts';
import { checkFile, findFile } from './file-choice.ts';
import { pngTexts } from './png-metadata.ts';

const TENSOR = 'latent_tensor';
const VERSION = 'latent_format_version_0';
const OLD_SCALE = Math.fround(1 / 0.18215);

export const SaveLatent = defineNode({
  id: 'SaveLatent',
  category: '_for_testing',
  outputNode: true,
  hidden: ['prompt', 'extraPngInfo'],
  inputs: { samples: latent(), filename_prefix: string({ default: 'latents/ComfyUI' }) },
  outputs: [],
  async execute({ samples, filename_prefix }, { services, hidden }) {
    const { files, settings } = services;
    const what = { count: 1, extension: 'latent', width: 0, height: 0 };
    const references = await files.newFiles('output', filename_prefix, what);
    const tensors: [string, Tensor][] = [
      [TENSOR, samples.samples],
      [VERSION, { data: new Float32Array(), dims: [0] }],
    ];
    const metadata = settings.disableMetadata ? undefined : Object.fromEntries(pngTexts(hidden));
    for (const reference of references) {
      await files.write(reference, encodeSafetensors(tensors, metadata === undefined ? {} : { metadata }));
    }
    return out({ ui: { latents: references.map(reference => ({ ...reference })) } });
  },
});

export const LoadLatent = defineNode({
  id: 'LoadLatent',
  category: '_for_testing',
  inputs: env => ({ latent: combo(env.inputFiles().filter(name => name.endsWith('.latent'))) }),
  outputs: [latent()],
  validate: {
    names: ['latent'],
    check: ({ latent }, _, { files }) => checkFile(latent, files, { kind: 'latent' }),
  },
  async fingerprint({ latent }, _, { files }) {
    const found = await findFile(latent ?? '', files);
    if (found === undefined) throw new NodeError('LATENT_FILE_MISSING', { name: latent ?? '' });
    const { sizeBytes = 0, modifiedMs = 0 } = (await files.stat(found.reference)) ?? {};
    return `${sizeBytes} ${modifiedMs}`;
  },
  async execute({ latent: name }, { services }) {
    const found = await findFile(name, services.files);
    if (found === undefined) throw new NodeError('LATENT_FILE_MISSING', { name });
    return [{ samples: await readLatent(name, found.path) }];
  },
});

async function readLatent(name: string, path: string): Promise<Tensor> {
  try {
    const file = await openSafetensors(path);
    const samples = await file.readTensor(TENSOR);
    if (samples.dims.length < 3 || samples.data.length === 0) {
      throw new NodeError('LATENT_FILE_INVALID', { name, reason: `its tensor has the shape [${samples.dims}]` });
    }
    if (file.tensors.has(VERSION)) return samples;
    return { data: samples.data.map(value => value * OLD_SCALE), dims: samples.dims };
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    const reason = String(
      cause.details['reason'] ?? (cause.code === 'TENSOR_MISSING' ? `it has no "${TENSOR}"` : cause.message),
    );
    throw new NodeError('LATENT_FILE_INVALID', { name, reason }, { cause });
  }
}

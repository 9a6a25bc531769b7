// A VAE in a file of its own: LDM names with or without the prefix of a checkpoint, or the names of diffusers.
import { EngineError } from '../../errors.ts';
import { openTensorFile } from '../../formats/tensor-file.ts';
import type { TensorFile } from '../../formats/tensor-table.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { GraphStyle } from '../graph-style.ts';
import type { Vae } from '../model.ts';
import { diffusersVaeKeys, isDiffusersVae } from './diffusers-keys.ts';
import { createVae } from './vae.ts';

/** Of checkpoints and of files that hold a VAE alone. */
const PREFIXES = ['', 'first_stage_model.', 'vae.'];

export interface LoadVaeOptions {
  readonly runtime: Runtime;
  readonly style: GraphStyle;
}

/**
 * Reads the header of the file only.
 * @throws EngineError what `openTensorFile` throws, MODEL_UNSUPPORTED, MODEL_INCONSISTENT, TENSOR_MISSING.
 */
export async function loadVae(path: string, { runtime, style }: LoadVaeOptions): Promise<Vae> {
  const file = await openTensorFile(path);
  const has = (key: string): boolean => file.tensors.has(key);
  const prefix = PREFIXES.find(candidate => has(`${candidate}decoder.mid.block_1.conv1.weight`));
  if (prefix !== undefined) return createVae({ runtime, file, prefix, style });
  if (isDiffusersVae(has)) {
    return createVae({ runtime, file: { ...file, keyOf: diffusersVaeKeys(has) }, prefix: '', style });
  }
  throw new EngineError('MODEL_UNSUPPORTED', { path: file.path, ...describe(file) });
}

function describe({ tensors }: TensorFile): { kind: string; advice: string } {
  const keys = [...tensors.keys()];
  if (keys.some(key => /^(taesd_)?(decoder|encoder)\.\d+\.(weight|conv)/.test(key))) {
    return {
      kind: 'a tiny autoencoder (TAESD)',
      advice: 'Put its decoder and encoder into the folder vae_approx and choose it there by name.',
    };
  }
  return { kind: 'no VAE of a known kind', advice: 'Choose an AutoencoderKL file, such as vae-ft-mse-840000.' };
}

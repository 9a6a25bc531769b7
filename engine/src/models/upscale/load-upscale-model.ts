// Opens the file of an upscale model: finds out what it is by its keys, and says what it looks like when it is something else.
import { EngineError } from '../../errors.ts';
import { openTensorFile } from '../../formats/tensor-file.ts';
import type { TensorFile } from '../../formats/tensor-table.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { GraphStyle } from '../graph-style.ts';
import { upscaleNetworkOf } from './detect-network.ts';
import { otherKindOf } from './other-kinds.ts';
import { createUpscaleModel, type UpscaleModel } from './upscale-model.ts';

export interface LoadUpscaleOptions {
  readonly runtime: Runtime;
  readonly style: GraphStyle;
}

/** What training programs put in front of every key. */
const PREFIXES = ['', 'module.', 'netG.', 'generator.', 'params_ema.', 'params.'];

/**
 * Reads the header of the file only.
 * @throws EngineError what `openTensorFile` throws, MODEL_UNSUPPORTED, MODEL_INCONSISTENT, TENSOR_MISSING, WEIGHT_TYPE_UNSUPPORTED.
 */
export async function loadUpscaleModel(path: string, { runtime, style }: LoadUpscaleOptions): Promise<UpscaleModel> {
  const file = await openTensorFile(path);
  for (const prefix of PREFIXES) {
    const network = upscaleNetworkOf({ ...file, keyOf: name => prefix + name });
    if (network) return createUpscaleModel(network, { runtime, style, file });
  }
  throw unsupported(file);
}

function unsupported({ path, tensors }: TensorFile): EngineError {
  const { kind, advice } = otherKindOf([...tensors.keys()]);
  return new EngineError('MODEL_UNSUPPORTED', { path, kind, advice });
}

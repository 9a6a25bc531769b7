// A Stable Diffusion 1.x checkpoint (LDM key layout) as the three handles that nodes work with.
import { openTensorFile } from '../../formats/tensor-file.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { createTextEncoder, type EmbeddingOptions } from '../clip/text-encoder.ts';
import type { GraphStyle } from '../graph-style.ts';
import type { LoadedCheckpoint } from '../model.ts';
import { createDiffusionModel } from '../unet/diffusion-model.ts';
import { createVae } from '../vae/vae.ts';
import { requireStableDiffusion1 } from './detect.ts';
import { sd15LatentFormat, sd15Parameterization } from './family.ts';

export interface LoadCheckpointOptions extends EmbeddingOptions {
  readonly runtime: Runtime;
  readonly style: GraphStyle;
}

/** The SD 1.x family has eight heads at every level, whatever the width. */
const HEADS = 8;

/**
 * Reads the header of the file only; weights are mapped when a part is first used.
 * @throws EngineError what `openTensorFile` throws, MODEL_UNSUPPORTED, MODEL_INCONSISTENT, TENSOR_MISSING.
 */
export async function loadStableDiffusion1(path: string, options: LoadCheckpointOptions): Promise<LoadedCheckpoint> {
  const { runtime, style } = options;
  const file = await openTensorFile(path);
  const prefixes = requireStableDiffusion1(file);
  return {
    model: createDiffusionModel({
      runtime,
      file,
      prefix: prefixes.unet,
      style,
      headRule: { heads: HEADS },
      latentFormat: sd15LatentFormat,
      parameterization: sd15Parameterization,
    }),
    clip: createTextEncoder({ ...options, file, prefix: prefixes.clip }),
    vae: createVae({ runtime, file, prefix: prefixes.vae, style }),
  };
}

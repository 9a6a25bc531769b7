// Reads the architecture of an AutoencoderKL (LDM key names) out of the keys and shapes of its weights.
import { EngineError } from '../../errors.ts';
import type { WeightScope } from '../weights.ts';

export interface VaeLevel {
  /** Output channels of its blocks, in order. */
  readonly blockChannels: readonly number[];
  /** Whether the size changes after its blocks. */
  readonly isResampled: boolean;
}

export interface VaeLayout {
  readonly latentChannels: number;
  /** Pixels per latent cell and side. */
  readonly downscale: number;
  readonly imageChannels: number;
  /** Levels of the encoder from full size down; undefined when the file has no encoder. */
  readonly encoderLevels: readonly VaeLevel[];
  /** Levels of the decoder, index 0 is full size; it runs from the last to the first. */
  readonly decoderLevels: readonly VaeLevel[];
}

/**
 * @param weights scope of the VAE (`first_stage_model`), names as in LDM.
 * @throws EngineError TENSOR_MISSING or MODEL_INCONSISTENT
 */
export function readVaeLayout(weights: WeightScope, path: string): VaeLayout {
  const encoderLevels = readLevels(weights, 'encoder.down', 'downsample');
  const decoderLevels = readLevels(weights, 'decoder.up', 'upsample');
  const downscale = 2 ** decoderLevels.filter(level => level.isResampled).length;
  const latentChannels = weights.dims('decoder.conv_in.weight')[1] ?? 0;
  const isInconsistent =
    decoderLevels.length === 0 ||
    encoderLevels.length !== decoderLevels.length ||
    decoderLevels.some((level, index) => level.isResampled !== index > 0) ||
    encoderLevels.some((level, index) => level.isResampled !== index < encoderLevels.length - 1);
  if (isInconsistent) {
    const reason = `it has ${encoderLevels.length} encoder and ${decoderLevels.length} decoder levels`;
    throw new EngineError('MODEL_INCONSISTENT', { path, part: 'VAE', reason });
  }
  const imageChannels = weights.dims('decoder.conv_out.weight')[0] ?? 0;
  return { latentChannels, downscale, imageChannels, encoderLevels, decoderLevels };
}

function readLevels(weights: WeightScope, name: string, resample: string): VaeLevel[] {
  const levels: VaeLevel[] = [];
  for (;;) {
    const scope = weights.scope(`${name}.${levels.length}`);
    const blockChannels: number[] = [];
    while (scope.has(`block.${blockChannels.length}.conv2.weight`)) {
      blockChannels.push(scope.dims(`block.${blockChannels.length}.conv2.weight`)[0] ?? 0);
    }
    if (blockChannels.length === 0) return levels;
    levels.push({ blockChannels, isResampled: scope.has(`${resample}.conv.weight`) });
  }
}

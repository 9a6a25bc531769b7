// CONDITIONING as nodes exchange it, made ready for one run: options parsed, percentages turned into sigmas, masks and
// areas into a region and its weights. What the options mean: node contract, type CONDITIONING; golden cases `cond_*`.
import { EngineError } from '../../errors.ts';
import type { Conditioning, ConditioningEntry } from '../../models/model.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { NoiseSchedule } from '../parameterizations/parameterization.ts';
import { resizeMask } from '../resize-mask.ts';
import { boundsOfMask, featheredEdges, type Region, regionOfArea } from './region.ts';

export interface Condition {
  /** [1, tokens, width] */
  readonly context: Tensor;
  /** Active while startSigma >= sigma >= endSigma. */
  readonly startSigma: number;
  readonly endSigma: number;
  /** Undefined: the whole latent. */
  readonly region: Region | undefined;
  /**
   * Influence of this condition: one number, or one per cell of the region [items or 1, region.height, region.width].
   */
  readonly weight: number | Tensor;
  /** Stands in where the other conditions leave the picture uncovered. */
  readonly isDefault: boolean;
  /** What ControlNets add to the evaluation of this condition, for the network to read. */
  readonly control: unknown;
}

/** The options of an entry that sampling reads; all others travel along unread. */
interface KnownOptions {
  readonly strength?: number;
  readonly area?: unknown;
  readonly mask?: Tensor;
  readonly mask_strength?: number;
  readonly set_area_to_bounds?: boolean;
  readonly start_percent?: number;
  readonly end_percent?: number;
  readonly default?: boolean;
  readonly control?: unknown;
}

/**
 * @param dims shape of the latent, [batch, channels, ..., height, width]
 * @throws EngineError INVALID_ARGUMENT when a mask, an area or a context has no usable shape.
 */
export function conditionsOf(
  conditioning: Conditioning,
  dims: readonly number[],
  schedule: Pick<NoiseSchedule, 'percentToSigma'>,
): Condition[] {
  return conditioning.map(entry => conditionOf(entry, dims, schedule));
}

function conditionOf(
  [context, allOptions]: ConditioningEntry,
  dims: readonly number[],
  { percentToSigma }: Pick<NoiseSchedule, 'percentToSigma'>,
): Condition {
  const options = allOptions as KnownOptions;
  if (context.dims.length !== 3) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'The embedding of a conditioning',
      expected: 'of the shape [1, tokens, width]',
      actual: `[${context.dims.join(', ')}]`,
    });
  }
  return {
    context,
    startSigma: percentToSigma(options.start_percent ?? 0),
    endSigma: percentToSigma(options.end_percent ?? 1),
    isDefault: options.default === true,
    control: options.control,
    ...regionAndWeight(options, dims.at(-2) ?? 1, dims.at(-1) ?? 1),
  };
}

function regionAndWeight(options: KnownOptions, height: number, width: number): Pick<Condition, 'region' | 'weight'> {
  const strength = options.strength ?? 1;
  const mask = options.mask === undefined ? undefined : resizeMask(options.mask, height, width);
  const region = regionOf(options, mask, height, width);
  if (mask !== undefined) {
    const weights = cropMask(mask, region ?? { top: 0, left: 0, height, width });
    const factor = strength * (options.mask_strength ?? 1);
    return { region, weight: { data: weights.data.map(value => value * factor), dims: weights.dims } };
  }
  if (region === undefined) return { region, weight: strength };
  const edges = featheredEdges(region, height, width);
  return { region, weight: { data: edges.map(value => value * strength), dims: [1, region.height, region.width] } };
}

function regionOf(options: KnownOptions, mask: Tensor | undefined, height: number, width: number): Region | undefined {
  if (mask !== undefined && options.set_area_to_bounds === true) return boundsOfMask(mask.data, height, width);
  return options.area === undefined ? undefined : regionOfArea(options.area, height, width);
}

function cropMask({ data, dims }: Tensor, { top, left, height, width }: Region): Tensor {
  const [items, rows, columns] = dims as [number, number, number];
  const cropped = new Float32Array(items * height * width);
  for (let row = 0; row < items * height; row++) {
    const source = (Math.floor(row / height) * rows + top + (row % height)) * columns + left;
    cropped.set(data.subarray(source, source + width), row * width);
  }
  return { data: cropped, dims: [items, height, width] };
}

// FreeU: before a kept map is joined on the way up, the backbone's first half of channels is strengthened and the low frequencies of
// the kept map are weakened. Si et al., "FreeU: Free Lunch in Diffusion U-Net" (2023), section 3.3; version 2 strengthens in
// proportion to the backbone's mean over the channels. Low frequencies are the 2 x 2 lowest of the discrete Fourier transform,
// [-1, 0] on both axes: seven waves, which are taken out by two small matrix products.
import { type GraphInput, graphInput, type Value } from '../../onnx/graph.ts';
import { Add, Div, Mul, Sub } from '../../onnx/operators/elementwise.ts';
import { FusedMatMul } from '../../onnx/operators/linalg.ts';
import { Reshape, Shape } from '../../onnx/operators/movement.ts';
import { ReduceMax, ReduceMean, ReduceMin } from '../../onnx/operators/reduction.ts';
import type { Feeds } from '../../runtime/backend.ts';
import type { FreeUChange } from '../network-change.ts';
import type { MapSize } from './unet-sizes.ts';

/** Waves of `lowWaves`. */
const WAVES = 7;

/** Graph inputs of one change at one join. */
export interface FreeUInputs {
  /** Added to the factor 1 of each backbone channel, [channels, 1, 1]. */
  readonly backbone: GraphInput;
  /** Added to the factor 1 of the low frequencies, [1]. */
  readonly skip: GraphInput;
  /** [WAVES, height * width] */
  readonly waves: GraphInput;
}

/** The two coarsest stages, by the backbone's channels; undefined for finer ones. */
export function freeUStage(channels: number, modelChannels: number): 0 | 1 | undefined {
  if (channels === modelChannels * 4) return 0;
  return channels === modelChannels * 2 ? 1 : undefined;
}

/** @param name prefix, unique in the graph */
export function freeUInputs(name: string, channels: number): FreeUInputs {
  return {
    backbone: graphInput(`${name}.backbone`, 'float32', [channels, 1, 1]),
    skip: graphInput(`${name}.skip`, 'float32', [1]),
    waves: graphInput(`${name}.waves`, 'float32', [WAVES, `${name}.cells`]),
  };
}

export interface JoinedMaps {
  /** What comes up from below. */
  readonly backbone: Value;
  /** The kept map. */
  readonly skip: Value;
}

export function freeU(
  { backbone, skip }: JoinedMaps,
  inputs: FreeUInputs,
  version: FreeUChange['version'],
): JoinedMaps {
  const strength = version === 1 ? inputs.backbone : Mul(normalizedMean(backbone), inputs.backbone);
  const flat = Reshape(skip, [0, 0, -1]);
  const low = FusedMatMul(FusedMatMul(flat, inputs.waves, { transposeB: true }), inputs.waves);
  return {
    backbone: Add(backbone, Mul(backbone, strength)),
    skip: Add(skip, Mul(Reshape(low, Shape(skip)), inputs.skip)),
  };
}

/** Mean over the channels, brought to 0..1 within each picture. */
function normalizedMean(x: Value): Value {
  const mean = ReduceMean(x, [1]);
  const lowest = ReduceMin(mean, [1, 2, 3]);
  return Div(Sub(mean, lowest), Sub(ReduceMax(mean, [1, 2, 3]), lowest));
}

/** Values of the inputs. @param channels of the backbone */
export function freeUFeeds(
  name: string,
  { backbone, skip }: FreeUChange,
  { stage, channels, size }: { readonly stage: 0 | 1; readonly channels: number; readonly size: MapSize },
): Feeds {
  const half = Math.floor(channels / 2);
  const factors = Float32Array.from({ length: channels }, (_, channel) => (channel < half ? backbone[stage] - 1 : 0));
  return {
    [`${name}.backbone`]: { data: factors, dims: [channels, 1, 1] },
    [`${name}.skip`]: { data: Float32Array.of(skip[stage] - 1), dims: [1] },
    [`${name}.waves`]: { data: lowWaves(size), dims: [WAVES, size.height * size.width] },
  };
}

/**
 * Cosine and sine of the four frequencies (0 or -1 on each axis; the sine of 0 is left out), scaled so that their products with a
 * map, multiplied by them again and added up, are its part of these frequencies. An axis of one cell has no frequency -1.
 */
function lowWaves({ height, width }: MapSize): Float32Array {
  const cells = height * width;
  const waves = new Float32Array(WAVES * cells);
  const scale = 1 / Math.sqrt(cells);
  const frequencies = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ] as const;
  let wave = 0;
  for (const [vertical, horizontal] of frequencies) {
    const exists = !((vertical === 1 && height === 1) || (horizontal === 1 && width === 1));
    const functions = vertical + horizontal === 0 ? [Math.cos] : [Math.cos, Math.sin];
    for (const of of functions) {
      const start = wave++ * cells;
      if (!exists) continue;
      for (let cell = 0; cell < cells; cell++) {
        const [row, column] = [Math.floor(cell / width), cell % width];
        waves[start + cell] = scale * of(2 * Math.PI * ((vertical * row) / height + (horizontal * column) / width));
      }
    }
  }
  return waves;
}

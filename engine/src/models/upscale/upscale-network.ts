// What every architecture of upscale models gives to the code that runs it.
import type { Graph } from '../../onnx/graph.ts';
import type { WeightScope, WeightTable } from '../weights.ts';

export interface UpscaleNetwork {
  /** For people: `ESRGAN`. */
  readonly architecture: string;
  /** Pixels of the result per pixel and side. */
  readonly scale: number;
  /** Sides of the pixel blocks that the graph takes as channels; 1 = none. */
  readonly unshuffle: number;
  /** Sides of pictures are padded to multiples of this. */
  readonly sideMultiple: number;
  /** Key in the file of a name that `build` asks for. */
  readonly keyOf: (name: string) => string;
  /** Input `image` [1, 3 * unshuffle^2, h, w] in 0..1, output `upscaled` [1, 3, h * unshuffle * scale, w * unshuffle * scale]. */
  build(weights: WeightScope): Graph;
  /** What a run allocates for so many pixels of a picture. */
  estimateBytes(pixels: number): number;
}

/** The part of a file that says what it is. */
export type UpscaleKeys = Pick<WeightTable, 'path' | 'tensors' | 'keyOf'>;

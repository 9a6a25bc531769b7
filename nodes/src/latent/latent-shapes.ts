// Latents made from nothing, and checks of the shapes that nodes can work with.
import { elementCount, type Tensor } from '@snug/engine';
import { NodeError } from '../errors.ts';
import type { Latent } from '../node-types.ts';

/** Pixels per cell of the latents of most picture models; also the unit in which nodes take places on a latent. */
export const PIXELS_PER_CELL = 8;

export const cells = (pixels: number): number => Math.floor(pixels / PIXELS_PER_CELL);

/** All zeros. @throws NodeError LATENT_TOO_LARGE when the process cannot hold it. */
export function blankTensor(dims: readonly number[]): Tensor {
  try {
    return { data: new Float32Array(elementCount(dims)), dims };
  } catch (cause) {
    throw new NodeError('LATENT_TOO_LARGE', { dims: dims.join(', ') }, { cause });
  }
}

export function blankLatent(...dims: readonly number[]): Latent {
  return { samples: blankTensor(dims) };
}

/**
 * Index of the axis of the frames: [batch, channels, frames, height, width].
 * @throws NodeError LATENT_SHAPE_UNFIT for latents of pictures and sounds.
 */
export function requireFrames({ samples: { dims } }: Latent, node: string): number {
  if (dims.length === 5) return 2;
  const needed = 'of a video ([batch, channels, frames, height, width])';
  throw new NodeError('LATENT_SHAPE_UNFIT', { node, needed, actual: dims.join(', ') });
}

/**
 * Indices of the axes that are height and width.
 * @throws NodeError LATENT_SHAPE_UNFIT for sounds and other latents without a plane.
 */
export function requirePlanes({ samples: { dims } }: Latent, node: string): { readonly x: number; readonly y: number } {
  if (dims.length >= 4) return { x: dims.length - 1, y: dims.length - 2 };
  const needed = 'with a height and a width ([batch, channels, height, width])';
  throw new NodeError('LATENT_SHAPE_UNFIT', { node, needed, actual: dims.join(', ') });
}

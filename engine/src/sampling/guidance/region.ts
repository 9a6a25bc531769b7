// The part of a latent that a conditioning applies to: a rectangle in cells, given directly, as a share of the picture,
// or as the bounds of a mask. Option forms: node contract, type CONDITIONING.
import { EngineError } from '../../errors.ts';

/** In latent cells; always inside the latent. */
export interface Region {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Region of an `area` option: `[h, w, y, x]` in cells or `["percentage", h, w, y, x]` in shares of the latent.
 * Parts beyond the edges are cut off.
 * @throws EngineError INVALID_ARGUMENT when it has neither form or lies outside.
 */
export function regionOfArea(area: unknown, height: number, width: number): Region {
  const values: readonly unknown[] = Array.isArray(area) ? area : [];
  const isPercentage = values[0] === 'percentage';
  const numbers = values.slice(isPercentage ? 1 : 0);
  if (numbers.length !== 4 || !numbers.every(value => Number.isFinite(value))) {
    throw invalidArea(area);
  }
  const [h, w, y, x] = numbers as [number, number, number, number];
  return isPercentage
    ? clip(
        Math.max(1, Math.round(h * height)),
        Math.max(1, Math.round(w * width)),
        Math.round(y * height),
        Math.round(x * width),
      )
    : clip(h, w, y, x);

  function clip(rows: number, columns: number, top: number, left: number): Region {
    const region = { top, left, height: Math.min(rows, height - top), width: Math.min(columns, width - left) };
    if (top < 0 || left < 0 || region.height < 1 || region.width < 1) throw invalidArea(area);
    return region;
  }
}

function invalidArea(area: unknown): EngineError {
  return new EngineError('INVALID_ARGUMENT', {
    name: 'The area of a conditioning',
    expected:
      '[height, width, y, x] in cells of the latent, or ["percentage", ...] in shares of it, inside the picture',
    actual: JSON.stringify(area),
  });
}

/**
 * Smallest region that holds all positive values of a [items, height, width] mask; one corner cell when there are none.
 */
export function boundsOfMask(mask: Float32Array, height: number, width: number): Region {
  let [top, left, bottom, right] = [height, width, -1, -1];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i]! <= 0) continue;
    const x = i % width;
    const y = Math.floor(i / width) % height;
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    left = Math.min(left, x);
    right = Math.max(right, x);
  }
  if (bottom < 0) return { top: 0, left: 0, height: 1, width: 1 };
  return { top, left, height: bottom - top + 1, width: right - left + 1 };
}

/**
 * Weights that soften the inner edges of a region: they rise over a quarter of its side, 8 cells at most. Edges of the
 * picture stay sharp.
 * @returns [region.height, region.width]
 */
export function featheredEdges(region: Region, height: number, width: number): Float32Array {
  const rows = ramp(region.height, region.top > 0, region.top + region.height < height);
  const columns = ramp(region.width, region.left > 0, region.left + region.width < width);
  return Float32Array.from({ length: rows.length * columns.length }, (_, i) => {
    return rows[Math.floor(i / columns.length)]! * columns[i % columns.length]!;
  });
}

function ramp(length: number, rises: boolean, falls: boolean): number[] {
  const reach = Math.min(8, Math.floor(length / 4));
  return Array.from({ length }, (_, i) => {
    const fromStart = rises && i < reach ? (i + 1) / reach : 1;
    const toEnd = falls && length - 1 - i < reach ? (length - i) / reach : 1;
    return fromStart * toEnd;
  });
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tiledScale, tileStarts } from '../src/models/vae/tiling.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { goldenCases, maxDifference, openGolden } from './golden-files.ts';

interface TilingParams {
  readonly tile_hw: readonly [number, number];
  readonly overlap: number;
  readonly upscale: number;
}

/** The function of the golden cases: nearest-neighbour enlargement of tile * (1 + mean(tile)). */
function enlarge({ data, dims }: Tensor, factor: number): Tensor {
  const [, channels = 0, height = 0, width = 0] = dims;
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const [rows, columns] = [height * factor, width * factor];
  const out = new Float32Array(channels * rows * columns);
  for (let index = 0; index < out.length; index++) {
    const column = Math.floor((index % columns) / factor);
    const row = Math.floor((Math.floor(index / columns) % rows) / factor);
    const channel = Math.floor(index / (rows * columns));
    out[index] = (data[(channel * height + row) * width + column] ?? 0) * (1 + mean);
  }
  return { data: out, dims: [1, channels, rows, columns] };
}

describe('tiles', () => {
  test.each(goldenCases<TilingParams>('modules', 'tiled_scale'))('are blended as in $case', async golden => {
    const { tile_hw, overlap, upscale } = golden.params;
    const file = await openGolden('modules', golden.file);
    const x = await file.readTensor('x');
    const result = await tiledScale(x, async tile => enlarge(tile, upscale), {
      tile: { height: tile_hw[0], width: tile_hw[1], overlap },
      scale: upscale,
      outputChannels: x.dims[1] ?? 0,
    });
    const expected = await file.readTensor('out');
    expect(result.dims).toEqual(expected.dims);
    expect(maxDifference(result.data, expected.data)).toBeLessThan(golden.tolerance_suggested);
  });

  test('cover every cell, whatever the sizes', () => {
    const sizes = fc
      .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 2, max: 64 }))
      .chain(([length, tile]) =>
        fc.tuple(fc.constant(length), fc.constant(tile), fc.integer({ min: 0, max: tile - 1 })),
      );
    fc.assert(
      fc.property(sizes, ([length, tile, overlap]) => {
        const starts = tileStarts(length, tile, overlap);
        expect(starts[0]).toBe(0);
        for (const [index, start] of starts.entries()) {
          expect(start).toBeLessThan(length);
          const next = starts[index + 1] ?? length;
          expect(Math.min(start + tile, length)).toBeGreaterThanOrEqual(Math.min(next, length));
        }
      }),
    );
  });
});

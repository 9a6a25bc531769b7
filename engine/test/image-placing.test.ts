import { describe, expect, it } from 'vitest';
import { fitWork, outpaintWork } from '../src/media/pad-image.ts';
import { doPixelWork } from '../src/media/pixel-work.ts';
import { cutWork, flipWork, joinWork, repeatWork, rotateWork, takePictures } from '../src/media/place-pixels.ts';
import { stitchDirections, stitchWork } from '../src/media/stitch-images.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { flatPicture, randomPicture } from './pictures.ts';

const picture = randomPicture(2, 5, 7, 3);

/** Pictures of one channel, row by row. */
const grid = (...rows: number[][]): Tensor => ({
  data: Float32Array.from(rows.flat()),
  dims: [1, rows.length, rows[0]?.length ?? 0, 1],
});

describe('turning and mirroring', () => {
  it('turns clockwise', () => {
    expect(doPixelWork(rotateWork(grid([1, 2, 3], [4, 5, 6]), 1))).toEqual(grid([4, 1], [5, 2], [6, 3]));
    expect(doPixelWork(rotateWork(grid([1, 2, 3], [4, 5, 6]), 3))).toEqual(grid([3, 6], [2, 5], [1, 4]));
  });

  it('comes back after four quarters, and after a quarter and three', () => {
    const turned = (image: Tensor, quarters: 0 | 1 | 2 | 3) => doPixelWork(rotateWork(image, quarters));
    expect(turned(turned(turned(turned(picture, 1), 1), 1), 1)).toEqual(picture);
    expect(turned(turned(picture, 1), 3)).toEqual(picture);
    expect(turned(turned(picture, 2), 2)).toEqual(picture);
    expect(turned(picture, 0)).toEqual(picture);
  });

  it.each(['vertically', 'horizontally'] as const)('comes back when it is mirrored twice %s', way => {
    const once = doPixelWork(flipWork(picture, way));
    expect(once).not.toEqual(picture);
    expect(doPixelWork(flipWork(once, way))).toEqual(picture);
  });

  it('is turned by half when it is mirrored both ways', () => {
    const once = doPixelWork(flipWork(picture, 'vertically'));
    expect(doPixelWork(flipWork(once, 'horizontally'))).toEqual(doPixelWork(rotateWork(picture, 2)));
  });
});

describe('cutting and putting together', () => {
  it('cuts an area out of each picture', () => {
    const cut = doPixelWork(cutWork(grid([1, 2, 3], [4, 5, 6], [7, 8, 9]), { x: 1, y: 1, width: 2, height: 2 }));
    expect(cut).toEqual(grid([5, 6], [8, 9]));
    expect(doPixelWork(cutWork(picture, { x: 2, y: 1, width: 3, height: 2 })).dims).toEqual([2, 2, 3, 3]);
  });

  it('refuses areas that reach outside or are empty', () => {
    expect(() => cutWork(picture, { x: 5, y: 0, width: 3, height: 1 })).toThrow('3 x 1 at 5, 0');
    expect(() => cutWork(picture, { x: 0, y: 0, width: 0, height: 1 })).toThrow('7 x 5');
    expect(() => cutWork(picture, { x: -1, y: 0, width: 1, height: 1 })).toThrow('at -1, 0');
  });

  it('joins batches in their order and repeats them as a whole', () => {
    const joined = doPixelWork(joinWork([grid([1, 2]), grid([3, 4])]));
    expect(joined).toEqual({ data: Float32Array.of(1, 2, 3, 4), dims: [2, 1, 2, 1] });
    expect([...doPixelWork(repeatWork(joined, 2)).data]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    expect(() => joinWork([grid([1, 2]), grid([3])])).toThrow('2 x 1 with 1 channels, 1 x 1 with 1 channels');
    expect(() => repeatWork(joined, 0)).toThrow('at least 1, but it is 0');
  });

  it('takes pictures out of a batch, at least one and not more than there are', () => {
    expect(takePictures(picture, 1, 5).dims[0]).toBe(1);
    expect(takePictures(picture, 9, 2).data).toEqual(takePictures(picture, 1, 1).data);
    expect(takePictures(picture, 0, 2)).toEqual(picture);
  });

  it('refuses what is no batch of pictures', () => {
    expect(() =>
      cutWork({ data: new Float32Array(0), dims: [0, 5, 5, 3] }, { x: 0, y: 0, width: 1, height: 1 }),
    ).toThrow('[0, 5, 5, 3]');
    expect(() => rotateWork({ data: new Float32Array(25), dims: [5, 5] }, 1)).toThrow('[5, 5]');
  });
});

describe('larger canvases', () => {
  it('puts grey around the picture and masks it', () => {
    const margins = { left: 1, top: 0, right: 2, bottom: 1, feathering: 0 };
    const [padded, mask] = doPixelWork(outpaintWork(grid([0, 1], [1, 0]), margins));
    expect(padded).toEqual(grid([0.5, 0, 1, 0.5, 0.5], [0.5, 1, 0, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5, 0.5]));
    expect(mask.dims).toEqual([1, 3, 5]);
    expect([...mask.data]).toEqual([1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('fades the mask into the picture from sides with a margin only', () => {
    const margins = { left: 3, top: 0, right: 0, bottom: 0, feathering: 4 };
    const [, mask] = doPixelWork(outpaintWork(flatPicture(0, 1, 10, 10, 3), margins));
    const row = [...mask.data.subarray(5 * 13, 6 * 13)];
    expect(row).toEqual([1, 1, 1, 1, 0.5625, 0.25, 0.0625, 0, 0, 0, 0, 0, 0]);
  });

  it('has a hard edge when the fade would not fit', () => {
    const margins = { left: 3, top: 0, right: 0, bottom: 0, feathering: 5 };
    const [, mask] = doPixelWork(outpaintWork(flatPicture(0, 1, 10, 10, 3), margins));
    expect(new Set(mask.data)).toEqual(new Set([0, 1]));
    expect(() => outpaintWork(picture, { ...margins, top: -1 })).toThrow('A margin must be a whole number');
  });

  it('fits a picture into a size and centres it', () => {
    const fit = { width: 6, height: 4, method: 'nearest-exact', margin: 0 } as const;
    const { data, dims } = doPixelWork(fitWork(flatPicture(1, 1, 2, 2, 1), fit));
    expect(dims).toEqual([1, 4, 6, 1]);
    expect([...data.subarray(0, 6)]).toEqual([0, 1, 1, 1, 1, 0]);
  });

  it('keeps a pixel of a picture that is far longer than it is wide', () => {
    const fit = { width: 10, height: 10, method: 'area', margin: 0 } as const;
    const { data } = doPixelWork(fitWork(flatPicture(1, 1, 1, 100, 1), fit));
    expect(data.filter(value => value === 1)).toHaveLength(10);
  });
});

describe('stitching', () => {
  const options = { matchSize: false, spacing: 0, color: 'white' } as const;

  it.each(stitchDirections)('puts the second picture %s', direction => {
    const stitched = doPixelWork(stitchWork(grid([1]), grid([2]), { ...options, direction }));
    const isFirst = direction === 'right' || direction === 'down';
    expect([...stitched.data]).toEqual(isFirst ? [1, 2] : [2, 1]);
    expect(stitched.dims).toEqual(direction === 'down' || direction === 'up' ? [1, 2, 1, 1] : [1, 1, 2, 1]);
  });

  it('makes odd stripes even, and paints them', () => {
    const red = { ...options, direction: 'right', spacing: 3, color: 'red' } as const;
    const { data, dims } = doPixelWork(stitchWork(flatPicture(0, 1, 1, 1, 3), flatPicture(0, 1, 1, 1, 3), red));
    expect(dims).toEqual([1, 1, 6, 3]);
    expect([...data.subarray(3, 15)]).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0]);
  });

  it('repeats the last picture of the shorter batch and makes pictures without alpha opaque', () => {
    const pair = randomPicture(2, 3, 3, 4);
    const { data, dims } = doPixelWork(
      stitchWork(pair, flatPicture(0.5, 1, 3, 3, 3), { ...options, direction: 'right' }),
    );
    expect(dims).toEqual([2, 3, 6, 4]);
    expect([...data.subarray(data.length - 4)]).toEqual([0.5, 0.5, 0.5, 1]);
  });

  it('refuses directions and colours that there are not', () => {
    const other = { ...options, direction: 'behind' as 'left' };
    expect(() => stitchWork(picture, picture, other)).toThrow('behind, white');
  });
});

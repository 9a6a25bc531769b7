import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { imageNoiseWork } from '../src/media/add-image-noise.ts';
import { blendModes, blendWork } from '../src/media/blend-images.ts';
import { blurWork, sharpenWork } from '../src/media/blur-image.ts';
import { cannyWork } from '../src/media/canny-edges.ts';
import { morphologyOperations, morphologyWork } from '../src/media/morphology.ts';
import { doPixelWork } from '../src/media/pixel-work.ts';
import { dithers, quantizeWork } from '../src/media/quantize-image.ts';
import { imageScaleMethods, scaleImage } from '../src/media/scale-image.ts';
import { rgbToYuvWork, yuvToRgbWork } from '../src/media/yuv.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { maxDifference } from './golden-files.ts';
import { flatPicture, randomPicture } from './pictures.ts';

const picture = randomPicture(2, 21, 17, 3);

/** The sum of [rows, columns] weights over a picture of one channel, edges mirrored: slow and plain. */
function slowBlur({ data, dims }: Tensor, radius: number, sigma: number): number[] {
  const [, height = 0, width = 0] = dims;
  const mirrored = (place: number, length: number) => length - 1 - Math.abs(length - 1 - Math.abs(place));
  const weight = (steps: number) => Math.exp(-((steps / radius) ** 2) / (2 * sigma ** 2));
  return Array.from(data, (_, place) => {
    const [row, column] = [Math.floor(place / width), place % width];
    let [sum, total] = [0, 0];
    for (let y = -radius; y <= radius; y++) {
      for (let x = -radius; x <= radius; x++) {
        const share = weight(x) * weight(y);
        sum += share * data[mirrored(row + y, height) * width + mirrored(column + x, width)]!;
        total += share;
      }
    }
    return sum / total;
  });
}

describe('blurring and sharpening', () => {
  it('is the weighted mean of the neighbours', () => {
    const grey = randomPicture(1, 9, 12, 1);
    for (const radius of [1, 2, 3, 4, 7]) {
      const blurred = doPixelWork(blurWork(grey, { radius, sigma: 0.6 }));
      expect(maxDifference(blurred.data, Float32Array.from(slowBlur(grey, radius, 0.6)))).toBeLessThan(1e-6);
    }
  });

  it('leaves flat pictures flat, and everything as it is with a radius of 0', () => {
    const flat = flatPicture(0.3, 1, 9, 7, 4);
    expect(maxDifference(doPixelWork(blurWork(flat, { radius: 4, sigma: 2 })).data, flat.data)).toBeLessThan(1e-6);
    const sharp = doPixelWork(sharpenWork(flat, { radius: 4, sigma: 2, alpha: 5 }));
    expect(maxDifference(sharp.data, flat.data)).toBeLessThan(1e-5);
    expect(doPixelWork(blurWork(picture, { radius: 0, sigma: 1 }))).toBe(picture);
    expect(doPixelWork(sharpenWork(picture, { radius: 0, sigma: 1, alpha: 1 }))).toBe(picture);
  });

  it('keeps sharpened values in 0..1', () => {
    const { data } = doPixelWork(sharpenWork(picture, { radius: 2, sigma: 1, alpha: 5 }));
    expect(data.every(value => value >= 0 && value <= 1)).toBe(true);
  });

  it('refuses a radius that reaches beyond the mirrored picture, and a sigma of 0', () => {
    expect(() => blurWork(picture, { radius: 17, sigma: 1 })).toThrow('17 x 21');
    expect(() => blurWork(picture, { radius: 1.5, sigma: 1 })).toThrow('radius 1.5');
    expect(() => sharpenWork(picture, { radius: 1, sigma: 0, alpha: 1 })).toThrow('sigma 0');
  });
});

describe('blending', () => {
  it.each(blendModes)('changes nothing with a factor of 0: %s', mode => {
    expect(doPixelWork(blendWork(picture, flatPicture(0.7, 2, 21, 17, 3), { mode, factor: 0 })).data).toEqual(
      picture.data,
    );
  });

  it('lays one picture over all of a batch, scaled to their size', () => {
    const above = flatPicture(0.25, 1, 5, 9, 3);
    const { data, dims } = doPixelWork(blendWork(picture, above, { mode: 'normal', factor: 1 }));
    expect(dims).toEqual(picture.dims);
    expect(maxDifference(data, flatPicture(0.25, 2, 21, 17, 3).data)).toBeLessThan(1e-6);
  });

  it('refuses other channels, other batches and unknown modes', () => {
    const options = { mode: 'screen', factor: 0.5 } as const;
    expect(() => blendWork(picture, randomPicture(1, 5, 5, 4), options)).toThrow('1 with 4 channels');
    expect(() => blendWork(picture, randomPicture(3, 21, 17, 3), options)).toThrow('3 with 3 channels');
    expect(() => blendWork(picture, picture, { ...options, mode: 'burn' as 'screen' })).toThrow('soft_light');
  });
});

describe('morphology', () => {
  /** The window of each value, searched value by value. */
  function slowExtreme({ data, dims }: Tensor, size: number, pick: (...values: number[]) => number): Float32Array {
    const [, height = 0, width = 0, channels = 0] = dims;
    return data.map((_, i) => {
      const [channel, column] = [i % channels, Math.floor(i / channels) % width];
      const row = Math.floor(i / channels / width) % height;
      const top = i - channel - (row * width + column) * channels;
      const found: number[] = [];
      for (let y = Math.max(0, row - (size >> 1)); y < Math.min(height, row - (size >> 1) + size); y++) {
        for (let x = Math.max(0, column - (size >> 1)); x < Math.min(width, column - (size >> 1) + size); x++) {
          found.push(data[top + (y * width + x) * channels + channel]!);
        }
      }
      return pick(...found);
    });
  }

  it('finds the extremes of windows of any size', () => {
    for (const size of [1, 2, 3, 4, 7, 16, 17, 40]) {
      const erode = doPixelWork(morphologyWork(picture, { operation: 'erode', size }));
      const dilate = doPixelWork(morphologyWork(picture, { operation: 'dilate', size }));
      expect(erode.data).toEqual(slowExtreme(picture, size, Math.min));
      expect(dilate.data).toEqual(slowExtreme(picture, size, Math.max));
    }
  });

  it.each(morphologyOperations)('leaves flat pictures flat, or nothing of them: %s', operation => {
    const flat = flatPicture(0.5, 1, 6, 40, 1);
    const result = doPixelWork(morphologyWork(flat, { operation, size: 999 }));
    const isDifference = ['gradient', 'top_hat', 'bottom_hat'].includes(operation);
    expect(result).toEqual(isDifference ? flatPicture(0, 1, 6, 40, 1) : flat);
  });

  it('refuses unknown operations and sizes', () => {
    expect(() => morphologyWork(picture, { operation: 'melt' as 'open', size: 3 })).toThrow('melt, 3');
    expect(() => morphologyWork(picture, { operation: 'open', size: 0 })).toThrow('open, 0');
  });
});

describe('edges', () => {
  /** A bright square of side 10 on black. */
  const square: Tensor = {
    data: Float32Array.from({ length: 20 * 20 }, (_, i) => {
      const [row, column] = [Math.floor(i / 20), i % 20];
      return row >= 5 && row < 15 && column >= 5 && column < 15 ? 1 : 0;
    }),
    dims: [1, 20, 20, 1],
  };

  it('draws white lines where the brightness changes, and nothing elsewhere', () => {
    const { data, dims } = doPixelWork(cannyWork(square, { low: 0.2, high: 0.5 }));
    expect(dims).toEqual([1, 20, 20, 3]);
    expect(new Set(data)).toEqual(new Set([0, 1]));
    const at = (row: number, column: number) => data[(row * 20 + column) * 3];
    expect([at(10, 10), at(2, 2), at(0, 0)]).toEqual([0, 0, 0]);
    expect([4, 5].some(column => at(10, column) === 1)).toBe(true);
  });

  it('finds none in a flat picture, whatever its number of channels', () => {
    for (const channels of [1, 3]) {
      const { data } = doPixelWork(cannyWork(flatPicture(0.4, 2, 9, 9, channels), { low: 0.01, high: 0.01 }));
      expect(data.every(value => value === 0)).toBe(true);
    }
  });

  it('refuses thresholds in the wrong order, an alpha channel, and pictures smaller than the blur', () => {
    expect(() => cannyWork(square, { low: 0.5, high: 0.2 })).toThrow('low_threshold must be at most');
    expect(() => cannyWork(randomPicture(1, 9, 9, 4), { low: 0.1, high: 0.2 })).toThrow('1 or 3');
    expect(() => cannyWork(randomPicture(1, 2, 9, 3), { low: 0.1, high: 0.2 })).toThrow('9 x 2');
  });
});

describe('fewer colours', () => {
  const colorsOf = ({ data }: Tensor) => {
    const bytes = Uint8Array.from(data, value => Math.round(value * 255));
    return new Set(Array.from({ length: bytes.length / 3 }, (_, i) => bytes.subarray(i * 3, i * 3 + 3).join()));
  };

  it.each(dithers)('has no more than were asked for: %s', dither => {
    for (const colors of [1, 2, 7, 256]) {
      const one = randomPicture(1, 30, 40, 3);
      expect(colorsOf(doPixelWork(quantizeWork(one, { colors, dither }))).size).toBeLessThanOrEqual(colors);
    }
  });

  it('keeps a picture that has few colours', () => {
    const levels = [0, 64, 128, 252].map(level => level / 255);
    const few: Tensor = {
      data: Float32Array.from({ length: 300 }, (_, i) => levels[Math.floor(i / 3) % 4]!),
      dims: [1, 10, 10, 3],
    };
    const { data } = doPixelWork(quantizeWork(few, { colors: 4, dither: 'none' }));
    expect(maxDifference(data, few.data)).toBeLessThan(1 / 255);
  });

  it('keeps the mean brightness when errors are diffused', () => {
    const grey = flatPicture(0.4, 1, 64, 64, 3);
    grey.data.fill(0, 0, 3);
    grey.data.fill(1, 3, 6);
    const { data } = doPixelWork(quantizeWork(grey, { colors: 3, dither: 'floyd-steinberg' }));
    expect(data.reduce((sum, value) => sum + value) / data.length).toBeCloseTo(0.4, 1);
  });

  it('drops bits of pictures with very many colours and still gives the palette its size', () => {
    const many = randomPicture(1, 300, 300, 3);
    expect(colorsOf(doPixelWork(quantizeWork(many, { colors: 64, dither: 'none' }))).size).toBe(64);
  });

  it('refuses numbers of colours that there are not, and an alpha channel', () => {
    expect(() => quantizeWork(picture, { colors: 0, dither: 'none' })).toThrow('0, none');
    expect(() => quantizeWork(picture, { colors: 257, dither: 'none' })).toThrow('257, none');
    expect(() => quantizeWork(randomPicture(1, 4, 4, 4), { colors: 4, dither: 'none' })).toThrow('must be 3');
  });
});

test('luma and colour differences lead back to the picture', () => {
  const [y, u, v] = doPixelWork(rgbToYuvWork(picture));
  expect(maxDifference(doPixelWork(yuvToRgbWork(y, u, v)).data, picture.data)).toBeLessThan(2e-3);
  expect(() => rgbToYuvWork(randomPicture(1, 4, 4, 1))).toThrow('must be 3');
  expect(() => yuvToRgbWork(y, u, randomPicture(1, 4, 4, 1))).toThrow('1 of 4 x 4');
});

test('noise follows its seed and its strength', () => {
  const grey = flatPicture(0.5, 1, 50, 50, 3);
  const noisy = (seed: bigint, strength: number) => doPixelWork(imageNoiseWork(grey, { seed, strength })).data;
  expect(noisy(1n, 0)).toEqual(grey.data);
  expect(noisy(1n, 0.1)).toEqual(noisy(1n, 0.1));
  expect(noisy(1n, 0.1)).not.toEqual(noisy(2n, 0.1));
  const deviation = Math.sqrt(noisy(3n, 0.1).reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / grey.data.length);
  expect(deviation).toBeCloseTo(0.1, 2);
});

test('scaling keeps flat pictures flat, whatever the method, the sizes and the channels', () => {
  const side = fc.integer({ min: 1, max: 40 });
  const methods = fc.constantFrom(...imageScaleMethods);
  fc.assert(
    fc.property(methods, fc.constantFrom(1, 3, 4), side, side, side, side, (method, channels, h, w, height, width) => {
      const scaled = scaleImage(flatPicture(1, 1, h, w, channels), { method, width, height, crop: 'center' });
      expect(scaled.dims).toEqual([1, height, width, channels]);
      expect(maxDifference(scaled.data, flatPicture(1, 1, height, width, channels).data)).toBeLessThan(1e-6);
    }),
  );
});

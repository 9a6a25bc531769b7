// Frequency-dependent guidance: the difference between positive and negative estimate is scaled by one factor below a cutoff and by
// another above it. Huang et al., "FreSca: Scaling in Frequency Space Enhances Diffusion Models" (2025), section 3.2.
import type { GuidancePatch } from '../../models/guidance-patch.ts';

export interface FrequencyScales {
  /** Factor of low frequencies. */
  readonly low: number;
  readonly high: number;
  /** Half the width of the square of low frequencies, in waves per picture. */
  readonly cutoff: number;
}

export function frequencyGuidance({ low, high, cutoff }: FrequencyScales): GuidancePatch {
  return {
    name: 'FreSca',
    numbers: { scale_low: low, scale_high: high, freq_cutoff: cutoff },
    start: () => ({
      before({ positive, negative }, { x: { dims } }) {
        if (negative === undefined) return { positive, negative };
        const [height = 1, width = 1] = dims.slice(-2);
        const difference = positive.map((value, i) => value - negative[i]!);
        const smooth = lowFrequencies(difference, height, width, cutoff);
        const scaled = difference.map((value, i) => high * value + (low - high) * smooth[i]!);
        return { positive: scaled.map((value, i) => value + negative[i]!), negative };
      },
    }),
  };
}

/**
 * The part of each plane whose frequencies lie in [-cutoff, cutoff) on both axes. The square of frequencies is a product of two
 * ranges, so this is two products with small matrices and no Fourier transform. The range has no mirror image of its lowest
 * frequency, which makes the matrices complex; the result's real part is what counts.
 */
function lowFrequencies(planes: Float32Array, height: number, width: number, cutoff: number): Float32Array {
  const rows = rangeFilter(height, cutoff);
  const columns = width === height ? rows : rangeFilter(width, cutoff);
  const result = new Float32Array(planes.length);
  for (let start = 0; start < planes.length; start += height * width) {
    const plane = planes.subarray(start, start + height * width);
    result.set(filtered(plane, rows, columns), start);
  }
  return result;
}

/** A circular filter: its answer to a single 1 at place 0. */
interface Filter {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

function rangeFilter(size: number, cutoff: number): Filter {
  // Frequencies of `size` samples run from -floor(size / 2); a wider range takes all of them.
  const lowest = -Math.min(cutoff, Math.floor(size / 2));
  const end = Math.min(cutoff, Math.ceil(size / 2));
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  for (let place = 0; place < size; place++) {
    for (let frequency = lowest; frequency < end; frequency++) {
      const angle = (2 * Math.PI * ((frequency * place) % size)) / size;
      real[place]! += Math.cos(angle) / size;
      imaginary[place]! += Math.sin(angle) / size;
    }
  }
  return { real, imaginary };
}

function filtered(plane: Float32Array, rows: Filter, columns: Filter): Float64Array {
  const [height, width] = [rows.real.length, columns.real.length];
  const along = (kernel: Float64Array): Float64Array => {
    const result = new Float64Array(plane.length);
    for (let row = 0; row < plane.length; row += width) {
      for (let to = 0; to < width; to++) {
        let sum = 0;
        for (let from = 0; from < width; from++) sum += kernel[(to - from + width) % width]! * plane[row + from]!;
        result[row + to] = sum;
      }
    }
    return result;
  };
  const [real, imaginary] = [along(columns.real), along(columns.imaginary)];
  const result = new Float64Array(plane.length);
  for (let to = 0; to < height; to++) {
    for (let from = 0; from < height; from++) {
      const place = (to - from + height) % height;
      const [a, b] = [rows.real[place]!, rows.imaginary[place]!];
      for (let x = 0; x < width; x++)
        result[to * width + x]! += a * real[from * width + x]! - b * imaginary[from * width + x]!;
    }
  }
  return result;
}

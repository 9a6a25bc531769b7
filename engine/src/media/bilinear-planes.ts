// Bilinear interpolation of planes without smoothing, rounded exactly as PyTorch's CPU kernel does: masks are thresholded at
// 1/2 after they are resized, and whole areas of a mask lie on that value.
import { elementCount, type Tensor } from '../tensor/tensor.ts';

const f32 = Math.fround;

/** The two source places of one target place, and how much each counts. */
interface Tap {
  readonly first: number;
  readonly second: number;
  readonly firstShare: number;
  readonly secondShare: number;
}

/** [..., height, width] to [..., height, width] of the given size. */
export function bilinearPlanes({ data, dims }: Tensor, height: number, width: number): Tensor {
  const [fromHeight = 1, fromWidth = 1] = dims.slice(-2);
  const leading = dims.slice(0, -2);
  const rows = tapsOf(fromHeight, height);
  const columns = tapsOf(fromWidth, width);
  const resized = new Float32Array(elementCount(leading) * height * width);
  for (let i = 0; i < resized.length; i++) {
    const column = columns[i % width]!;
    const row = rows[Math.floor(i / width) % height]!;
    const plane = Math.floor(i / (width * height)) * fromHeight * fromWidth;
    const top = plane + row.first * fromWidth;
    const bottom = plane + row.second * fromWidth;
    const upper = f32(
      f32(f32(row.firstShare * column.firstShare) * data[top + column.first]!) +
        f32(f32(row.firstShare * column.secondShare) * data[top + column.second]!),
    );
    const left = f32(f32(row.secondShare * column.firstShare) * data[bottom + column.first]!);
    const right = f32(f32(row.secondShare * column.secondShare) * data[bottom + column.second]!);
    resized[i] = f32(f32(upper + left) + right);
  }
  return { data: resized, dims: [...leading, height, width] };
}

function tapsOf(from: number, to: number): readonly Tap[] {
  const scale = f32(from / to);
  return Array.from({ length: to }, (_, i) => {
    // The product is not rounded before the half is taken off: one multiply-add.
    const place = Math.max(0, f32(scale * (i + 0.5) - 0.5));
    const first = Math.min(Math.floor(place), from - 1);
    const secondShare = f32(Math.min(place - first, 1));
    return { first, second: Math.min(first + 1, from - 1), firstShare: f32(1 - secondShare), secondShare };
  });
}

// The picture that the examples of docs/nodes.md are made from: hills before an evening sky, drawn by formula.
import type { Tensor } from '@snug/engine';

export const pictureWidth = 96;
export const pictureHeight = 72;

type Color = readonly [red: number, green: number, blue: number];

const SUN = { x: 66, y: 26, radius: 11 };
const skyAt = (share: number): Color => [0.25 + 0.7 * share, 0.35 + 0.35 * share, 0.75 - 0.25 * share];
const HILLS: readonly { readonly color: Color; top(x: number): number }[] = [
  { color: [0.35, 0.3, 0.5], top: x => 44 + 7 * Math.sin(x / 13) },
  { color: [0.2, 0.38, 0.34], top: x => 54 + 6 * Math.sin(x / 9 + 2) },
  { color: [0.1, 0.2, 0.18], top: x => 64 + 3 * Math.sin(x / 5) },
];

/** 0 outside of the sun, 1 inside, smooth at its edge. */
function sunAt(x: number, y: number): number {
  return Math.min(Math.max(SUN.radius + 0.5 - Math.hypot(x - SUN.x, y - SUN.y), 0), 1);
}

function colorAt(x: number, y: number): Color {
  const hill = HILLS.findLast(({ top }) => y >= top(x));
  if (hill !== undefined) return hill.color;
  const sun = sunAt(x, y);
  const [red, green, blue] = skyAt(y / 54);
  return [red + (1 - red) * sun, green + (0.9 - green) * sun, blue + (0.55 - blue) * sun];
}

/** [1, height, width, 3] */
export function testPicture(): Tensor {
  const data = drawn((x, y) => colorAt(x, y));
  return { data, dims: [1, pictureHeight, pictureWidth, 3] };
}

/** Another picture of the same size, for nodes that take two: diagonal stripes. */
export function stripes(): Tensor {
  const data = drawn((x, y) => ((x + y) % 24 < 12 ? [0.95, 0.75, 0.2] : [0.15, 0.35, 0.6]));
  return { data, dims: [1, pictureHeight, pictureWidth, 3] };
}

/** [1, height, width]: the sun is selected. */
export function testMask(): Tensor {
  return { data: drawn((x, y) => [sunAt(x, y)]), dims: [1, pictureHeight, pictureWidth] };
}

function drawn(valuesAt: (x: number, y: number) => readonly number[]): Float32Array {
  const values: number[] = [];
  for (let y = 0; y < pictureHeight; y++) for (let x = 0; x < pictureWidth; x++) values.push(...valuesAt(x, y));
  return Float32Array.from(values);
}

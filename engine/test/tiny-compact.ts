// A tiny compact network of Real-ESRGAN with random weights, and what it computes written down plainly.
import { at, convolution, map, type Planes, randomNumbers, type TinyWeight } from './tiny-rrdb.ts';

const FEATURES = 5;
const CONVOLUTIONS = 3;

/** Weights by their keys. */
export function tinyCompact(scale: number): ReadonlyMap<string, TinyWeight> {
  const random = randomNumbers(7);
  const filled = (dims: readonly number[], spread: number): TinyWeight => {
    const length = dims.reduce((product, dim) => product * dim, 1);
    return { data: Float32Array.from({ length }, () => random() * spread), dims };
  };
  const weights = new Map<string, TinyWeight>();
  for (let number = 0; number < CONVOLUTIONS; number++) {
    const out = number === CONVOLUTIONS - 1 ? 3 * scale ** 2 : FEATURES;
    weights.set(`body.${2 * number}.weight`, filled([out, number === 0 ? 3 : FEATURES, 3, 3], 0.3));
    weights.set(`body.${2 * number}.bias`, filled([out], 0.1));
    if (number < CONVOLUTIONS - 1) weights.set(`body.${2 * number + 1}.weight`, filled([FEATURES], 0.8));
  }
  return weights;
}

/** What the network makes of a picture, not clamped. */
export function computedCompact(weights: ReadonlyMap<string, TinyWeight>, picture: Planes, scale: number): Planes {
  let h = picture;
  for (let number = 0; number < CONVOLUTIONS; number++) {
    const convolved = convolution({ weights }, `body.${2 * number}`, h);
    const slopes = weights.get(`body.${2 * number + 1}.weight`)?.data;
    h = map(convolved, (channel, row, column) => {
      const value = at(convolved, channel, row, column);
      return value < 0 && slopes ? value * (slopes[channel] ?? Number.NaN) : value;
    });
  }
  const [last, larger] = [h, { ...picture, height: picture.height * scale, width: picture.width * scale }];
  return map(larger, (channel, row, column) => {
    const [y, x] = [Math.floor(row / scale), Math.floor(column / scale)];
    const place = channel * scale ** 2 + (row % scale) * scale + (column % scale);
    return at(last, place, y, x) + at(picture, channel, y, x);
  });
}

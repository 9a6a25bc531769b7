// A tiny RRDBNet with random weights, and what it computes written down plainly: loops over pixels, no graph, no library.
import type { TorchTensor } from './torch-files.ts';

export interface TinyRrdb {
  /** By the names of Real-ESRGAN. */
  readonly weights: ReadonlyMap<string, TinyWeight>;
  readonly blocks: number;
  readonly doublings: number;
  readonly unshuffle: number;
}

export interface TinyWeight {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Planes of one picture. */
export interface Planes {
  readonly channels: readonly Float32Array[];
  readonly height: number;
  readonly width: number;
}

const FEATURES = 4;
const GROWTH = 3;

export function tinyRrdb({ blocks = 2, doublings = 2, unshuffle = 1, seed = 1 } = {}): TinyRrdb {
  const weights = new Map<string, TinyWeight>();
  const random = randomNumbers(seed);
  const add = (name: string, out: number, inner: number): void => {
    const spread = 2 / Math.sqrt(inner * 9);
    const dims = [out, inner, 3, 3];
    weights.set(`${name}.weight`, {
      data: Float32Array.from({ length: out * inner * 9 }, () => random() * spread),
      dims,
    });
    weights.set(`${name}.bias`, { data: Float32Array.from({ length: out }, () => random() / 5 + 0.1), dims: [out] });
  };
  add('conv_first', FEATURES, 3 * unshuffle ** 2);
  for (let block = 0; block < blocks; block++) {
    for (let dense = 1; dense <= 3; dense++) {
      for (let number = 1; number <= 5; number++) {
        const out = number === 5 ? FEATURES : GROWTH;
        add(`body.${block}.rdb${dense}.conv${number}`, out, FEATURES + (number - 1) * GROWTH);
      }
    }
  }
  add('conv_body', FEATURES, FEATURES);
  for (let number = 1; number <= doublings; number++) add(`conv_up${number}`, FEATURES, FEATURES);
  add('conv_hr', FEATURES, FEATURES);
  add('conv_last', 3, FEATURES);
  return { weights, blocks, doublings, unshuffle };
}

/** Between -0.5 and 0.5, always the same. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

/** The same weights under the names of the three key layouts. */
export const renamings = {
  'Real-ESRGAN': () => (name: string) => name,
  'the first publication': () => (name: string) =>
    name
      .replace(/^body\.(\d+)\.rdb/, 'RRDB_trunk.$1.RDB')
      .replace('conv_body', 'trunk_conv')
      .replace('conv_up', 'upconv')
      .replace('conv_hr', 'HRconv'),
  ESRGAN: (net: TinyRrdb) => (name: string) =>
    name
      .replace('conv_first', 'model.0')
      .replace(/^body\.(\d+)\.rdb(\d)\.conv(\d)/, 'model.1.sub.$1.RDB$2.conv$3.0')
      .replace('conv_body', `model.1.sub.${net.blocks}`)
      .replace(/^conv_up(\d)/, (_, number) => `model.${Number(number) * 3}`)
      .replace('conv_hr', `model.${net.doublings * 3 + 2}`)
      .replace('conv_last', `model.${net.doublings * 3 + 4}`),
} as const;

export function renamed(net: TinyRrdb, rename: (name: string) => string): [string, TinyWeight][] {
  return [...net.weights].map(([name, weight]) => [rename(name), weight]);
}

export function asTorch(weights: readonly (readonly [string, TinyWeight])[]): Map<string, TorchTensor> {
  return new Map(
    weights.map(([name, { data, dims }]) => [
      name,
      { dtype: 'F32', shape: dims, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) },
    ]),
  );
}

/** What the network makes of a picture: sides multiples of `unshuffle`, result not clamped. */
export function computed(net: TinyRrdb, picture: Planes): Planes {
  const convolved = (name: string, x: Planes): Planes => convolution(net, name, x);
  const first = convolved('conv_first', unshuffled(picture, net.unshuffle));
  let h = first;
  for (let block = 0; block < net.blocks; block++) {
    let inner = h;
    for (let dense = 1; dense <= 3; dense++) {
      const name = `body.${block}.rdb${dense}`;
      let seen = inner;
      for (let number = 1; number <= 4; number++) {
        const grown = leaky(convolved(`${name}.conv${number}`, seen));
        seen = { ...seen, channels: [...seen.channels, ...grown.channels] };
      }
      inner = sum(inner, convolved(`${name}.conv5`, seen), 0.2);
    }
    h = sum(h, inner, 0.2);
  }
  h = sum(first, convolved('conv_body', h), 1);
  for (let number = 1; number <= net.doublings; number++) h = leaky(convolved(`conv_up${number}`, doubled(h)));
  return convolved('conv_last', leaky(convolved('conv_hr', h)));
}

export function map(
  planes: Planes,
  value: (channel: number, y: number, x: number) => number,
  count = planes.channels.length,
) {
  const { height, width } = planes;
  const channels = Array.from({ length: count }, (_, channel) =>
    Float32Array.from({ length: height * width }, (__, i) => value(channel, Math.floor(i / width), i % width)),
  );
  return { channels, height, width };
}

export const at = ({ channels, height, width }: Planes, channel: number, y: number, x: number): number =>
  y < 0 || x < 0 || y >= height || x >= width ? 0 : (channels[channel]?.[y * width + x] ?? Number.NaN);

export function convolution({ weights }: Pick<TinyRrdb, 'weights'>, name: string, x: Planes): Planes {
  const { data, dims } = weights.get(`${name}.weight`) ?? { data: new Float32Array(), dims: [] };
  const bias = weights.get(`${name}.bias`)?.data ?? new Float32Array();
  const [out = 0, inner = 0] = dims;
  return map(
    x,
    (channel, row, column) => {
      let total = bias[channel] ?? Number.NaN;
      for (let from = 0; from < inner; from++) {
        for (let tap = 0; tap < 9; tap++) {
          const factor = data[(channel * inner + from) * 9 + tap] ?? Number.NaN;
          total += factor * at(x, from, row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1);
        }
      }
      return total;
    },
    out,
  );
}

const leaky = (x: Planes): Planes =>
  map(x, (c, row, column) => Math.max(at(x, c, row, column), 0.2 * at(x, c, row, column)));
const sum = (a: Planes, b: Planes, strength: number): Planes =>
  map(a, (c, row, column) => at(a, c, row, column) + strength * at(b, c, row, column));

function doubled(x: Planes): Planes {
  const larger = { ...x, height: x.height * 2, width: x.width * 2 };
  return map(larger, (c, row, column) => at(x, c, Math.floor(row / 2), Math.floor(column / 2)));
}

function unshuffled(x: Planes, side: number): Planes {
  const smaller = { ...x, height: x.height / side, width: x.width / side };
  const place = (c: number): [number, number, number] => [
    Math.floor(c / side ** 2),
    Math.floor(c / side) % side,
    c % side,
  ];
  return map(
    smaller,
    (c, row, column) => {
      const [channel, dy, dx] = place(c);
      return at(x, channel, row * side + dy, column * side + dx);
    },
    x.channels.length * side ** 2,
  );
}

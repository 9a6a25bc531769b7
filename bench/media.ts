// Pictures of 3840 x 2160 pixels: megapixels (of the source) per second of our nodes' work, of sharp, and of Pillow where the Python
// named by PYTHON (default python3) has it. Ours goes from float pictures to float pictures, as nodes do, on all cores;
// theirs from bytes to bytes. sharp and Pillow blur with a sigma of 8 pixels, ours with the window that a node asks for.
import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import sharp from 'sharp';
import { blurWork } from '../engine/src/media/blur-image.ts';
import { imageToBytes } from '../engine/src/media/byte-image.ts';
import { compositeWork } from '../engine/src/media/composite.ts';
import { encodePng } from '../engine/src/media/encode-png.ts';
import { PixelThreads } from '../engine/src/media/pixel-threads.ts';
import { scaleWork } from '../engine/src/media/scale-image.ts';
import type { Tensor } from '../engine/src/tensor/tensor.ts';

const WIDTH = 3840;
const HEIGHT = 2160;
const MEGAPIXELS = (WIDTH * HEIGHT) / 1e6;
const HALF = { width: WIDTH / 2, height: HEIGHT / 2 } as const;
const LARGER = { width: (WIDTH * 3) / 2, height: (HEIGHT * 3) / 2 } as const;
const BLUR_RADIUS = 8;
const PNG_LEVEL = 4;

const operations = ['scaleHalf', 'scaleUp', 'blur', 'composite', 'savePng'] as const;
type Operation = (typeof operations)[number];
type Seconds = Readonly<Record<Operation, number>>;

/** Megapixels per second by operation. */
type Rates = Readonly<Record<Operation, number>>;

export interface MediaFigures {
  /** Processes that want to run, when the measurement began; more than the idle machine's share distorts it. */
  readonly load: number;
  readonly ours: Rates;
  readonly sharp: Rates;
  /** Absent without Pillow. */
  readonly pillow?: Rates & { readonly version: string };
  /** Ours to Pillow's; the aim is 1 at least. */
  readonly oursToPillow?: Rates;
}

export async function measureMedia(repeats: number): Promise<MediaFigures> {
  const [load = 0] = loadavg();
  const bytes = rendered();
  const ours = await measureOurs(bytes, repeats);
  const theirs = await measureSharp(bytes, repeats);
  const pillow = await measurePillow(bytes, repeats);
  return {
    load,
    ours: rates(ours),
    sharp: rates(theirs),
    ...(pillow && {
      pillow: { version: pillow.version, ...rates(pillow.seconds) },
      oursToPillow: byOperation(operation => pillow.seconds[operation] / ours[operation]),
    }),
  };
}

/** Soft shapes with a little grain, as rendered pictures have. */
function rendered(): Uint8Array {
  const bytes = new Uint8Array(WIDTH * HEIGHT * 3);
  let state = 1;
  for (let i = 0; i < bytes.length; i++) {
    const pixel = Math.floor(i / 3);
    const [x, y] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = 128 + 90 * Math.sin(x / (90 + 20 * (i % 3))) * Math.cos(y / 130) + (state >>> 30);
  }
  return bytes;
}

async function measureOurs(bytes: Uint8Array, repeats: number): Promise<Seconds> {
  await using threads = new PixelThreads();
  // As they come from earlier nodes: in shared memory.
  const values = Float32Array.from(bytes, byte => byte / 255);
  const picture: Tensor = { data: shared(values), dims: [1, HEIGHT, WIDTH, 3] };
  const other: Tensor = { data: shared(values.toReversed()), dims: picture.dims };
  const mask: Tensor = { data: shared(values.subarray(0, WIDTH * HEIGHT)), dims: [1, HEIGHT, WIDTH] };
  return {
    scaleHalf: await best(repeats, () => threads.run(scaleWork(picture, { method: 'lanczos', ...HALF }))),
    scaleUp: await best(repeats, () => threads.run(scaleWork(picture, { method: 'lanczos', ...LARGER }))),
    blur: await best(repeats, () => threads.run(blurWork(picture, { radius: BLUR_RADIUS, sigma: 1 }))),
    composite: await best(repeats, () => threads.run(compositeWork(picture, other, { x: 0, y: 0, mask }))),
    savePng: await best(repeats, () => encodePng(imageToBytes(picture), { compressionLevel: PNG_LEVEL })),
  };
}

function shared(values: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

async function measureSharp(bytes: Uint8Array, repeats: number): Promise<Seconds> {
  const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
  const open = () => sharp(bytes, { raw });
  const other = await open().flop().ensureAlpha(0.5).raw().toBuffer();
  const overlay = [{ input: other, raw: { ...raw, channels: 4 as const } }];
  const scaled = (size: typeof HALF | typeof LARGER) => () =>
    open()
      .resize({ ...size, kernel: 'lanczos3', fit: 'fill' })
      .raw()
      .toBuffer();
  return {
    scaleHalf: await best(repeats, scaled(HALF)),
    scaleUp: await best(repeats, scaled(LARGER)),
    blur: await best(repeats, () => open().blur(BLUR_RADIUS).raw().toBuffer()),
    composite: await best(repeats, () => open().composite(overlay).raw().toBuffer()),
    savePng: await best(repeats, () => open().png({ compressionLevel: PNG_LEVEL, adaptiveFiltering: true }).toBuffer()),
  };
}

/** Undefined where there is no Python or no Pillow. */
async function measurePillow(
  bytes: Uint8Array,
  repeats: number,
): Promise<{ readonly version: string; readonly seconds: Seconds } | undefined> {
  const script = new URL('./media-pillow.py', import.meta.url).pathname;
  const python = spawn(process.env['PYTHON'] ?? 'python3', [script, WIDTH, HEIGHT, repeats].map(String), {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const output: Buffer[] = [];
  python.stdout.on('data', (part: Buffer) => output.push(part));
  python.stdin.on('error', () => undefined); // a Python that ended early; its code tells
  python.stdin.end(bytes);
  const isDone = await new Promise<boolean>(resolve => {
    python.on('error', () => resolve(false));
    python.on('close', code => resolve(code === 0));
  });
  return isDone ? JSON.parse(Buffer.concat(output).toString()) : undefined;
}

/** The shortest of some runs, in seconds: what others do on the machine only ever adds time. */
async function best(repeats: number, work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n <= repeats; n++) {
    const begin = performance.now();
    await work();
    // The first run warms up.
    if (n > 0) least = Math.min(least, (performance.now() - begin) / 1000);
  }
  return least;
}

function rates(seconds: Seconds): Rates {
  return byOperation(operation => MEGAPIXELS / seconds[operation]);
}

function byOperation(figure: (operation: Operation) => number): Rates {
  return Object.fromEntries(operations.map(operation => [operation, Number(figure(operation).toFixed(2))])) as Record<
    Operation,
    number
  >;
}

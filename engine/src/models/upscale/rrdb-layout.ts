// Where the weights of an RRDBNet are in a file, whatever its key layout, and what its shapes say about it. Names inside this
// folder are those of Real-ESRGAN; the two older layouts are mapped to them. Facts: Wang et al., "ESRGAN" (2018) and
// "Real-ESRGAN" (2021); xinntao/ESRGAN (Apache-2.0), xinntao/Real-ESRGAN (BSD-3), xinntao/BasicSR (Apache-2.0).
import { EngineError } from '../../errors.ts';
import type { UpscaleKeys } from './upscale-network.ts';
import { requireShape, shapeOf } from './weight-shapes.ts';

export interface RrdbLayout {
  /** Residual-in-residual blocks. */
  readonly blocks: number;
  /** Doublings of the sides after the blocks. */
  readonly doublings: number;
  /** Sides of the pixel blocks that become channels before the network; 1 = none. */
  readonly unshuffle: number;
  /** Pixels of the result per pixel and side: 2 ^ doublings / unshuffle. */
  readonly scale: number;
  readonly features: number;
  /** Channels that each convolution of a dense block adds. */
  readonly growth: number;
  /** Key in the file of a name of Real-ESRGAN. */
  readonly keyOf: (name: string) => string;
}

type Has = (key: string) => boolean;

interface KeyLayout {
  /** A key that files of this layout have and no others. */
  readonly sign: string;
  /** Translator of names, for a file that has these keys. */
  readonly names: (has: Has) => (name: string) => string;
}

export const COLOURS = 3;
const KERNEL = 3;
const DENSE_CONVOLUTIONS = 5;
/** Channels of the first convolution to the sides of the pixel blocks that they hold. */
const UNSHUFFLES: ReadonlyMap<number, number> = new Map([1, 2, 4].map(side => [COLOURS * side ** 2, side]));

/** The first publication after the paper: as Real-ESRGAN, with other words. */
const EARLY_WORDS: ReadonlyMap<string, string> = new Map([
  ['conv_body', 'trunk_conv'],
  ['conv_up', 'upconv'],
  ['conv_hr', 'HRconv'],
]);

const KEY_LAYOUTS: readonly KeyLayout[] = [
  { sign: 'body.0.rdb1.conv1.weight', names: () => name => name },
  {
    sign: 'RRDB_trunk.0.RDB1.conv1.weight',
    names: () => name =>
      name
        .replace(/^body\.(\d+)\.rdb/, 'RRDB_trunk.$1.RDB')
        .replace(/^(conv_body|conv_up|conv_hr)/, word => EARLY_WORDS.get(word) ?? word),
  },
  { sign: 'model.1.sub.0.RDB1.conv1.0.weight', names: sequentialNames },
];

/** Layout of a file of this architecture; undefined for others. @throws EngineError MODEL_UNSUPPORTED, MODEL_INCONSISTENT */
export function readRrdbLayout(file: UpscaleKeys): RrdbLayout | undefined {
  const has: Has = key => file.tensors.has(file.keyOf?.(key) ?? key);
  const found = KEY_LAYOUTS.find(({ sign }) => has(sign));
  if (!found) return undefined;
  const names = found.names(has);
  const keyOf = (name: string): string => file.keyOf?.(names(name)) ?? names(name);
  const named = { ...file, keyOf };
  const dims = (name: string): readonly number[] => shapeOf(named, name);
  const hasName: Has = name => file.tensors.has(keyOf(name));
  if (hasName('body.0.rdb1.conv1x1.weight'))
    throw unsupported(file, 'an ESRGAN+ upscale model (with 1x1 convolutions)');

  const [features = 0, inputChannels = 0] = dims('conv_first.weight');
  const [growth = 0] = dims('body.0.rdb1.conv1.weight');
  const [outputChannels] = dims('conv_last.weight');
  const doublings = countFrom(1, number => hasName(`conv_up${number}.weight`));
  const blocks = countFrom(0, number => hasName(`body.${number}.rdb1.conv1.weight`));
  const unshuffle = UNSHUFFLES.get(inputChannels);
  const scale = 2 ** doublings / (unshuffle ?? 1);
  if (outputChannels !== COLOURS || unshuffle === undefined || scale < 1) {
    const channels = `${inputChannels} channels to ${outputChannels}, scale ${scale}`;
    throw unsupported(file, `an ESRGAN upscale model that is not for RGB pictures (${channels})`);
  }
  const layout = { blocks, doublings, unshuffle, scale, features, growth, keyOf };
  for (const [name, expected] of expectedShapes(layout, inputChannels)) requireShape(named, name, expected);
  return layout;
}

/**
 * The original layout numbers the parts of a sequence: 0 first convolution, 1 blocks with their last convolution, then for each
 * doubling (resize, convolution, activation), then convolution, activation, convolution.
 */
function sequentialNames(has: Has): (name: string) => string {
  const blocks = countFrom(0, number => has(`model.1.sub.${number}.RDB1.conv1.0.weight`));
  const doublings = countFrom(1, number => has(`model.${3 * number}.weight`));
  const places: Readonly<Record<string, string>> = {
    conv_first: 'model.0',
    conv_body: `model.1.sub.${blocks}`,
    conv_hr: `model.${3 * doublings + 2}`,
    conv_last: `model.${3 * doublings + 4}`,
  };
  return name =>
    name
      .replace(/^body\.(\d+)\.rdb(\d)\.conv(\d)\./, 'model.1.sub.$1.RDB$2.conv$3.0.')
      .replace(/^conv_up(\d+)/, (_, number) => `model.${3 * Number(number)}`)
      .replace(/^conv_(first|body|hr|last)/, word => places[word] ?? word);
}

function* expectedShapes(
  { blocks, doublings, features, growth }: Pick<RrdbLayout, 'blocks' | 'doublings' | 'features' | 'growth'>,
  inputChannels: number,
): Generator<readonly [name: string, dims: readonly number[]]> {
  function* convolution(name: string, out: number, inner: number): Generator<readonly [string, readonly number[]]> {
    yield [`${name}.weight`, [out, inner, KERNEL, KERNEL]];
    yield [`${name}.bias`, [out]];
  }
  yield* convolution('conv_first', features, inputChannels);
  for (let block = 0; block < blocks; block++) {
    for (let dense = 1; dense <= 3; dense++) {
      for (let number = 1; number <= DENSE_CONVOLUTIONS; number++) {
        const out = number === DENSE_CONVOLUTIONS ? features : growth;
        yield* convolution(`body.${block}.rdb${dense}.conv${number}`, out, features + (number - 1) * growth);
      }
    }
  }
  yield* convolution('conv_body', features, features);
  for (let number = 1; number <= doublings; number++) yield* convolution(`conv_up${number}`, features, features);
  yield* convolution('conv_hr', features, features);
  yield* convolution('conv_last', COLOURS, features);
}

/** How many numbers from `first` on fit without a gap. */
function countFrom(first: number, fits: (number: number) => boolean): number {
  let count = 0;
  while (fits(first + count)) count++;
  return count;
}

function unsupported({ path }: UpscaleKeys, kind: string): EngineError {
  const advice = 'ESRGAN and Real-ESRGAN models for RGB pictures are supported.';
  return new EngineError('MODEL_UNSUPPORTED', { path, kind, advice });
}

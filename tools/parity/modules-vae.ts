// Golden folder `modules/vae`: encoder and decoder of AutoencoderKL, whole and in tiles, and the tiling alone.
import { tiledScale } from '../../engine/src/models/vae/tiling.ts';
import type { Tensor } from '../../engine/src/tensor/tensor.ts';
import { Comparison, toleranceOf } from './comparison.ts';
import { ModelBench, tensorOf, weightsCaseOf } from './golden-model.ts';
import type { GoldenCase, ParityContext, ParityOutcome, ParitySuite } from './suite.ts';

const bench = new ModelBench();

export const vae: ParitySuite = {
  folder: 'modules/vae',
  close: () => bench.close(),
  async run(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
    const { params } = goldenCase;
    if ('tile_thw' in params) return { skipped: 'tiles of videos' };
    if (Array.isArray(params['tile_hw'])) return compareTiling(goldenCase, context);
    if ('vae_scale' in params) return compareTiny(goldenCase, context);
    if (!('ch_mult' in weightsCaseOf(goldenCase, context).params)) return { skipped: 'VAEs of videos' };
    return 'tile_latent' in params ? compareTiled(goldenCase, context) : compareWhole(goldenCase, context);
  },
};

async function compareWhole(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
  const model = await bench.vae(goldenCase, context);
  const file = await context.tensors(goldenCase);
  const comparison = new Comparison(toleranceOf(goldenCase));
  const { data } = await model.decode(tensorOf(file, 'latent'));
  comparison.values('decoded', data, file.get('decoded').data);
  for (const prefix of ['', 'odd_']) {
    const encoded = await model.encode(tensorOf(file, `${prefix}image`));
    comparison.values(`${prefix}encoded`, encoded.data, file.get(`${prefix}encoded`).data);
  }
  return comparison.outcome();
}

async function compareTiny(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
  const { decoder, vae: model } = await bench.tinyAutoencoder(goldenCase, context);
  const file = await context.tensors(goldenCase);
  const comparison = new Comparison(toleranceOf(goldenCase));
  const image = tensorOf(file, 'image_pm1');
  const pictures = channelsLast({ data: image.data.map(value => (value + 1) / 2), dims: image.dims });
  comparison.values('encoded', (await model.encode(pictures)).data, file.get('encoded').data);
  const decoded = channelsLast(tensorOf(file, 'decoded_pm1'));
  // Pictures are cut off at both ends, the recording is not.
  const clamped = decoded.data.map(value => Math.min(Math.max((value + 1) / 2, 0), 1));
  comparison.values('decoded_pm1', (await model.decode(tensorOf(file, 'latent'))).data, clamped);
  const raw = await decoder.decode(tensorOf(file, 'latent'));
  comparison.values(
    'decoder_raw',
    raw.data.map(value => (value + 1) / 2),
    file.get('decoder_raw').data,
  );
  return comparison.outcome();
}

/** [batch, channels, height, width] to [batch, height, width, channels]. */
function channelsLast({ data, dims }: Tensor): Tensor {
  const [batch = 0, channels = 0, height = 0, width = 0] = dims;
  const plane = height * width;
  const moved = data.map((_, i) => {
    const [item, cell, channel] = [Math.floor(i / (plane * channels)), Math.floor(i / channels) % plane, i % channels];
    return data[(item * channels + channel) * plane + cell] ?? Number.NaN;
  });
  return { data: moved, dims: [batch, height, width, channels] };
}

async function compareTiled(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
  const model = await bench.vae(weightsCaseOf(goldenCase, context), context);
  const file = await context.tensors(goldenCase);
  const { tile_latent, overlap_latent } = goldenCase.params;
  const tile = { size: Number(tile_latent), overlap: Number(overlap_latent) };
  const comparison = new Comparison(toleranceOf(goldenCase));
  const decoded = await model.decode(tensorOf(file, 'latent'), { tile });
  comparison.values('decoded_tiled', decoded.data, file.get('decoded_tiled').data);
  const encoded = await model.encode(tensorOf(file, 'image'), { tile });
  comparison.values('encoded_tiled', encoded.data, file.get('encoded_tiled').data);
  return comparison.outcome();
}

async function compareTiling(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
  const file = await context.tensors(goldenCase);
  const [height = 0, width = 0] = goldenCase.params['tile_hw'] as readonly number[];
  const overlap = Number(goldenCase.params['overlap']);
  const scale = Number(goldenCase.params['upscale']);
  const { data, dims } = tensorOf(file, 'x');
  const itemLength = data.length / (dims[0] ?? 1);
  const scaled: number[] = [];
  for (let start = 0; start < data.length; start += itemLength) {
    const item = { data: data.subarray(start, start + itemLength), dims: [1, ...dims.slice(1)] };
    const options = { tile: { height, width, overlap }, scale, outputChannels: dims[1] ?? 0 };
    for (const value of (await tiledScale(item, async tile => enlarged(tile, scale), options)).data) scaled.push(value);
  }
  const comparison = new Comparison(toleranceOf(goldenCase));
  comparison.values('out', scaled, file.get('out').data);
  return comparison.outcome();
}

/** The function of these cases: nearest-neighbour enlargement of tile * (1 + mean(tile)). */
function enlarged({ data, dims }: Tensor, factor: number): Tensor {
  const [, channels = 0, height = 0, width = 0] = dims;
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const [rows, columns] = [height * factor, width * factor];
  const out = Float32Array.from({ length: channels * rows * columns }, (_, index) => {
    const column = Math.floor((index % columns) / factor);
    const row = Math.floor((Math.floor(index / columns) % rows) / factor);
    const channel = Math.floor(index / (rows * columns));
    return (data[(channel * height + row) * width + column] ?? 0) * (1 + mean);
  });
  return { data: out, dims: [1, channels, rows, columns] };
}

// Golden folder `schedulers`: tables and conversions of each parameterisation, its scaling formulas, and the sigmas of
// all schedulers.
import type { Parameterization } from '../../engine/src/sampling/parameterizations/parameterization.ts';
import { parameterizationOf } from '../../engine/src/sampling/parameterizations/parameterization-of.ts';
import { basicSigmas, type StepSigmasOptions, stepSigmas } from '../../engine/src/sampling/schedulers/step-sigmas.ts';
import { Comparison, toleranceOf } from './comparison.ts';
import type { GoldenFile } from './golden-file.ts';
import { GoldenParameterizations } from './golden-parameterization.ts';
import { sigmaNodes } from './golden-sigmas.ts';
import { patchedModel } from './patched-model.ts';
import type { GoldenCase, ParityContext, ParityOutcome, ParitySuite } from './suite.ts';

export const schedulers: ParitySuite = {
  folder: 'schedulers',
  async run(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
    const { op, params } = goldenCase;
    const known = await GoldenParameterizations.load(context.treePath);
    const name = params['model_sampling'];
    const parameterization = typeof name === 'string' ? known.named(name) : await reparameterized(goldenCase);
    const node = sigmaNodes[op];
    const applying = checks.filter(({ applies }) => applies(goldenCase));
    if (node === undefined && (applying.length === 0 || (name === undefined && parameterization === undefined))) {
      return { skipped: `node ${op}` };
    }
    if (typeof name === 'string' && parameterization === undefined) {
      return { skipped: `parameterisation ${known.typeOf(name)}` };
    }
    const comparison = new Comparison(toleranceOf(goldenCase));
    const file = await context.tensors(goldenCase);
    if (node === undefined) {
      for (const check of applying) check.run(parameterization!, file, comparison);
      return comparison.outcome();
    }
    const input = file.has('input') ? file.float32('input') : undefined;
    const outputs = node({ ...params, input, parameterization } as never);
    for (const [output, values] of Object.entries(outputs)) comparison.values(output, values, file.get(output).data);
    return comparison.outcome();
  },
};

/** What a ModelSampling node makes of a model, with a latent of the shape that the case names. */
async function reparameterized({ op, params }: GoldenCase): Promise<Parameterization | undefined> {
  if (!op.startsWith('ModelSampling')) return undefined;
  const dims = params['latent_shape'] as readonly number[] | null | undefined;
  const latent = dims
    ? { samples: { data: new Float32Array(dims.reduce((size, dim) => size * dim, 1)), dims } }
    : undefined;
  const model = await patchedModel(op, { ...params, ...(latent && { latent }) });
  return model && parameterizationOf(model.parameterization);
}

interface Check {
  applies(goldenCase: GoldenCase): boolean;
  run(parameterization: Parameterization, file: GoldenFile, comparison: Comparison): void;
}

const checks: readonly Check[] = [
  { applies: ({ tensors = [] }) => tensors.includes('q_sigma'), run: checkTable },
  { applies: ({ tensors = [] }) => tensors.includes('calculate_input'), run: checkScaling },
  { applies: ({ tensors = [] }) => tensors.some(name => name.includes('|steps=')), run: checkSigmas },
];

function checkTable(parameterization: Parameterization, file: GoldenFile, comparison: Comparison): void {
  const { sigmas } = parameterization;
  const expected = file.get('sigmas').data;
  comparison.values('sigmas', subsampled(sigmas, expected), expected);
  const map = (from: string, to: string, convert: (value: number) => number) =>
    comparison.values(to, Float64Array.from(file.get(from).data, convert), file.get(to).data);
  map('q_sigma', 'q_sigma_timestep', parameterization.timestep);
  if (file.has('q_timestep')) map('q_timestep', 'q_timestep_sigma', parameterization.sigma);
  map('q_percent', 'q_percent_sigma', parameterization.percentToSigma);
  if (file.has('alphas_cumprod_f64')) {
    const alphas = Float64Array.from(sigmas, sigma => 1 / (sigma ** 2 + 1));
    comparison.values('alphas_cumprod_f64', alphas, file.get('alphas_cumprod_f64').data);
  }
}

/** Long tables are recorded at regular distances; where the record begins is found by its first value. */
function subsampled(table: Float32Array, expected: ArrayLike<number>): Float32Array {
  if (table.length % expected.length !== 0) return table;
  const distance = table.length / expected.length;
  const starts = Array.from({ length: distance }, (_, start) => start);
  const errorOf = (start: number) => Math.abs(table[start]! - expected[0]!);
  const best = starts.reduce((a, b) => (errorOf(b) < errorOf(a) ? b : a));
  return table.filter((_, i) => i % distance === best);
}

/** Each batch item has a sigma of its own. */
function checkScaling(parameterization: Parameterization, file: GoldenFile, comparison: Comparison): void {
  const sigmas = file.get('sigma').data;
  const x = file.float32('x');
  const output = file.float32('model_output');
  const latent = file.float32('latent');
  const size = x.length / sigmas.length;
  const perItem = (
    name: string,
    formula: (sigma: number, item: (values: Float32Array) => Float32Array) => Float32Array,
  ) => {
    const values = Array.from(sigmas, (sigma, i) => formula(sigma, all => all.subarray(i * size, (i + 1) * size)));
    comparison.values(
      name,
      values.flatMap(item => [...item]),
      file.get(name).data,
    );
  };
  perItem('calculate_input', (sigma, item) => parameterization.scaleInput(item(x), sigma));
  perItem('calculate_denoised', (sigma, item) => parameterization.denoised(item(output), item(x), sigma));
  perItem('noise_scaling', (sigma, item) => parameterization.noiseScaling(sigma, item(x), item(latent)));
  perItem('noise_scaling_max', (sigma, item) => parameterization.noiseScaling(sigma, item(x), item(latent), true));
  perItem('inverse_noise_scaling', (sigma, item) => parameterization.inverseNoiseScaling(sigma / 2, item(x)));
}

/** Tensor names: `scheduler|steps=N|denoise=D`; the KSampler nodes have variants, the BasicScheduler node has none. */
function checkSigmas(parameterization: Parameterization, file: GoldenFile, comparison: Comparison): void {
  for (const name of file.names) {
    const [scheduler = '', steps = '', denoise = '', variant] = name.split('|');
    const options: StepSigmasOptions = {
      scheduler,
      steps: numberIn(steps),
      denoise: numberIn(denoise),
      discardPenultimate: variant === 'discard_penultimate',
    };
    const sigmas = variant === undefined ? basicSigmas : stepSigmas;
    comparison.values(name, sigmas(parameterization, options), file.get(name).data);
  }
}

function numberIn(assignment: string): number {
  return Number(assignment.split('=')[1]);
}

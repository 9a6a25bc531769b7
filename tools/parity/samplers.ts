// Golden folder `samplers`: whole sampling runs with a formula in place of the network.
import type { Conditioning } from '../../engine/src/models/model.ts';
import { addScaledNoise } from '../../engine/src/sampling/add-noise.ts';
import { randomNoise, withoutNoise } from '../../engine/src/sampling/noise-source.ts';
import type { Parameterization } from '../../engine/src/sampling/parameterizations/parameterization.ts';
import { parameterizationOf } from '../../engine/src/sampling/parameterizations/parameterization-of.ts';
import { sigmasOfRange } from '../../engine/src/sampling/sample.ts';
import { type SampledLatent, sampleSigmas } from '../../engine/src/sampling/sample-sigmas.ts';
import type { SamplerDefinition } from '../../engine/src/sampling/samplers/sampler.ts';
import { stepSigmas } from '../../engine/src/sampling/schedulers/step-sigmas.ts';
import type { Tensor } from '../../engine/src/tensor/tensor.ts';
import { analyticDenoiser } from './analytic-denoiser.ts';
import { Comparison, type Tolerance, toleranceOf } from './comparison.ts';
import { conditioningOf } from './conditioning-expression.ts';
import type { GoldenFile } from './golden-file.ts';
import { type GuidanceConditionings, guidanceOfCase, guidedOperations, modelOfCase } from './golden-guidance.ts';
import { latentFormatNameOf, loadLatentFormats } from './golden-latent-formats.ts';
import { GoldenParameterizations } from './golden-parameterization.ts';
import { samplerOfCase } from './golden-sampler.ts';
import type { GoldenCase, ParityContext, ParityOutcome, ParitySuite } from './suite.ts';

/** Params of a case; which are present depends on the node. */
interface SamplerParams {
  readonly model: string;
  readonly sampler?: string;
  readonly scheduler?: string;
  readonly steps?: number;
  readonly cfg?: number;
  readonly seed?: string;
  readonly noise_seed?: string | number;
  readonly denoise?: number;
  readonly latent_shape?: readonly number[];
  readonly batch_index?: readonly number[];
  readonly step_noise_seed_offset?: number;
  /** KSamplerAdvanced: `enable` or `disable`; SamplerCustom: a boolean. */
  readonly add_noise?: string | boolean;
  readonly start_at_step?: number;
  readonly end_at_step?: number;
  readonly return_with_leftover_noise?: string;
  readonly positive?: string;
  readonly negative?: string;
}

const coveredOperations: readonly RegExp[] = [
  /^KSampler( img2img| with noise_mask| on non-4D latents|: .*)?$/,
  /^KSamplerAdvanced$/,
  /^SamplerCustom$/,
  /^AddNoise$/,
  /^\w+ via SamplerCustom$/,
  /^conditioning combination$/,
];

const isCovered = (op: string): boolean =>
  guidedOperations.has(op) || coveredOperations.some(pattern => pattern.test(op));

export const samplers: ParitySuite = {
  folder: 'samplers',
  async run(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
    const params = goldenCase.params as unknown as SamplerParams;
    if (!isCovered(goldenCase.op)) return { skipped: `operation ${goldenCase.op}` };
    const known = await GoldenParameterizations.load(context.treePath);
    const data = known.dataNamed(params.model);
    if (data === undefined) return { skipped: `parameterisation ${known.typeOf(params.model)}` };
    const file = await context.tensors(goldenCase);
    const empty: Conditioning = file.has('empty0') ? [[tensorOf(file, 'empty0'), {}]] : [];
    const latentFormat = (await loadLatentFormats(context.treePath)).get(latentFormatNameOf(params.model))!;
    const model = await modelOfCase(goldenCase, { parameterization: data, latentFormat }, empty);
    const parameterization = parameterizationOf(model.parameterization);
    const run = { goldenCase, params, model, parameterization, file };
    if (goldenCase.op === 'AddNoise') return runAddNoise(run);
    const sampler = samplerOfCase(goldenCase);
    if (sampler === undefined) return { skipped: `sampler ${params.sampler ?? goldenCase.op}` };
    return runCase({ ...run, sampler });
  },
};

interface NoiseRun {
  readonly goldenCase: GoldenCase;
  readonly params: SamplerParams;
  readonly model: Awaited<ReturnType<typeof modelOfCase>>;
  readonly parameterization: Parameterization;
  readonly file: GoldenFile;
}

interface CaseRun extends NoiseRun {
  readonly sampler: SamplerDefinition;
}

async function runAddNoise({ goldenCase, params, model, parameterization, file }: NoiseRun): Promise<ParityOutcome> {
  const comparison = new Comparison(toleranceOf(goldenCase));
  const noisy = addScaledNoise(parameterization, model.latentFormat, {
    noise: randomNoise(seedOf(params)),
    sigmas: file.float32('sigmas'),
    latent: { samples: tensorOf(file, 'samples') },
  });
  comparison.values('out', noisy.data, file.get('out').data);
  return comparison.outcome();
}

const seedOf = ({ seed, noise_seed }: SamplerParams): bigint => BigInt(seed ?? noise_seed ?? 0);

async function runCase(run: CaseRun): Promise<ParityOutcome> {
  const { goldenCase, file } = run;
  const comparison = new Comparison(toleranceOf(goldenCase));
  const { result, steps, networkSigmas } = await sampleCase(run, comparison);
  comparison.values('final', result.samples.data, file.get('final').data);
  if (file.has('denoised_output')) {
    comparison.values('denoised_output', result.denoised.data, file.get('denoised_output').data);
  }
  // Adaptive steps follow the difference of two nearly equal results, of which rounding is a visible part.
  const rtol = run.params.sampler === 'dpm_adaptive' || goldenCase.op.includes('Adapt') ? 1e-3 : 1e-5;
  comparison.values('model_sigmas', networkSigmas, file.get('model_sigmas').data, { rtol, atol: 1e-6 });
  if (!otherLatentReported.has(run.params.sampler ?? ''))
    compareSteps(
      comparison,
      'step_x',
      steps.map(({ x }) => x),
      run,
    );
  compareSteps(
    comparison,
    'step_denoised',
    steps.map(({ denoised }) => denoised),
    run,
  );
  return comparison.outcome();
}

/**
 * Samplers whose progress callback gets something else than the current latent in the reference (the start, or a
 * rescaled latent); ours reports the latent, so just the estimates are compared.
 */
const otherLatentReported: ReadonlySet<string> = new Set(['ipndm', 'ipndm_v', 'deis', 'uni_pc', 'uni_pc_bh2']);

/** What the progress callback got, recorded with half precision in most cases. */
function compareSteps(
  comparison: Comparison,
  name: string,
  steps: readonly Tensor[],
  { file, goldenCase }: CaseRun,
): void {
  if (!file.has(name)) return;
  const { dtype, data, dims } = file.get(name);
  comparison.equal(`${name} rows`, steps.length, dims[0]);
  const suggested = toleranceOf(goldenCase);
  const atol = typeof suggested === 'number' ? suggested : suggested.atol;
  const tolerance: Tolerance = { rtol: dtype === 'F16' ? 2 ** -10 : 1e-5, atol };
  const values = new Float32Array(steps.reduce((sum, step) => sum + step.data.length, 0));
  for (const [i, step] of steps.entries()) values.set(step.data, i * step.data.length);
  comparison.values(name, values, data, tolerance);
}

async function sampleCase(run: CaseRun, comparison: Comparison) {
  const { params, model, parameterization, sampler, file } = run;
  const analytic = analyticDenoiser(parameterization.isFlow);
  const steps: { x: Tensor; denoised: Tensor }[] = [];
  const seed = seedOf(params);
  const result: SampledLatent = await sampleSigmas({
    denoiser: analytic.denoiser,
    parameterization,
    latentFormat: model.latentFormat,
    sampler,
    sigmas: sigmasOf(run, comparison),
    guidance: guidanceOfCase(run.goldenCase, conditioningsOf(run)),
    patches: model.guidancePatches,
    maskOpening: model.maskOpening,
    latent: latentOf(run),
    noise: params.add_noise === 'disable' || params.add_noise === false ? withoutNoise(seed) : randomNoise(seed),
    compatNoise: params.step_noise_seed_offset === undefined ? '0.3' : undefined,
    onStep: step => steps.push(step),
  });
  if (file.has('noise') && file.get('noise').dims.length !== result.samples.dims.length) {
    comparison.equal('dims', result.samples.dims, file.get('noise').dims);
  }
  return { result, steps, networkSigmas: analytic.sigmas };
}

/** KSampler nodes compute the sigmas (recorded before a range of steps is cut out); custom sampling is given them. */
function sigmasOf({ params, parameterization, sampler, file }: CaseRun, comparison: Comparison): Float32Array {
  const recorded = file.float32('sigmas');
  const { scheduler, steps, denoise = 1 } = params;
  if (scheduler === undefined || steps === undefined) return recorded;
  const discardPenultimate = sampler.discardsPenultimate === true;
  const sigmas = stepSigmas(parameterization, { scheduler, steps, denoise, discardPenultimate });
  comparison.values('sigmas', sigmas, recorded, { rtol: 1e-5, atol: 1e-6 });
  return sigmasOfRange(sigmas, {
    startStep: params.start_at_step,
    lastStep: params.end_at_step,
    forceFullDenoise: params.return_with_leftover_noise === 'disable',
  });
}

function latentOf({ params, file, goldenCase }: CaseRun) {
  const dims = params.latent_shape ?? file.get(file.has('noise') ? 'noise' : 'final').dims;
  const samples = file.has('latent_in')
    ? tensorOf(file, 'latent_in')
    : emptyLatent(goldenCase.op.includes('4-channel') ? [dims[0]!, 4, ...dims.slice(2)] : dims);
  return {
    samples,
    noiseMask: file.has('noise_mask') ? tensorOf(file, 'noise_mask') : undefined,
    batchIndex: params.batch_index,
  };
}

function emptyLatent(dims: readonly number[]): Tensor {
  return { data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)), dims };
}

function conditioningsOf({ params, file }: CaseRun): GuidanceConditionings {
  if (params.positive === undefined) {
    const single = (name: string): Conditioning => (file.has(name) ? [[tensorOf(file, name), {}]] : []);
    return { positive: single('positive0'), negative: single('negative0'), third: single('third0') };
  }
  const values = {
    tensor: (name: string) => tensorOf(file, name),
    number: (name: string) => (params as unknown as Record<string, number | undefined>)[name],
  };
  return {
    positive: conditioningOf(params.positive, values),
    negative: conditioningOf(params.negative ?? 'N', values),
    third: [],
  };
}

function tensorOf(file: GoldenFile, name: string): Tensor {
  return { data: file.float32(name), dims: file.get(name).dims };
}

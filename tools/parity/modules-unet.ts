// Golden folder `modules/unet`: UNets of the SD 1.x and 2.x kind, alone, behind the model wrapper and in sampling runs.
import type { DiffusionModel } from '../../engine/src/models/model.ts';
import { timestepFrequencies } from '../../engine/src/models/unet/timestep-embedding.ts';
import { networkDenoiser } from '../../engine/src/sampling/guidance/denoiser.ts';
import { parameterizationOf } from '../../engine/src/sampling/parameterizations/parameterization-of.ts';
import { sample } from '../../engine/src/sampling/sample.ts';
import type { Tensor } from '../../engine/src/tensor/tensor.ts';
import { Comparison, toleranceOf } from './comparison.ts';
import type { GoldenFile } from './golden-file.ts';
import { compareFreeU } from './golden-free-u.ts';
import { ModelBench, tensorOf, weightsCaseOf, withPrediction } from './golden-model.ts';
import type { GoldenCase, ParityContext, ParityOutcome, ParitySuite } from './suite.ts';

const bench = new ModelBench();

export const unet: ParitySuite = {
  folder: 'modules/unet',
  close: () => bench.close(),
  async run(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
    const { op, file: fileName } = goldenCase;
    if (fileName === undefined) return { skipped: 'cases without tensors' };
    const file = await context.tensors(goldenCase);
    const comparison = new Comparison(toleranceOf(goldenCase));
    if (op.startsWith('sinusoidal timestep embedding')) {
      compareTimesteps(comparison, file);
      return comparison.outcome();
    }
    if (op.startsWith('FreeU')) {
      await compareFreeU(comparison, goldenCase, context, bench.runtime);
      return comparison.outcome();
    }
    const compare = comparisonFor(op);
    if (!compare) return { skipped: 'ControlNets, adapters, patches and conditionings that come later' };
    const weightsCase = weightsCaseOf(goldenCase, context);
    const config = weightsCase.params['config'] as Record<string, unknown> | undefined;
    if (config?.['adm_in_channels']) return { skipped: 'UNets with a size vector (SDXL)' };
    const model = await bench.unet(weightsCase, context);
    await compare({ comparison, file, model: withModelType(model, goldenCase), goldenCase });
    return comparison.outcome();
  },
};

interface CompareInput {
  readonly comparison: Comparison;
  readonly file: GoldenFile;
  readonly model: DiffusionModel;
  readonly goldenCase: GoldenCase;
}

function comparisonFor(op: string): ((input: CompareInput) => Promise<void>) | undefined {
  if (op.startsWith('UNet forward')) return compareForward;
  if (op.startsWith('model wrapper')) return compareWrapper;
  return op.startsWith('KSampler with a tiny UNet') ? compareSampling : undefined;
}

function withModelType(model: DiffusionModel, { params }: GoldenCase): DiffusionModel {
  return params['model_type'] === 'V_PREDICTION' ? withPrediction(model, 'v') : model;
}

async function compareForward({ comparison, file, model }: CompareInput): Promise<void> {
  const { data } = await model.predict({
    x: tensorOf(file, 'x'),
    timesteps: file.float32('timesteps'),
    context: tensorOf(file, 'context'),
  });
  comparison.values('out', data, file.get('out').data);
}

/** Every item has a noise level of its own. */
async function compareWrapper({ comparison, file, model }: CompareInput): Promise<void> {
  const denoiser = networkDenoiser(model, parameterizationOf(model.parameterization));
  const [x, context, expected] = ['x', 'context', 'denoised'].map(name => tensorOf(file, name)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  for (const [index, sigma] of file.float32('sigma').entries()) {
    const { data } = await denoiser({ x: itemOf(x, index), sigma, context: itemOf(context, index) });
    comparison.values(`denoised of item ${index}`, data, itemOf(expected, index).data);
  }
}

async function compareSampling({ comparison, file, model, goldenCase }: CompareInput): Promise<void> {
  const { steps, cfg, sampler, scheduler, seed } = goldenCase.params;
  const noise = tensorOf(file, 'noise');
  const { data } = await sample({
    model,
    positive: [[tensorOf(file, 'positive'), {}]],
    negative: [[tensorOf(file, 'negative'), {}]],
    latent: { samples: { data: new Float32Array(noise.data.length), dims: noise.dims } },
    seed: BigInt(String(seed)),
    steps: Number(steps),
    cfg: Number(cfg),
    sampler: String(sampler),
    scheduler: String(scheduler),
    denoise: 1,
    compatNoise: '0.3',
  });
  comparison.values('final', data, file.get('final').data);
}

/** Tensors `dimN` hold the embeddings of all timesteps, cosines first. */
function compareTimesteps(comparison: Comparison, file: GoldenFile): void {
  const timesteps = file.float32('t');
  for (const name of file.names.filter(candidate => candidate.startsWith('dim'))) {
    const frequencies = timestepFrequencies(Number(name.slice('dim'.length)));
    const rows = Array.from(timesteps, timestep => {
      const angles = frequencies.map(frequency => timestep * frequency);
      return [...angles.map(Math.cos), ...angles.map(Math.sin)];
    });
    comparison.values(name, rows.flat(), file.get(name).data);
  }
}

function itemOf({ data, dims }: Tensor, index: number): Tensor {
  const length = data.length / (dims[0] ?? 1);
  return { data: data.subarray(index * length, (index + 1) * length), dims: [1, ...dims.slice(1)] };
}

// What sampling costs beside the network: processor time of every sampler with its guidance and its noise, on a network that
// answers at once. A real step evaluates the network once or more often, so the share is counted per evaluation; the goal is
// less than 1 % (docs/speed.md). Processor time, because other work on the machine must not count.
import type { LatentFormat } from '@snug/engine';
import { cfgGuidance } from '../engine/src/sampling/guidance/classifier-free.ts';
import type { Denoiser } from '../engine/src/sampling/guidance/denoiser.ts';
import { randomNoise } from '../engine/src/sampling/noise-source.ts';
import { parameterizationOf } from '../engine/src/sampling/parameterizations/parameterization-of.ts';
import { sampleSigmas } from '../engine/src/sampling/sample-sigmas.ts';
import { type SamplerName, samplerNames, samplers } from '../engine/src/sampling/samplers/samplers.ts';
import { stepSigmas } from '../engine/src/sampling/schedulers/step-sigmas.ts';

const STEPS = 10;
const REPEATS = 2;
/** One evaluation (both conditionings) of Stable Diffusion 1.5 at 512x512 on two cores (docs/speed.md), and its latents. */
const realEvaluation = { ms: 8890, dims: [1, 4, 64, 64] } as const;

const latents: readonly (readonly number[])[] = [realEvaluation.dims, [1, 4, 128, 128], [1, 16, 64, 64]];

const parameterization = parameterizationOf({
  prediction: 'eps',
  schedule: { kind: 'scaled-linear', timesteps: 1000, linearStart: 0.00085, linearEnd: 0.012 },
});

export interface SamplingFigures {
  /** Milliseconds per step by sampler, for each size of latents. */
  readonly msPerStep: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Of an evaluation of the network at 512x512, for latents of that size; the slowest sampler. */
  readonly largestShare: string;
}

interface Cost {
  readonly msPerStep: number;
  readonly msPerEvaluation: number;
}

export async function measureSampling(): Promise<SamplingFigures> {
  const msPerStep: Record<string, Record<string, number>> = {};
  let worst = { name: '', ms: 0 };
  for (const dims of latents) {
    const figures: Record<string, number> = {};
    for (const name of samplerNames) {
      const cost = await leastCost(name, dims);
      figures[name] = Number(cost.msPerStep.toFixed(1));
      if (dims === realEvaluation.dims && cost.msPerEvaluation > worst.ms) worst = { name, ms: cost.msPerEvaluation };
    }
    msPerStep[dims.slice(1).join(' x ')] = figures;
  }
  const share = ((100 * worst.ms) / realEvaluation.ms).toFixed(2);
  const largestShare = `${share} % of a step at 512x512 with its own latents, 64x64 (${worst.name}, ${worst.ms.toFixed(1)} ms)`;
  return { msPerStep, largestShare };
}

/** The first run compiles. */
async function leastCost(name: SamplerName, dims: readonly number[]): Promise<Cost> {
  let least = await costOf(name, dims);
  for (let i = 0; i < REPEATS; i++) {
    const cost = await costOf(name, dims);
    if (cost.msPerStep < least.msPerStep) least = cost;
  }
  return least;
}

async function costOf(name: SamplerName, dims: readonly number[]): Promise<Cost> {
  const size = dims.reduce((product, side) => product * side, 1);
  const answer = bothEstimates(size);
  let [steps, evaluations] = [0, 0];
  const denoiser: Denoiser = async ({ x }) => {
    evaluations++;
    return { data: answer, dims: x.dims };
  };
  const begin = process.cpuUsage();
  await sampleSigmas({
    denoiser,
    parameterization,
    latentFormat: formatOf(dims[1] ?? 4),
    sampler: samplers[name],
    sigmas: stepSigmas(parameterization, { scheduler: 'karras', steps: STEPS }),
    guidance: cfgGuidance({ positive: embedding, negative: embedding, cfg: 7 }),
    latent: { samples: { data: new Float32Array(size), dims } },
    noise: randomNoise(1n),
    onStep: () => steps++,
  });
  const { user, system } = process.cpuUsage(begin);
  const ms = (user + system) / 1000;
  return { msPerStep: ms / steps, msPerEvaluation: ms / evaluations };
}

const embedding = [[{ data: new Float32Array(77 * 768), dims: [1, 77, 768] }, {}]] as const;

/** Estimates that were made before: one for each conditioning. */
function bothEstimates(size: number): Float32Array {
  return Float32Array.from({ length: 2 * size }, (_, i) => Math.sin(i * 0.37));
}

function formatOf(channels: number): LatentFormat {
  return { name: 'bench', channels, downscale: 8, scaleFactor: 1, shiftFactor: 0, rgbFactors: [] };
}

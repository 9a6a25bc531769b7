// An interrupt lands before the next call of the network, whatever the sampler is doing: no sampler swallows the abort, goes
// on with old estimates, or calls the network once more.
import { describe, expect, it } from 'vitest';
import type { LatentFormat } from '../models/model.ts';
import { cfgGuidance } from './guidance/classifier-free.ts';
import type { Denoiser } from './guidance/denoiser.ts';
import { randomNoise } from './noise-source.ts';
import { parameterizationOf } from './parameterizations/parameterization-of.ts';
import { sampleSigmas } from './sample-sigmas.ts';
import { eulerBeyondGuided } from './samplers/cfg-plus-plus.ts';
import { lcmUpscale } from './samplers/lcm-upscale.ts';
import type { SamplerDefinition } from './samplers/sampler.ts';
import { samplers } from './samplers/samplers.ts';

const latentFormat: LatentFormat = {
  name: 'test',
  channels: 4,
  downscale: 8,
  scaleFactor: 1,
  shiftFactor: 0,
  rgbFactors: [],
};

const parameterizations = {
  eps: parameterizationOf({
    prediction: 'eps',
    schedule: { kind: 'scaled-linear', timesteps: 1000, linearStart: 0.00085, linearEnd: 0.012 },
  }),
  flow: parameterizationOf({ prediction: 'flow', schedule: { kind: 'flow', shift: 3, multiplier: 1000 } }),
} as const;

const sigmas = { eps: [14.6, 8, 4, 2, 1, 0.5, 0.1, 0], flow: [1, 0.9, 0.8, 0.6, 0.4, 0.2, 0.1, 0] } as const;

const all: Readonly<Record<string, SamplerDefinition>> = {
  ...samplers,
  euler_beyond_guided: { integrate: eulerBeyondGuided },
  lcm_upscale: lcmUpscale({ scale: 2, steps: 3, method: 'bislerp' }),
};

const names = Object.keys(all);

/** Runs a sampler on a network that aborts while it computes its `last` call; answers how often it was called. */
async function callsUntilAbort(name: string, kind: keyof typeof parameterizations, last: number) {
  const controller = new AbortController();
  let calls = 0;
  let stepsAfterAbort = 0;
  const denoiser: Denoiser = async ({ x }) => {
    if (++calls === last) controller.abort(new Error('interrupted'));
    return { data: x.data.map(value => value * 0.5), dims: x.dims };
  };
  const conditioning = [[{ data: Float32Array.of(1), dims: [1, 1, 1] }, {}]] as const;
  const run = sampleSigmas({
    denoiser,
    parameterization: parameterizations[kind],
    latentFormat,
    sampler: all[name]!,
    sigmas: Float32Array.from(sigmas[kind]),
    guidance: cfgGuidance({ positive: conditioning, negative: conditioning, cfg: 3 }),
    latent: { samples: { data: new Float32Array(64).fill(0.3), dims: [1, 4, 4, 4] } },
    noise: randomNoise(1n),
    signal: controller.signal,
    onStep: () => {
      if (controller.signal.aborted) stepsAfterAbort++;
    },
  });
  const outcome = await run.then(
    () => 'finished',
    (error: Error) => error.message,
  );
  return { outcome, calls, stepsAfterAbort };
}

describe.each(Object.keys(parameterizations) as (keyof typeof parameterizations)[])('an interrupt (%s)', kind => {
  it.each(names)('during the first call ends %s', async name => {
    expect(await callsUntilAbort(name, kind, 1)).toEqual({ outcome: 'interrupted', calls: 1, stepsAfterAbort: 0 });
  });

  it.each(names)('in the middle ends %s before its next call and report', async name => {
    expect(await callsUntilAbort(name, kind, 4)).toEqual({ outcome: 'interrupted', calls: 4, stepsAfterAbort: 0 });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineError } from '../errors.ts';
import type { Conditioning, DiffusionModel } from '../models/model.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { SamplingStep } from './run-options.ts';
import { type SampleOptions, sample, sigmasOfRange } from './sample.ts';
import { samplerNames } from './samplers/samplers.ts';
import { schedulerNames } from './schedulers/schedulers.ts';

interface Call {
  readonly items: number;
  readonly timesteps: readonly number[];
  readonly contextDims: readonly number[];
}

/** A network that always sees the same clean latent: its noise estimate points from there to its input. */
function modelOf(clean: number, alter: (output: Float32Array) => void = () => {}) {
  const calls: Call[] = [];
  const model: DiffusionModel = {
    latentFormat: {
      name: 'SD15',
      channels: 4,
      downscale: 8,
      scaleFactor: 0.5,
      shiftFactor: 0,
      rgbFactors: [],
    },
    parameterization: {
      prediction: 'eps',
      schedule: { kind: 'scaled-linear', timesteps: 1000, linearStart: 0.00085, linearEnd: 0.012 },
    },
    predict: async ({ x, timesteps, context }) => {
      calls.push({ items: x.dims[0]!, timesteps: [...timesteps], contextDims: context.dims });
      const sigma = sigmaOfTimestep(timesteps[0]!);
      const scale = Math.hypot(sigma, 1);
      const output = x.data.map(value => (value * scale - clean) / sigma);
      alter(output);
      return { data: output, dims: x.dims };
    },
  };
  return { model, calls };
}

function sigmaOfTimestep(timestep: number): number {
  let product = 1;
  const [first, last] = [Math.sqrt(0.00085), Math.sqrt(0.012)];
  for (let i = 0; i <= timestep; i++) product *= 1 - (first + ((last - first) * i) / 999) ** 2;
  return Math.sqrt((1 - product) / product);
}

function embedding(tokens: number, options = {}): Conditioning {
  return [[{ data: new Float32Array(tokens * 2).fill(tokens), dims: [1, tokens, 2] }, options]];
}

function latentOf(value: number, dims: readonly number[] = [1, 4, 2, 3]): Tensor {
  return { data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value), dims };
}

function optionsOf(model: DiffusionModel, changes: Partial<SampleOptions> = {}): SampleOptions {
  return {
    model,
    positive: embedding(3),
    negative: embedding(3),
    latent: { samples: latentOf(0) },
    seed: 7n,
    steps: 4,
    cfg: 2,
    sampler: 'euler',
    scheduler: 'normal',
    denoise: 1,
    ...changes,
  };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: EngineError) => error.code,
  );
}

describe('sample', () => {
  it.each(samplerNames.filter(name => !/^dpm_(fast|adaptive)$/.test(name)))(
    'reaches the clean latent with %s when every estimate agrees on it',
    async sampler => {
      // The timestep that the network is told is rounded, hence its estimate is a little off at sigmas between.
      const { model } = modelOf(0.25);
      const { data, dims } = await sample(optionsOf(model, { sampler, steps: 12, scheduler: 'simple' }));
      expect(dims).toEqual([1, 4, 2, 3]);
      for (const value of data) expect(value).toBeCloseTo(0.5, 1);
    },
  );

  it.each(['dpm_fast', 'dpm_adaptive'])(
    'comes within the last noise level of the clean latent with %s',
    async sampler => {
      const { model } = modelOf(0.25);
      const { data } = await sample(optionsOf(model, { sampler, steps: 12 }));
      for (const value of data) expect(Math.abs(value - 0.5)).toBeLessThan(0.5);
    },
  );

  it('gives the same latent for the same seed and another for another', async () => {
    const run = (seed: bigint) =>
      sample(optionsOf(modelOf(0.25).model, { seed, sampler: 'euler_ancestral', lastStep: 2 }));
    const [first, again, other] = [await run(2n ** 64n - 1n), await run(2n ** 64n - 1n), await run(1n)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('draws step noise from seed + 1, or from the seed when old noise is asked for', async () => {
    const run = (compatNoise?: '0.3') =>
      sample(optionsOf(modelOf(0.25).model, { sampler: 'euler_ancestral', lastStep: 2, compatNoise }));
    expect(await run('0.3')).not.toEqual(await run());
  });

  it('evaluates both conditionings in one call when their token counts agree', async () => {
    const { model, calls } = modelOf(0);
    await sample(optionsOf(model));
    expect(calls).toHaveLength(4);
    expect(calls[0]).toMatchObject({ items: 2, contextDims: [2, 3, 2], timesteps: [999, 999] });
  });

  it('evaluates them one after the other when the token counts differ', async () => {
    const { model, calls } = modelOf(0);
    await sample(optionsOf(model, { negative: embedding(5) }));
    expect(calls.map(({ contextDims }) => contextDims[1])).toEqual([3, 5, 3, 5, 3, 5, 3, 5]);
  });

  it.each([1, 1 + 1e-12])('does not evaluate the negative conditioning when cfg is %d', async cfg => {
    const { model, calls } = modelOf(0);
    await sample(optionsOf(model, { cfg }));
    expect(calls.map(({ items }) => items)).toEqual([1, 1, 1, 1]);
  });

  it('reports every step with its latent and estimate before the next one begins', async () => {
    const { model, calls } = modelOf(0.25);
    const steps: SamplingStep[] = [];
    const callsAtStep: number[] = [];
    await sample(
      optionsOf(model, {
        onStep: step => {
          steps.push(step);
          callsAtStep.push(calls.length);
        },
      }),
    );
    expect(steps.map(({ step, totalSteps }) => [step, totalSteps])).toEqual([
      [0, 4],
      [1, 4],
      [2, 4],
      [3, 4],
    ]);
    expect(callsAtStep).toEqual([1, 2, 3, 4]);
    expect(steps[0]?.denoised.dims).toEqual([1, 4, 2, 3]);
    expect(steps[3]?.denoised.data[0]).toBeCloseTo(0.25, 2);
  });
});

describe('a run with nothing to do', () => {
  it.each([
    ['denoise is 0', { denoise: 0 }],
    ['denoise is negative', { denoise: -1 }],
    ['it starts at its end', { startStep: 4 }],
    ['it starts beyond its end', { startStep: 20 }],
    ['it stops before it starts', { startStep: 3, lastStep: 2 }],
  ])('returns the latent unchanged when %s', async (_, changes) => {
    const { model, calls } = modelOf(0);
    const samples = latentOf(0.3);
    expect(await sample(optionsOf(model, { ...changes, latent: { samples } }))).toBe(samples);
    expect(calls).toHaveLength(0);
  });
});

describe('a range of steps', () => {
  const sigmas = Float32Array.of(8, 4, 2, 1, 0);

  it('keeps the sigmas from its first step to its end', () => {
    expect([...sigmasOfRange(sigmas, { startStep: 1, lastStep: 3 })]).toEqual([4, 2, 1]);
    expect([...sigmasOfRange(sigmas, { lastStep: 10_000 })]).toEqual([...sigmas]);
  });

  it('ends in 0 when no noise may be left, without touching the schedule', () => {
    expect([...sigmasOfRange(sigmas, { lastStep: 2, forceFullDenoise: true })]).toEqual([8, 4, 0]);
    expect(sigmas[2]).toBe(2);
  });

  it.each([{ startStep: -1 }, { startStep: Number.NaN }, { lastStep: -3 }])('refuses %o', range => {
    expect(() => sigmasOfRange(sigmas, range)).toThrow('must be 0 or more');
  });

  it('of two runs that hand on their noise gives what one run gives', async () => {
    const { model } = modelOf(0.25);
    const common = { sampler: 'heun', steps: 6 };
    const whole = await sample(optionsOf(model, common));
    const first = await sample(optionsOf(model, { ...common, lastStep: 3 }));
    const second = await sample(
      optionsOf(model, { ...common, latent: { samples: first }, startStep: 3, disableNoise: true }),
    );
    for (const [i, value] of second.data.entries()) expect(value).toBeCloseTo(whole.data[i]!, 4);
  });
});

describe('bad input', () => {
  it.each<[string, string, Partial<SampleOptions>]>([
    ['no steps', 'INVALID_ARGUMENT', { steps: 0 }],
    ['half a step', 'INVALID_ARGUMENT', { steps: 1.5 }],
    ['a cfg that is no number', 'INVALID_ARGUMENT', { cfg: Number.NaN }],
    ['an infinite cfg', 'INVALID_ARGUMENT', { cfg: Number.POSITIVE_INFINITY }],
    ['a strength that is no number', 'INVALID_ARGUMENT', { denoise: Number.NaN }],
    ['a strength that asks for endless steps', 'INVALID_ARGUMENT', { denoise: 1e-9 }],
    ['an unknown sampler', 'SAMPLER_UNKNOWN', { sampler: 'eulr' }],
    ['a sampler named like an object method', 'SAMPLER_UNKNOWN', { sampler: 'toString' }],
    ['an unknown scheduler', 'SCHEDULER_UNKNOWN', { scheduler: 'constructor' }],
    ['a scheduler that divides by zero', 'SIGMAS_NOT_FINITE', { scheduler: 'kl_optimal', steps: 1 }],
    ['a latent with NaN', 'LATENT_NOT_FINITE', { latent: { samples: latentOf(Number.NaN) } }],
    ['a latent of another model', 'LATENT_CHANNELS_MISMATCH', { latent: { samples: latentOf(1, [1, 16, 2, 2]) } }],
    ['a latent without pixels', 'INVALID_ARGUMENT', { latent: { samples: latentOf(0, [1, 4, 0, 2]) } }],
    ['a latent without height', 'INVALID_ARGUMENT', { latent: { samples: latentOf(0, [4, 4]) } }],
    ['batch places of another number', 'INVALID_ARGUMENT', { latent: { samples: latentOf(0), batchIndex: [0, 1] } }],
    ['a negative batch place', 'INVALID_ARGUMENT', { latent: { samples: latentOf(0), batchIndex: [-1] } }],
    [
      'a mask of two dimensions',
      'INVALID_ARGUMENT',
      { latent: { samples: latentOf(0), noiseMask: latentOf(1, [2, 3]) } },
    ],
    [
      'a mask without pixels',
      'INVALID_ARGUMENT',
      { latent: { samples: latentOf(0), noiseMask: latentOf(1, [1, 0, 3]) } },
    ],
    ['an embedding of two dimensions', 'INVALID_ARGUMENT', { positive: [[latentOf(1, [3, 2]), {}]] }],
    ['an area outside', 'INVALID_ARGUMENT', { positive: embedding(3, { area: [1, 1, 9, 0] }) }],
  ])('%s is refused with %s', async (_, code, changes) => {
    const { model, calls } = modelOf(0);
    expect(await codeOf(sample(optionsOf(model, changes)))).toBe(code);
    expect(calls).toHaveLength(0);
  });

  it('is refused with a list of the names that exist', async () => {
    const { model } = modelOf(0);
    await expect(sample(optionsOf(model, { sampler: 'eulr' }))).rejects.toThrow(/"eulr".*euler, euler_cfg_pp/);
    await expect(sample(optionsOf(model, { scheduler: 'karas' }))).rejects.toThrow(/"karas".*simple, sgm_uniform/);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('from the network (%d) ends the run at its step', async bad => {
    let calls = 0;
    const { model } = modelOf(0, output => {
      if (++calls === 2) output[3] = bad;
    });
    const failure = sample(optionsOf(model, { cfg: 1 }));
    await expect(failure).rejects.toMatchObject({
      code: 'MODEL_OUTPUT_NOT_FINITE',
      details: { step: 2, totalSteps: 4 },
    });
    await expect(failure).rejects.toThrow('Try a lower cfg');
  });

  it('never makes a run hang or give NaN, whatever the numbers are', async () => {
    const anyNumber = fc.oneof(
      fc.integer({ min: -3, max: 40 }),
      fc.double({ min: -2, max: 40 }),
      fc.constant(Number.NaN),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.record({ steps: anyNumber, cfg: anyNumber, denoise: anyNumber, startStep: anyNumber, lastStep: anyNumber }),
        fc.constantFrom(...samplerNames),
        fc.constantFrom(...schedulerNames),
        async (numbers, sampler, scheduler) => {
          // A fraction of a percent of denoise would ask for thousands of steps.
          fc.pre(Number.isNaN(numbers.denoise) || numbers.denoise <= 0 || numbers.denoise > 0.2);
          const { model } = modelOf(0.1);
          const result = sample(
            optionsOf(model, { ...numbers, sampler, scheduler, latent: { samples: latentOf(0.2) } }),
          );
          await result.then(
            ({ data }) => expect(data.every(Number.isFinite)).toBe(true),
            (error: unknown) => expect(error).toHaveProperty('code'),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('an abort', () => {
  it('before the run calls no network', async () => {
    const { model, calls } = modelOf(0);
    const reason = new Error('stopped by the user');
    await expect(sample(optionsOf(model, { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect(calls).toHaveLength(0);
  });

  it.each(['euler', 'heun', 'dpmpp_sde', 'uni_pc', 'dpm_adaptive', 'sa_solver_pece'])(
    'in the middle of %s stops before the next call of the network',
    async sampler => {
      const { model, calls } = modelOf(0);
      const controller = new AbortController();
      let callsAtAbort = 0;
      const run = sample(
        optionsOf(model, {
          sampler,
          steps: 8,
          signal: controller.signal,
          onStep: ({ step }) => {
            if (step !== 1) return;
            controller.abort();
            callsAtAbort = calls.length;
          },
        }),
      );
      await expect(run).rejects.toMatchObject({ name: 'AbortError' });
      expect(calls).toHaveLength(callsAtAbort);
    },
  );

  it('hands the signal to the network', async () => {
    const controller = new AbortController();
    const { model } = modelOf(0);
    const seen: (AbortSignal | undefined)[] = [];
    const watching: DiffusionModel = {
      ...model,
      predict: (input, options) => {
        seen.push(options?.signal);
        return model.predict(input, options);
      },
    };
    await sample(optionsOf(watching, { signal: controller.signal }));
    expect(new Set(seen)).toEqual(new Set([controller.signal]));
  });
});

describe('a noise mask', () => {
  const latent = latentOf(0.8);

  it('keeps the latent where it is 0', async () => {
    const noiseMask: Tensor = { data: Float32Array.of(1, 1, 1, 0, 0, 0), dims: [1, 2, 3] };
    const { data } = await sample(optionsOf(modelOf(0.25).model, { latent: { samples: latent, noiseMask } }));
    for (const [i, value] of data.entries()) expect(value).toBeCloseTo(i % 6 < 3 ? 0.5 : 0.8, 1);
  });

  it('may have another size than the latent and the four dimensions of a mask of pixels', async () => {
    const noiseMask = { data: new Float32Array(16 * 24).fill(1), dims: [1, 1, 16, 24] };
    const masked = await sample(optionsOf(modelOf(0.25).model, { latent: { samples: latent, noiseMask } }));
    const plain = await sample(optionsOf(modelOf(0.25).model, { latent: { samples: latent } }));
    for (const [i, value] of masked.data.entries()) expect(value).toBeCloseTo(plain.data[i]!, 5);
  });

  it('of fewer items is repeated over the batch', async () => {
    const samples = latentOf(0.8, [3, 4, 2, 3]);
    const noiseMask = latentOf(0, [1, 2, 3]);
    const { data } = await sample(optionsOf(modelOf(0.25).model, { latent: { samples, noiseMask } }));
    for (const value of data) expect(value).toBeCloseTo(0.8, 4);
  });
});

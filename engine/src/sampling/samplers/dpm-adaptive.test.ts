import { describe, expect, it } from 'vitest';
import { type DpmAdaptiveOptions, dpmAdaptive } from './dpm-adaptive.ts';
import type { SamplerRun } from './sampler.ts';

/** Integrates towards 1 from noise of 8; answers the number of calls of the network. */
async function run(options: DpmAdaptiveOptions) {
  let calls = 0;
  const part: Pick<SamplerRun, 'sigmas' | 'denoise' | 'report'> = {
    sigmas: Float32Array.of(8, 1, 0.1, 0),
    denoise: async (x, sigma) => {
      calls++;
      return x.map(value => 1 + value / (1 + sigma * sigma));
    },
    report: () => {},
  };
  const result = await dpmAdaptive(options)(part as SamplerRun, Float32Array.of(8, -3));
  return { result, calls };
}

describe('the adaptive sampler', () => {
  it('takes more steps for smaller tolerances', async () => {
    const [coarse, fine] = [await run({}), await run({ rtol: 0.001, atol: 0.0001 })];
    expect(fine.calls).toBeGreaterThan(coarse.calls);
  });

  it.each([
    ['no difference is allowed', { rtol: 0, atol: 0 }],
    ['the first step has no width', { hInit: 0 }],
    ['no step counts as safe', { acceptSafety: 100 }],
  ])('ends with an error when %s', async (_, options) => {
    await expect(run(options)).rejects.toMatchObject({ code: 'STEP_WIDTH_STUCK' });
  });
});

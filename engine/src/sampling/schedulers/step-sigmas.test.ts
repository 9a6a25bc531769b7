import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cumulativeAlphas, discreteSchedule } from '../parameterizations/discrete-schedule.ts';
import { flowSchedule } from '../parameterizations/flow-schedule.ts';
import { schedulerNames } from './schedulers.ts';
import { basicSigmas, stepSigmas } from './step-sigmas.ts';

const discrete = discreteSchedule(cumulativeAlphas({ timesteps: 1000, linearStart: 0.00085, linearEnd: 0.012 }));
const flow = flowSchedule({ shift: 3, multiplier: 1000 });

describe('the sigmas of a run', () => {
  it.each(schedulerNames)('of %s never rise and end in 0, for any number of steps', scheduler => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.constantFrom(discrete, flow), (steps, schedule) => {
        const sigmas = stepSigmas(schedule, { scheduler, steps });
        expect(sigmas.at(-1)).toBe(0);
        expect(sigmas.length).toBeGreaterThan(1);
        // Recomputed ends may exceed the table by their rounding.
        expect(sigmas[0]).toBeLessThanOrEqual(schedule.sigmaMax * (1 + 1e-6));
        for (let i = 1; i < sigmas.length; i++) expect(sigmas[i]).toBeLessThanOrEqual(sigmas[i - 1]!);
      }),
      { numRuns: 40 },
    );
  });

  it('with a strength below 1 are the last ones of a longer schedule', () => {
    const part = stepSigmas(discrete, { scheduler: 'karras', steps: 6, denoise: 0.6 });
    const whole = stepSigmas(discrete, { scheduler: 'karras', steps: 10 });
    expect([...part]).toEqual([...whole.slice(-7)]);
  });

  it('without the last but one are as many as without that rule', () => {
    const options = { scheduler: 'normal', steps: 5, discardPenultimate: true };
    const sigmas = stepSigmas(discrete, options);
    const longer = stepSigmas(discrete, { scheduler: 'normal', steps: 6 });
    expect([...sigmas]).toEqual([...longer.slice(0, 5), 0]);
  });

  it('are none at all for a strength of 0', () => {
    expect(stepSigmas(discrete, { scheduler: 'simple', steps: 5, denoise: 0 })).toHaveLength(0);
  });

  it('may be more than asked for in a KSampler, but not in a BasicScheduler', () => {
    const options = { scheduler: 'ddim_uniform', steps: 6 };
    expect(stepSigmas(discrete, options)).toHaveLength(8);
    expect(basicSigmas(discrete, options)).toHaveLength(7);
    expect(basicSigmas(discrete, options).at(-1)).toBe(0);
  });

  it.each([0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY])('are refused for %d steps', steps => {
    expect(() => stepSigmas(discrete, { scheduler: 'simple', steps })).toThrow('an integer of at least 1');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NoiseParameterization } from '../../models/model.ts';
import { parameterizationOf } from './parameterization-of.ts';

const scaledLinear = { kind: 'scaled-linear', timesteps: 1000, linearStart: 0.00085, linearEnd: 0.012 } as const;
const logUniform = { kind: 'log-uniform', sigmaMin: 0.01, sigmaMax: 80 } as const;

const all: Record<string, NoiseParameterization> = {
  eps: { prediction: 'eps', schedule: scaledLinear },
  'v with zero terminal SNR': { prediction: 'v', schedule: { ...scaledLinear, isZeroTerminalSnr: true } },
  flow: { prediction: 'flow', schedule: { kind: 'flow', shift: 3, multiplier: 1000 } },
  flux: { prediction: 'flow', schedule: { kind: 'flux', shift: 1.15 } },
  edm: { prediction: 'edm', sigmaData: 0.5, schedule: { ...logUniform, timestep: 'quarter-log' } },
  'continuous v': { prediction: 'v', schedule: { ...logUniform, timestep: 'angle' } },
  cosmos: { prediction: 'scaled-flow', schedule: { ...logUniform, timestep: 'flow-time' } },
};

describe.each(Object.entries(all))('%s', (_, data) => {
  const parameterization = parameterizationOf(data);
  const { sigmas, sigmaMin, sigmaMax, percentToSigma } = parameterization;

  it('has an ascending table between its ends', () => {
    expect([sigmas[0], sigmas.at(-1)]).toEqual([sigmaMin, sigmaMax]);
    for (let i = 1; i < sigmas.length; i++) expect(sigmas[i]).toBeGreaterThan(sigmas[i - 1]!);
  });

  it.skipIf(parameterization.isFlow)('finds the sigma of a timestep and the timestep of a sigma', () => {
    const relative = (a: number, b: number) => Math.abs(a - b) / b;
    for (const sigma of sigmas.filter((__, i) => i % 97 === 0)) {
      expect(relative(parameterization.sigma(parameterization.timestep(sigma)), sigma)).toBeLessThan(1e-3);
    }
  });

  it('goes down from everything to nothing with the percentage', () => {
    expect(percentToSigma(0)).toBeGreaterThanOrEqual(sigmaMax);
    expect(percentToSigma(-1)).toBe(percentToSigma(0));
    expect([percentToSigma(1), percentToSigma(2)]).toEqual([0, 0]);
    const percent = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(percent, percent, (a, b) => {
        expect(percentToSigma(Math.min(a, b))).toBeGreaterThanOrEqual(percentToSigma(Math.max(a, b)));
      }),
    );
  });

  it('undoes its noise scaling when nothing but the signal is left', () => {
    const latent = Float32Array.of(0.5, -2);
    const sigma = sigmas[Math.floor(sigmas.length / 3)]!;
    const still = parameterization.noiseScaling(sigma, new Float32Array(2), latent);
    const [a, b] = parameterization.inverseNoiseScaling(sigma, still);
    expect(a).toBeCloseTo(0.5, 5);
    expect(b).toBeCloseTo(-2, 5);
  });
});

describe('a network', () => {
  const [latent, noise] = [Float32Array.of(0.7), Float32Array.of(-1.3)];
  const sigma = 0.6;

  it.each([
    ['that predicts the noise', all['eps']!, -1.3],
    ['that predicts the velocity of a flow', all['flow']!, -1.3 - 0.7],
    ['that predicts v', all['continuous v']!, (-1.3 - sigma * 0.7) / Math.hypot(sigma, 1)],
  ])('%s exactly gives the clean latent', (_, data, output) => {
    const { noiseScaling, denoised } = parameterizationOf(data);
    const x = noiseScaling(sigma, noise, latent);
    expect(denoised(Float32Array.of(output), x, sigma)[0]).toBeCloseTo(0.7, 6);
  });

  it('gets an input of unit variance', () => {
    const { scaleInput } = parameterizationOf(all['eps']!);
    expect(scaleInput(Float32Array.of(Math.hypot(3, 1)), 3)[0]).toBeCloseTo(1, 6);
  });
});

it('a flow is told sigma itself in its unit of time', () => {
  expect(parameterizationOf(all['flow']!).timestep(0.25)).toBe(250);
  expect(parameterizationOf(all['flux']!).timestep(0.25)).toBe(0.25);
});

describe('a discrete schedule', () => {
  const { timestep, sigma } = parameterizationOf(all['eps']!);

  it('knows whole timesteps only and clamps what lies outside', () => {
    expect([timestep(1e-9), timestep(1e9)]).toEqual([0, 999]);
    expect([sigma(-5), sigma(5000)]).toEqual([sigma(0), sigma(999)]);
    expect(Number.isInteger(timestep(3.21))).toBe(true);
  });

  it('interpolates between timesteps', () => {
    expect(sigma(500.5)).toBeGreaterThan(sigma(500));
    expect(sigma(500.5)).toBeLessThan(sigma(501));
  });
});

// Nodes that patch models, called as the executor calls them, and what they refuse.
import type { DiffusionModel } from '@snug/engine';
import { describe, expect, it } from 'vitest';
import { createNodeBench } from './node-bench.ts';

const bench = createNodeBench();

const model: DiffusionModel = {
  latentFormat: { name: 'SD15', channels: 4, downscale: 8, scaleFactor: 0.18215, shiftFactor: 0, rgbFactors: [] },
  parameterization: {
    prediction: 'eps',
    schedule: { kind: 'scaled-linear', timesteps: 1000, linearStart: 0.00085, linearEnd: 0.012 },
  },
  predict: async ({ x }) => x,
};

function patched(classType: string, inputs: object, from = model): DiffusionModel {
  const execute = bench.node(classType).definition.execute as (inputs: object) => readonly [DiffusionModel];
  return execute({ model: from, ...inputs })[0];
}

describe('nodes that patch models', () => {
  it('leave the model they were given as it was', () => {
    const before = structuredClone({ ...model, predict: undefined });
    patched('FreeU_V2', { b1: 1.3, b2: 1.4, s1: 0.9, s2: 0.2 });
    patched('RescaleCFG', { multiplier: 0.7 });
    patched('ModelSamplingSD3', { shift: 3 });
    expect({ ...model, predict: undefined }).toEqual(before);
  });

  it('add up: later patches come after earlier ones', () => {
    const first = patched('CFGNorm', { strength: 1 });
    const both = patched('RescaleCFG', { multiplier: 0.7 }, first);
    expect(both.guidancePatches?.map(({ name }) => name)).toEqual(['CFGNorm', 'RescaleCFG']);
    const freeU = patched('FreeU', { b1: 1, b2: 1, s1: 1, s2: 1 }, both);
    const small = patched('UNetSelfAttentionMultiply', { q: 1, k: 1, v: 1, out: 1 }, freeU);
    expect(small.networkPatches?.map(({ change }) => change.kind)).toEqual(['free-u', 'attention-scale']);
  });

  it('replace the parameterisation: the last one counts', () => {
    const flow = patched('ModelSamplingSD3', { shift: 5 });
    expect(flow.parameterization).toEqual({
      prediction: 'flow',
      schedule: { kind: 'flow', shift: 5, multiplier: 1000 },
    });
    const back = patched('ModelSamplingDiscrete', { sampling: 'v_prediction', zsnr: true }, flow);
    expect(back.parameterization).toMatchObject({ prediction: 'v', schedule: { isZeroTerminalSnr: true } });
  });

  it('make the shift of Flux grow with the picture', () => {
    const shiftAt = (width: number, height: number) =>
      patched('ModelSamplingFlux', { max_shift: 1.15, base_shift: 0.5, width, height }).parameterization.schedule;
    expect(shiftAt(1024, 1024)).toMatchObject({ kind: 'flux', shift: 1.15 });
    expect(shiftAt(256, 256)).toMatchObject({ kind: 'flux', shift: 0.5 });
  });

  it('take Playground for a model with other latents', () => {
    const edm = { sampling: 'edm_playground_v2.5', sigma_max: 80, sigma_min: 0.002 };
    expect(patched('ModelSamplingContinuousEDM', edm).latentFormat.name).toBe('SDXL_Playground_2_5');
  });

  it('read layers out of any text', () => {
    const inputs = { layers: '7, 8 and 9', scale: 3, start_percent: 0, end_percent: 1 };
    expect(patched('SkipLayerGuidanceSD3', inputs).guidancePatches).toHaveLength(1);
  });
});

describe('nodes that patch models refuse', () => {
  it.each<[string, object, string]>([
    ['ModelSamplingSD3', { shift: 0 }, 'above 0'],
    ['ModelSamplingAuraFlow', { shift: Number.NaN }, 'above 0'],
    ['ModelSamplingFlux', { max_shift: Number.NaN, base_shift: 0.5, width: 64, height: 64 }, 'finite'],
    ['ModelSamplingContinuousEDM', { sampling: 'edm', sigma_max: 1, sigma_min: 2 }, 'sigma_max above sigma_min'],
    ['ModelSamplingContinuousV', { sampling: 'v_prediction', sigma_max: 1, sigma_min: 0 }, 'sigma_min above 0'],
    ['Epsilon Scaling', { scaling_factor: 0 }, 'scaling_factor must be a number above 0'],
    ['FreeU', { b1: Number.NaN, b2: 1, s1: 1, s2: 1 }, 'finite'],
    ['UNetCrossAttentionMultiply', { q: 1, k: Number.POSITIVE_INFINITY, v: 1, out: 1 }, 'finite'],
  ])('%s with %o', (classType, inputs, message) => {
    expect(() => patched(classType, inputs)).toThrow(message);
  });
});

// The graphs that other devices get are valid ONNX and mean the same: here they run on the CPU, which knows all their operators.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeMiniCheckpoint } from '@snug/testkit';
import { afterAll, expect, test } from 'vitest';
import { openSafetensors } from '../src/formats/safetensors.ts';
import { type GraphStyle, graphStyleFor } from '../src/models/graph-style.ts';
import { sd15LatentFormat, sd15Parameterization } from '../src/models/stable-diffusion-1/family.ts';
import { createDiffusionModel } from '../src/models/unet/diffusion-model.ts';
import { createVae } from '../src/models/vae/vae.ts';
import { Runtime } from '../src/runtime/runtime.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { maxDifference } from './golden-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'snug-styles-'));
const checkpointPath = path.join(folder, 'mini.safetensors');
const runtime = new Runtime({ device: 'cpu', threads: 1, isThreaded: false, budgetBytes: 2 ** 30 });

afterAll(async () => {
  await runtime.dispose();
  rmSync(folder, { recursive: true });
});

function numbers(...dims: number[]): Tensor {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return { data: Float32Array.from({ length: count }, (_, index) => Math.sin(index * 12.9898)), dims };
}

async function outputsWith(style: GraphStyle): Promise<Tensor[]> {
  const file = await openSafetensors(checkpointPath);
  const unet = createDiffusionModel({
    runtime,
    file,
    prefix: 'model.diffusion_model.',
    style,
    headRule: { heads: 8 },
    latentFormat: sd15LatentFormat,
    parameterization: sd15Parameterization,
  });
  const vae = createVae({ runtime, file, prefix: 'first_stage_model.', style });
  const timesteps = Float32Array.of(900, 3);
  return [
    await unet.predict({ x: numbers(2, 4, 7, 9), timesteps, context: numbers(2, 11, 64) }),
    await vae.decode(numbers(1, 4, 5, 3)),
    await vae.encode(numbers(1, 24, 40, 3)),
  ];
}

test('the graphs for WebGPU compute what those for the CPU compute', async () => {
  writeMiniCheckpoint(checkpointPath);
  const [actual, expected] = [
    await outputsWith(graphStyleFor('webgpu', 'streamed')),
    await outputsWith(graphStyleFor('cpu', 'streamed')),
  ];
  for (const [index, tensor] of actual.entries()) {
    expect(tensor.dims).toEqual(expected[index]?.dims);
    expect(maxDifference(tensor.data, expected[index]?.data ?? [])).toBeLessThan(5e-5);
  }
});

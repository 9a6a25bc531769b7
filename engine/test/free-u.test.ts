// FreeU's part of the graph against the definition: a discrete Fourier transform of each map, written out.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openSafetensors } from '../src/formats/safetensors.ts';
import { writeSafetensors } from '../src/formats/write-safetensors.ts';
import { graphStyleFor } from '../src/models/graph-style.ts';
import { tuningFor } from '../src/models/session-profile.ts';
import { freeU, freeUFeeds, freeUInputs, freeUStage } from '../src/models/unet/free-u.ts';
import { createGraph } from '../src/onnx/create-graph.ts';
import { graphInput, type NodeResult } from '../src/onnx/graph.ts';
import { Runtime } from '../src/runtime/runtime.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { maxDifference } from './golden-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'snug-free-u-'));
const runtime = new Runtime({ device: 'cpu', threads: 1, isThreaded: false, budgetBytes: 2 ** 30 });
afterAll(async () => {
  await runtime.dispose();
  rmSync(folder, { recursive: true });
});

function waves(...dims: number[]): Tensor {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return { data: Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.7) + Math.cos(i * i * 0.13)), dims };
}

/** x + factor * (its frequencies -1 and 0 on both axes), for each plane. */
function withLowFrequencies({ data, dims }: Tensor, factor: number): Float32Array {
  const [height = 1, width = 1] = dims.slice(-2);
  const result = data.slice();
  for (let start = 0; start < data.length; start += height * width) {
    for (const v of height > 1 ? [-1, 0] : [0]) {
      for (const u of width > 1 ? [-1, 0] : [0]) {
        const angle = (row: number, column: number) => 2 * Math.PI * ((v * row) / height + (u * column) / width);
        let [real, imaginary] = [0, 0];
        for (let i = 0; i < height * width; i++) {
          const at = angle(Math.floor(i / width), i % width);
          real += data[start + i]! * Math.cos(at);
          imaginary -= data[start + i]! * Math.sin(at);
        }
        for (let i = 0; i < height * width; i++) {
          const at = angle(Math.floor(i / width), i % width);
          const share = (real * Math.cos(at) - imaginary * Math.sin(at)) / (height * width);
          result[start + i]! += factor * share;
        }
      }
    }
  }
  return result;
}

const change = { kind: 'free-u', version: 1, backbone: [1.5, 1.2], skip: [0.3, 0.8] } as const;

async function run(h: Tensor, skip: Tensor): Promise<readonly [Tensor, Tensor]> {
  const filePath = path.join(folder, 'any.safetensors');
  await writeSafetensors(filePath, [['any', { data: new Float32Array(1), dims: [1] }]]);
  const file = await openSafetensors(filePath);
  const style = graphStyleFor('cpu', 'streamed');
  const [, channels = 0, height = 0, width = 0] = h.dims;
  const maps = { backbone: graphInput('h', 'float32', h.dims), skip: graphInput('skip', 'float32', skip.dims) };
  const inputs = freeUInputs('f', channels);
  const changed = freeU(maps, inputs, change.version);
  const feeds = freeUFeeds('f', change, { stage: 0, channels, size: { height, width } });
  const outputs = [changed.backbone, changed.skip].map((value, i) => ({
    name: `out${i}`,
    value: value as NodeResult,
    elementType: 'float32' as const,
    dims: ['b', 'c', 'h', 'w'],
  }));
  const graph = createGraph({ name: 'free-u', inputs: [...Object.values(maps), ...Object.values(inputs)], outputs });
  const { out0, out1 } = await runtime.run({
    source: {
      file,
      part: 'FreeU',
      variant: h.dims.join(),
      graph,
      encoding: style.encoding,
      tuning: tuningFor(style),
      residentBytes: 0,
    },
    feeds: { h, skip, ...feeds },
    outputs: ['out0', 'out1'] as const,
    activationBytes: 0,
    work: 'FreeU',
  });
  return [out0, out1];
}

test.each([
  [6, 8],
  [5, 7],
  [1, 4],
  [1, 1],
])('strengthens half the backbone and weakens low frequencies of a %i x %i map', async (height, width) => {
  const [h, skip] = [waves(2, 4, height, width), waves(2, 3, height, width)];
  const [backbone, kept] = await run(h, skip);
  const half = 2 * height * width;
  const expected = h.data.map((value, i) => (i % (2 * half) < half ? value * 1.5 : value));
  expect(maxDifference(backbone.data, expected)).toBeLessThan(1e-5);
  expect(maxDifference(kept.data, withLowFrequencies(skip, 0.3 - 1))).toBeLessThan(1e-5);
});

test('acts on the two coarsest stages, which are told by their channels', () => {
  expect([1280, 640, 320].map(channels => freeUStage(channels, 320))).toEqual([0, 1, undefined]);
});

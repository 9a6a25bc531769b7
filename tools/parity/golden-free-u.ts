// FreeU alone: the part of the UNet's graph that changes the two maps before they are joined, run by onnxruntime. The golden maps
// are named `h` and `skip` (with the factors of the coarsest stage) and `h2` and `skip2` (with those of the next).
import { join } from 'node:path';
import { openSafetensors } from '../../engine/src/formats/safetensors.ts';
import { graphStyleFor } from '../../engine/src/models/graph-style.ts';
import { tuningFor } from '../../engine/src/models/session-profile.ts';
import { freeU, freeUFeeds, freeUInputs } from '../../engine/src/models/unet/free-u.ts';
import { createGraph } from '../../engine/src/onnx/create-graph.ts';
import { type GraphInput, graphInput, type NodeResult } from '../../engine/src/onnx/graph.ts';
import type { Runtime } from '../../engine/src/runtime/runtime.ts';
import type { Tensor } from '../../engine/src/tensor/tensor.ts';
import type { Comparison } from './comparison.ts';
import { tensorOf } from './golden-model.ts';
import type { GoldenCase, ParityContext } from './suite.ts';

const style = graphStyleFor('cpu', 'streamed');

export async function compareFreeU(
  comparison: Comparison,
  goldenCase: GoldenCase,
  context: ParityContext,
  runtime: Runtime,
): Promise<void> {
  const { b1, b2, s1, s2 } = goldenCase.params as Record<string, number>;
  const change = {
    kind: 'free-u',
    version: goldenCase.op.startsWith('FreeU_V2') ? 2 : 1,
    backbone: [b1!, b2!],
    skip: [s1!, s2!],
  } as const;
  const golden = await context.tensors(goldenCase);
  const file = await openSafetensors(join(context.folderPath, goldenCase.file ?? ''));
  for (const [stage, suffix] of [
    [0, ''],
    [1, '2'],
  ] as const) {
    const [h, skip] = [tensorOf(golden, `h${suffix}`), tensorOf(golden, `skip${suffix}`)];
    const [, channels = 0, height = 0, width = 0] = h.dims;
    const inputs = [mapInput('h', h), mapInput('skip', skip)] as const;
    const strengths = freeUInputs('free-u', channels);
    const maps = freeU({ backbone: inputs[0], skip: inputs[1] }, strengths, change.version);
    for (const [name, value] of [['h', maps.backbone] as const, ['skip', maps.skip] as const]) {
      const graph = createGraph({
        name: 'free-u',
        inputs: [...inputs, ...Object.values(strengths)],
        outputs: [{ name: 'out', value: value as NodeResult, elementType: 'float32', dims: ['b', 'c', 'h', 'w'] }],
      });
      const feeds = freeUFeeds('free-u', change, { stage, channels, size: { height, width } });
      const { out } = await runtime.run({
        source: {
          file,
          part: 'FreeU',
          variant: `${change.version}, ${name}, ${channels}`,
          graph,
          encoding: style.encoding,
          tuning: tuningFor(style),
          residentBytes: 0,
        },
        feeds: { h, skip, ...feeds },
        outputs: ['out'],
        activationBytes: 0,
        work: 'FreeU',
      });
      comparison.values(`${name}${suffix}_out`, out.data, golden.get(`${name}${suffix}_out`).data);
    }
  }
}

function mapInput(name: string, { dims }: Tensor): GraphInput {
  return graphInput(name, 'float32', dims);
}

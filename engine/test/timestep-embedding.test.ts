import { expect, test } from 'vitest';
import { timestepEmbedding } from '../src/models/unet/timestep-embedding.ts';
import { createGraph } from '../src/onnx/create-graph.ts';
import { graphInput } from '../src/onnx/graph.ts';
import { Runtime } from '../src/runtime/runtime.ts';
import { goldenCases, goldenPath, maxDifference, openGolden } from './golden-files.ts';

test.each([32, 256, 320])('timesteps are embedded in %i channels as in the reference', async channels => {
  const [golden] = goldenCases('modules', 'timestep_embedding');
  const file = await openGolden('modules', golden?.file ?? '');
  const timesteps = await file.readTensor('t');
  const input = graphInput('t', 'float32', ['batch']);
  const value = timestepEmbedding(input, channels);
  const outputs = [{ name: 'out', value, elementType: 'float32', dims: ['batch', channels] } as const];
  const runtime = new Runtime({ device: 'cpu', threads: 1, isThreaded: false, budgetBytes: 2 ** 30 });
  const { out } = await runtime.run({
    source: {
      file: { path: goldenPath('modules', golden?.file ?? ''), identity: file.identity },
      part: 'embedding',
      variant: `${channels}`,
      graph: createGraph({ name: 'embedding', inputs: [input], outputs }),
      encoding: {},
      tuning: { optimization: 'extended' },
      residentBytes: 0,
    },
    feeds: { t: timesteps },
    outputs: ['out'],
    activationBytes: 0,
    work: 'An embedding',
  });
  await runtime.dispose();
  expect(maxDifference(out.data, (await file.readTensor(`dim${channels}`)).data)).toBeLessThan(1e-5);
});

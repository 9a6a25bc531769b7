// RRDBNet (ESRGAN, Real-ESRGAN and their many descendants) as an upscale network.
import { buildRrdbGraph } from './rrdb-graph.ts';
import { type RrdbLayout, readRrdbLayout } from './rrdb-layout.ts';
import type { UpscaleKeys, UpscaleNetwork } from './upscale-network.ts';

const FLOAT_BYTES = 4;
/** Of networks that take pixel blocks, whatever the size of the blocks: what the reference pads to. */
const BLOCK_MULTIPLE = 4;
/** Maps at the size of the result that the last doubling and the convolutions after it hold at the same time; measured. */
const LIVE_MAPS = 4;

/** Undefined when the keys are of another architecture. @throws EngineError as `readRrdbLayout` */
export function rrdbNetwork(file: UpscaleKeys): UpscaleNetwork | undefined {
  const layout = readRrdbLayout(file);
  return (
    layout && {
      architecture: 'ESRGAN',
      scale: layout.scale,
      unshuffle: layout.unshuffle,
      sideMultiple: layout.unshuffle > 1 ? BLOCK_MULTIPLE : 1,
      keyOf: layout.keyOf,
      build: weights => buildRrdbGraph(weights, layout),
      estimateBytes: pixels => estimateBytes(layout, pixels),
    }
  );
}

/** The larger of the two halves: dense blocks at the size of the input, or what follows the last doubling. */
function estimateBytes({ features, growth, unshuffle, scale }: RrdbLayout, pixels: number): number {
  const seen = features + 4 * growth;
  // Inside a dense block: the parts, the joined map, and the maps that wait to be added.
  const blocks = (2 * seen + 4 * features) * (pixels / unshuffle ** 2);
  const result = LIVE_MAPS * features * pixels * scale ** 2;
  return Math.max(blocks, result) * FLOAT_BYTES;
}

// The compact network of Real-ESRGAN (SRVGGNetCompact: realesr-general-x4v3, realesr-animevideov3 and many community models): one
// row of convolutions with learned activations whose last channels become the pixels that are added to the enlarged picture.
// Facts: xinntao/Real-ESRGAN (BSD-3), realesrgan/archs/srvgg_arch.py.
import { EngineError } from '../../errors.ts';
import { createGraph } from '../../onnx/create-graph.ts';
import { type Graph, graphInput, int64Constant, type Value } from '../../onnx/graph.ts';
import { PRelu } from '../../onnx/operators/activation.ts';
import { Add, Mul } from '../../onnx/operators/elementwise.ts';
import { DepthToSpace, Shape } from '../../onnx/operators/movement.ts';
import { resizeNearest, sameConvolution } from '../layers.ts';
import type { WeightScope } from '../weights.ts';
import { COLOURS } from './rrdb-layout.ts';
import type { UpscaleKeys, UpscaleNetwork } from './upscale-network.ts';
import { requireShape, shapeOf } from './weight-shapes.ts';

interface CompactLayout {
  readonly features: number;
  /** Convolutions, each but the last followed by an activation. */
  readonly convolutions: number;
  readonly scale: number;
}

const FLOAT_BYTES = 4;
/** Maps that a convolution with its activation holds at the same time. */
const LIVE_MAPS = 4;

/** Undefined when the keys are of another architecture. @throws EngineError MODEL_UNSUPPORTED, MODEL_INCONSISTENT, TENSOR_MISSING */
export function compactNetwork(file: UpscaleKeys): UpscaleNetwork | undefined {
  const layout = readLayout(file);
  return (
    layout && {
      architecture: 'Real-ESRGAN Compact',
      scale: layout.scale,
      unshuffle: 1,
      sideMultiple: 1,
      keyOf: name => file.keyOf?.(name) ?? name,
      build: weights => buildGraph(weights, layout),
      estimateBytes: pixels => {
        const maps = LIVE_MAPS * layout.features + 3 * COLOURS * layout.scale ** 2;
        return maps * pixels * FLOAT_BYTES;
      },
    }
  );
}

function readLayout(file: UpscaleKeys): CompactLayout | undefined {
  const entryOf = (name: string) => file.tensors.get(file.keyOf?.(name) ?? name);
  // The second part is an activation with one slope per channel.
  if (entryOf('body.0.weight')?.shape.length !== 4 || entryOf('body.1.weight')?.shape.length !== 1) return undefined;
  let convolutions = 1;
  while (entryOf(`body.${2 * convolutions}.weight`)) convolutions++;
  const [features = 0, inputChannels = 0] = shapeOf(file, 'body.0.weight');
  const [outputs = 0] = shapeOf(file, `body.${2 * (convolutions - 1)}.weight`);
  const scale = Math.sqrt(outputs / COLOURS);
  if (inputChannels !== COLOURS || !Number.isInteger(scale) || scale < 1) {
    const kind = `a compact upscale model that is not for RGB pictures (${inputChannels} channels to ${outputs})`;
    const advice = 'Compact models of Real-ESRGAN for RGB pictures are supported.';
    throw new EngineError('MODEL_UNSUPPORTED', { path: file.path, kind, advice });
  }
  for (let number = 0; number < convolutions; number++) {
    const isLast = number === convolutions - 1;
    const inner = number === 0 ? COLOURS : features;
    requireShape(file, `body.${2 * number}.weight`, [isLast ? outputs : features, inner, 3, 3]);
    requireShape(file, `body.${2 * number}.bias`, [isLast ? outputs : features]);
    if (!isLast) requireShape(file, `body.${2 * number + 1}.weight`, [features]);
  }
  return { features, convolutions, scale };
}

function buildGraph(weights: WeightScope, { features, convolutions, scale }: CompactLayout): Graph {
  const image = graphInput('image', 'float32', ['batch', COLOURS, 'height', 'width']);
  let h: Value = image;
  for (let number = 0; number < convolutions; number++) {
    h = sameConvolution(weights.scope(`body.${2 * number}`), h);
    if (number === convolutions - 1) break;
    h = PRelu(h, weights.load(`body.${2 * number + 1}.weight`, { dims: [features, 1, 1] }));
  }
  const enlarged = resizeNearest(image, Mul(Shape(image, 2, 4), int64Constant([scale, scale])));
  const value = Add(DepthToSpace(h, scale), enlarged);
  const dims = ['batch', COLOURS, 'scaledHeight', 'scaledWidth'];
  return createGraph({
    name: 'upscale-compact',
    inputs: [image],
    outputs: [{ name: 'upscaled', value, elementType: 'float32', dims }],
  });
}

// A device other than the CPU has to prove itself before it is used: one small graph with the operators that make up the models
// is computed there and on the CPU. Drivers exist on which the fused attention is plainly wrong, and wrong pictures are worse
// than an error.
import { EngineError } from '../errors.ts';
import { createGraph } from '../onnx/create-graph.ts';
import { encodeModel } from '../onnx/encode-model.ts';
import { floatConstant, type Graph, graphInput } from '../onnx/graph.ts';
import { Attention, MultiHeadAttention } from '../onnx/operators/attention.ts';
import { Conv } from '../onnx/operators/convolution.ts';
import { Add, QuickGelu } from '../onnx/operators/elementwise.ts';
import { FusedMatMul } from '../onnx/operators/linalg.ts';
import { Reshape, Transpose } from '../onnx/operators/movement.ts';
import { GroupNormalization } from '../onnx/operators/normalization.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Device, InferenceBackend } from './backend.ts';
import { failureReason } from './failure-reason.ts';

const CHANNELS = 32;
const SIDE = 8;
const HEADS = 4;
const TOLERANCE = 1e-3;

/** @throws EngineError DEVICE_UNAVAILABLE when no session can be opened there, DEVICE_UNRELIABLE when the numbers differ. */
export async function requireTrustworthyDevice(backend: InferenceBackend, device: Device): Promise<void> {
  try {
    const actual = await runOn(backend, device);
    const expected = await runOn(backend, 'cpu');
    const difference = largestDifference(actual, expected);
    if (!(difference <= TOLERANCE)) throw new EngineError('DEVICE_UNRELIABLE', { device, difference });
  } catch (cause) {
    await backend.dispose();
    if (cause instanceof EngineError) throw cause;
    throw new EngineError('DEVICE_UNAVAILABLE', { device, reason: failureReason(cause) }, { cause });
  }
}

/** One path through convolution, group normalisation, activation, product and attention. */
function selfTestGraph(device: Device): Graph {
  const image = graphInput('image', 'float32', ['batch', CHANNELS, SIDE, SIDE]);
  const convolved = Conv(image, weight([CHANNELS, CHANNELS, 3, 3]), weight([CHANNELS]), { pads: [1, 1, 1, 1] });
  const normed = GroupNormalization(convolved, weight([CHANNELS]), weight([CHANNELS]), { groups: 8, epsilon: 1e-5 });
  const tokens = Transpose(Reshape(QuickGelu(normed, 1), [0, 0, -1]), [0, 2, 1]);
  const projected = FusedMatMul(tokens, weight([CHANNELS, CHANNELS]), { transposeB: true });
  const inputs = { query: projected, key: tokens, value: tokens };
  const attended = device === 'webgpu' ? Attention(inputs, HEADS) : MultiHeadAttention(inputs, HEADS);
  const outputs = [
    { name: 'out', value: Add(attended, tokens), elementType: 'float32', dims: ['b', 't', 'c'] } as const,
  ];
  return createGraph({ name: 'self-test', inputs: [image], outputs });
}

async function runOn(backend: InferenceBackend, device: Device): Promise<Tensor> {
  const model = encodeModel(selfTestGraph(device), { opset: device === 'webgpu' ? 23 : 21 });
  const tuning = { optimization: 'extended' } as const;
  const session = await backend.open({ model, folder: process.cwd(), device, threads: 1, tuning });
  const dims = [2, CHANNELS, SIDE, SIDE];
  const { out } = await backend.run(session, { image: { data: pseudoRandom(dims), dims } }, ['out']);
  await backend.close(session);
  return out;
}

function largestDifference({ data: a }: Tensor, { data: b }: Tensor): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let index = 0; index < a.length; index++) {
    const difference = Math.abs((a[index] ?? 0) - (b[index] ?? 0));
    if (!(difference <= largest)) largest = difference; // NaN is kept
  }
  return largest;
}

const weight = (dims: readonly number[]) => floatConstant(pseudoRandom(dims), [...dims]);

/** Any fixed numbers between -1/2 and 1/2 will do. */
function pseudoRandom(dims: readonly number[]): Float32Array {
  const count = dims.reduce((product, dim) => product * dim, 1);
  let state = count;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

// Encoder and decoder of the tiny autoencoder as graphs: convolutions and ReLU alone, whose numbers in the sequence are the
// keys. Architecture: madebyollin/taesd (MIT). Pictures are -1..1 here as for every VAE; the network itself works in 0..1.
import { createGraph } from '../../onnx/create-graph.ts';
import { floatConstant, type Graph, graphInput, int64Constant, type NodeResult, type Value } from '../../onnx/graph.ts';
import { Add, Mul, Relu, Tanh } from '../../onnx/operators/elementwise.ts';
import { Shape } from '../../onnx/operators/movement.ts';
import { convolution, resizeNearest, sameConvolution } from '../layers.ts';
import type { WeightScope } from '../weights.ts';

/** Stages that halve or double the sides. */
const RESIZES = 3;
const BLOCKS_PER_STAGE = 3;
/** Latents are bent softly into -3..3. */
const LATENT_LIMIT = 3;

/** Pixels per latent cell and side. */
export const TINY_DOWNSCALE = 2 ** RESIZES;

/** Input `latent` [batch, channels, h, w] in model space; output `image` [batch, 3, 8h, 8w] in about -1..1. */
export function buildTinyDecoderGraph(weights: WeightScope): Graph {
  const latent = graphInput('latent', 'float32', ['batch', tinyLatentChannels(weights), 'height', 'width']);
  let h: Value = Mul(Tanh(Mul(latent, scalar(1 / LATENT_LIMIT))), scalar(LATENT_LIMIT));
  h = Relu(sameConvolution(weights.scope('1'), h));
  let place = 3;
  for (let stage = 0; stage < RESIZES; stage++) {
    for (let block = 0; block < BLOCKS_PER_STAGE; block++) h = residualBlock(weights.scope(String(place++)), h);
    h = resizeNearest(h, Mul(Shape(h, 2, 4), int64Constant([2, 2])));
    place++;
    h = sameConvolution(weights.scope(String(place++)), h);
  }
  h = residualBlock(weights.scope(String(place++)), h);
  const picture = sameConvolution(weights.scope(String(place)), h);
  const image = Add(Mul(picture, scalar(2)), scalar(-1));
  const outputs = [
    { name: 'image', value: image, elementType: 'float32', dims: ['batch', 3, 'imageHeight', 'imageWidth'] } as const,
  ];
  return createGraph({ name: 'tiny-decoder', inputs: [latent], outputs });
}

/** Input `image` [batch, 3, height, width] in -1..1, sides multiples of 8; output `latent` in model space. */
export function buildTinyEncoderGraph(weights: WeightScope): Graph {
  const image = graphInput('image', 'float32', ['batch', 3, 'imageHeight', 'imageWidth']);
  let h: Value = sameConvolution(weights.scope('0'), Add(Mul(image, scalar(0.5)), scalar(0.5)));
  h = residualBlock(weights.scope('1'), h);
  let place = 2;
  for (let stage = 0; stage < RESIZES; stage++) {
    h = convolution(weights.scope(String(place++)), h, { strides: [2, 2], pads: [1, 1, 1, 1] });
    for (let block = 0; block < BLOCKS_PER_STAGE; block++) h = residualBlock(weights.scope(String(place++)), h);
  }
  const last = weights.scope(String(place));
  const latent = sameConvolution(last, h);
  const dims = ['batch', last.dims('weight')[0] ?? 0, 'height', 'width'];
  return createGraph({
    name: 'tiny-encoder',
    inputs: [image],
    outputs: [{ name: 'latent', value: latent, elementType: 'float32', dims } as const],
  });
}

/** Channels that a decoder takes. */
export function tinyLatentChannels(decoder: WeightScope): number {
  return decoder.dims('1.weight')[1] ?? 0;
}

/** Three convolutions with ReLU between them, added to the input, and ReLU. */
function residualBlock(weights: WeightScope, x: Value): NodeResult {
  const path = weights.scope('conv');
  const first = Relu(sameConvolution(path.scope('0'), x));
  const second = Relu(sameConvolution(path.scope('2'), first));
  const third = sameConvolution(path.scope('4'), second);
  const skip = weights.has('skip.weight') ? sameConvolution(weights.scope('skip'), x) : x;
  return Relu(Add(third, skip));
}

function scalar(value: number): Value {
  return floatConstant(Float32Array.of(value));
}

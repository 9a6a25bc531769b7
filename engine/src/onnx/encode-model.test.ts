import { onnx } from 'onnx-proto';
import { expect, test } from 'vitest';
import { createGraph } from './create-graph.ts';
import { encodeModel } from './encode-model.ts';
import { externalInitializer, floatConstant, type Graph, graphInput, int64Constant } from './graph.ts';
import { MultiHeadAttention } from './operators/attention.ts';
import { Conv } from './operators/convolution.ts';
import { QuickGelu } from './operators/elementwise.ts';
import { Reshape, Resize } from './operators/movement.ts';

function decode(graph: Graph, options?: Parameters<typeof encodeModel>[1]): onnx.ModelProto {
  return onnx.ModelProto.decode(encodeModel(graph, options));
}

function convolutionGraph(): Graph {
  const x = graphInput('x', 'float32', ['batch', 4, 'height', 'width']);
  const weight = externalInitializer('conv.weight', 'float16', [8, 4, 3, 3], {
    location: 'models/ünet.safetensors',
    offset: 5_000_000_123,
    length: 8 * 4 * 9 * 2,
  });
  const bias = floatConstant([1, 2, 3, 4, 5, 6, 7, -8]);
  const y = QuickGelu(Conv(x, weight, bias, { pads: [1, 1, 1, 1], strides: [2, 2] }), 1.702);
  const outputs = [{ name: 'y', value: y, elementType: 'float32', dims: ['batch', 8, 'h', 'w'] } as const];
  return createGraph({ name: 'test', inputs: [x], outputs });
}

test('a model states its versions', () => {
  const versions = ({ irVersion, opsetImport }: onnx.ModelProto) => ({
    ir: Number(irVersion),
    opsets: opsetImport.map(({ domain, version }) => [domain, Number(version)]),
  });
  expect(versions(decode(convolutionGraph()))).toEqual({
    ir: 10,
    opsets: [
      ['', 21],
      ['com.microsoft', 1],
    ],
  });
  expect(versions(decode(convolutionGraph(), { opset: 23 }))).toMatchObject({
    ir: 11,
    opsets: [['', 23], expect.anything()],
  });
});

test('nodes come in order with their attributes and domains', () => {
  const nodes = decode(convolutionGraph()).graph?.node ?? [];
  expect(nodes.map(node => [node.opType, node.domain, node.input, node.output])).toEqual([
    ['Conv', '', ['x', 'conv.weight', 'constant.0'], ['Conv.0']],
    ['QuickGelu', 'com.microsoft', ['Conv.0'], ['y']],
  ]);
  const [strides, pads] = nodes[0]?.attribute ?? [];
  expect([strides?.name, strides?.type, strides?.ints?.map(Number)]).toEqual(['strides', 7, [2, 2]]);
  expect([pads?.name, pads?.ints?.map(Number)]).toEqual(['pads', [1, 1, 1, 1]]);
  expect(nodes[1]?.attribute?.[0]?.f).toBeCloseTo(1.702, 6);
});

test('weights stay in their file and constants are written out', () => {
  const [weight, bias] = decode(convolutionGraph()).graph?.initializer ?? [];
  expect(weight).toMatchObject({ name: 'conv.weight', dataType: 10, dataLocation: 1 });
  expect(weight?.dims?.map(Number)).toEqual([8, 4, 3, 3]);
  expect(Object.fromEntries(weight?.externalData?.map(({ key, value }) => [key, value]) ?? [])).toEqual({
    location: 'models/ünet.safetensors',
    offset: '5000000123',
    length: '576',
  });
  const raw = bias?.rawData ?? new Uint8Array();
  expect([...new Float32Array(raw.slice().buffer)]).toEqual([1, 2, 3, 4, 5, 6, 7, -8]);
});

test('inputs and outputs keep fixed and named dims', () => {
  const graph = decode(convolutionGraph()).graph;
  const dims = graph?.input?.[0]?.type?.tensorType?.shape?.dim?.map(dim => dim.dimParam || Number(dim.dimValue));
  expect(dims).toEqual(['batch', 4, 'height', 'width']);
  expect(graph?.output?.[0]?.type?.tensorType?.elemType).toBe(1);
});

test('left-out optional inputs are empty names and negative dims survive', () => {
  const x = graphInput('x', 'float32', [1, 6, 8]);
  const bias = graphInput('bias', 'float32', [1, 1, 6, 6]);
  const attention = MultiHeadAttention({ query: x, key: x, value: x, bias }, 2);
  const image = Reshape(attention, [0, 0, -1, 2]);
  const y = Resize(image, int64Constant([1, 6, 8, 4]));
  const outputs = [{ name: 'y', value: y, elementType: 'float32', dims: [1, 6, 8, 4] } as const];
  const graph = decode(createGraph({ name: 'test', inputs: [x, bias], outputs })).graph;
  expect(graph?.node?.map(node => node.input)).toEqual([
    ['x', 'x', 'x', '', '', 'bias'],
    ['MultiHeadAttention.0', 'constant.0'],
    ['Reshape.1', '', '', 'constant.1'],
  ]);
  const shape = graph?.initializer?.[0]?.rawData ?? new Uint8Array();
  expect([...new BigInt64Array(shape.slice().buffer)]).toEqual([0n, 0n, -1n, 2n]);
});

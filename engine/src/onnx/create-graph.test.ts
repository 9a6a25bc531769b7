import { expect, test } from 'vitest';
import { EngineError } from '../errors.ts';
import { createGraph } from './create-graph.ts';
import { externalInitializer, floatConstant, graphInput, inlineInitializer, type NodeResult } from './graph.ts';
import { MultiHeadAttention } from './operators/attention.ts';
import { Conv } from './operators/convolution.ts';
import { Add, Mul } from './operators/elementwise.ts';
import { Reshape, Transpose } from './operators/movement.ts';

const x = graphInput('x', 'float32', ['n']);
const output = (value: NodeResult, name = 'y') => ({ name, value, elementType: 'float32', dims: ['n'] }) as const;

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

test('a value that is used twice is computed once, before both users', () => {
  const shared = Mul(x, floatConstant([2]));
  const graph = createGraph({ name: 'g', inputs: [x], outputs: [output(Add(Mul(shared, shared), shared))] });
  expect(graph.nodes.map(node => node.operator)).toEqual(['Mul', 'Mul', 'Add']);
  expect(graph.nodes[0]).toBe(shared.node);
  expect(graph.initializers).toHaveLength(1);
});

test('a chain of many thousand nodes does not exhaust the stack', () => {
  const two = floatConstant([2]);
  let value = Mul(x, two);
  for (let index = 1; index < 20_000; index++) value = Mul(value, two);
  expect(createGraph({ name: 'g', inputs: [x], outputs: [output(value)] }).nodes).toHaveLength(20_000);
});

test('graphs and their records are frozen', () => {
  const graph = createGraph({ name: 'g', inputs: [x], outputs: [output(Add(x, x))] });
  for (const record of [graph, graph.nodes, graph.nodes[0], x, x.dims]) expect(Object.isFrozen(record)).toBe(true);
});

test('an input that is used must be listed', () => {
  expect(messageOf(() => createGraph({ name: 'g', inputs: [], outputs: [output(Add(x, x))] }))).toBe(
    'Graph "g": input "x" is used but not listed.',
  );
});

test('two values cannot share a name', () => {
  const a = inlineInitializer('uint8', [1], new Uint8Array(1), 'w');
  const b = inlineInitializer('uint8', [1], new Uint8Array(1), 'w');
  const graph = { name: 'g', inputs: [x], outputs: [output(Add(a, b))] };
  expect(messageOf(() => createGraph(graph))).toBe('Graph "g": two values are named "w".');
});

test('an initializer must have as many bytes as its dims need', () => {
  const data = { location: 'f', offset: 0, length: 10 };
  expect(messageOf(() => externalInitializer('w', 'float16', [2, 3], data))).toBe(
    'Initializer: w has 10 bytes, but float16 [2, 3] needs 12.',
  );
});

test('operators name themselves and the fact when an input is wrong', () => {
  const weight = (dims: number[]) => floatConstant(new Float32Array(dims.reduce((a, b) => a * b, 1)), dims);
  const missing = undefined as never;
  expect(messageOf(() => Conv(x, missing))).toBe('Conv: missing weight.');
  expect(messageOf(() => Conv(x, weight([8, 4])))).toBe('Conv: weight must have 4 dims, has [8, 4].');
  expect(messageOf(() => Conv(x, weight([8, 4, 3, 3]), weight([4])))).toBe(
    'Conv: bias [4] does not fit a weight with 8 output channels.',
  );
  expect(messageOf(() => Transpose(x, [0, 2]))).toBe('Transpose: [0, 2] is no permutation.');
  expect(messageOf(() => Reshape(x, [-1, -1]))).toBe('Reshape: more than one -1 in [-1, -1].');
  expect(messageOf(() => MultiHeadAttention({ query: x, key: x, value: x }, 0))).toBe(
    'MultiHeadAttention: num_heads must be positive, is 0.',
  );
});

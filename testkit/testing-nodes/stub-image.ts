// Pictures of the testing nodes: float32 [batch, height, width, channels], masks [batch, height, width]. The same shape of
// record as the engine's tensors, so that the real SaveImage takes them; no engine is needed to make them.
import { custom } from '@snug/execution';

export interface StubTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Declares an IMAGE. The value type is our own: which one `image()` has depends on the program this is compiled in. */
export const stubImage = () => custom<StubTensor>('IMAGE');

export const stubMask = () => custom<StubTensor>('MASK');

export function isStubTensor(value: unknown): value is StubTensor {
  return typeof value === 'object' && value !== null && 'data' in value && value.data instanceof Float32Array;
}

export function filled(value: number, ...dims: number[]): StubTensor {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return { data: new Float32Array(count).fill(value), dims };
}

export function map(tensor: StubTensor, fn: (value: number) => number): StubTensor {
  return { data: tensor.data.map(value => fn(value)), dims: tensor.dims };
}

export function mean(tensor: StubTensor): number {
  return tensor.data.reduce((sum, value) => sum + value, 0) / tensor.data.length;
}

/** Elementwise mean of pictures of one size. */
export function average(tensors: readonly StubTensor[]): StubTensor {
  const [first] = tensors;
  if (first === undefined) throw new Error('There is nothing to average.');
  const sum = new Float32Array(first.data.length);
  for (const tensor of tensors) {
    requireSameSize(first, tensor);
    for (const [index, value] of tensor.data.entries()) sum[index] = (sum[index] ?? 0) + value;
  }
  return { data: sum.map(value => value / tensors.length), dims: first.dims };
}

export function requireSameSize(a: StubTensor, b: StubTensor): void {
  if (a.dims.join() === b.dims.join()) return;
  throw new Error(`The sizes of the pictures differ: ${a.dims.join('x')} and ${b.dims.join('x')}.`);
}

// How onnxruntime is tuned for each way of holding weights, and what an open session then keeps in memory (docs/engine.md).
import { elementTypes } from '../onnx/element-type.ts';
import type { Graph, Initializer } from '../onnx/graph.ts';
import type { SessionTuning } from '../runtime/backend.ts';
import { elementCount } from '../tensor/tensor.ts';
import type { GraphStyle } from './graph-style.ts';

/** onnxruntime's own records of a node, its kernel and its values, measured. */
const BYTES_PER_NODE = 20_000;

/** Folded weights are kept for many runs, so the slower opening of level `all` pays off. */
export function tuningFor({ weights }: GraphStyle): SessionTuning {
  return { optimization: weights === 'folded' ? 'all' : 'extended' };
}

/** Private memory of an open session: nothing but records for mapped and streamed weights, float32 copies for folded ones. */
export function estimateResidentBytes(graph: Graph, { weights }: GraphStyle, { optimization }: SessionTuning): number {
  const records = graph.nodes.length * BYTES_PER_NODE;
  if (weights === 'streamed') return records;
  let copies = 0;
  for (const initializer of graph.initializers) {
    const isBlocked = optimization === 'all' && initializer.dims.length === 4;
    if (initializer.elementType !== 'float32') copies += float32Bytes(initializer);
    if (isBlocked) copies += float32Bytes(initializer);
  }
  return records + copies;
}

/** Float32 size of the largest weight that is cast while the graph runs. */
export function largestStreamedBytes(graph: Graph): number {
  const sizes = graph.initializers.filter(({ elementType }) => elementType !== 'float32').map(float32Bytes);
  return Math.max(0, ...sizes);
}

function float32Bytes({ dims }: Initializer): number {
  return elementCount(dims) * elementTypes.float32.bytes;
}

// Weights of a model as graph values: each is an initializer that points into the safetensors file, followed by what makes it
// float32. A scope is a prefix of keys, as modules nest in the checkpoint; layers ask their scope for `weight` and `bias`.
import { basename } from 'node:path';
import { EngineError } from '../errors.ts';
import type { TensorEntry, TensorFile } from '../formats/tensor-table.ts';
import { type ElementType, elementTypes } from '../onnx/element-type.ts';
import { externalInitializer, type Initializer, int64Constant, type Value } from '../onnx/graph.ts';
import { Add, Cast, Mul } from '../onnx/operators/elementwise.ts';
import { Reshape, Shape } from '../onnx/operators/movement.ts';
import { elementCount } from '../tensor/tensor.ts';
import type { GraphStyle } from './graph-style.ts';

/** Smaller weights are cast when the session is opened: streaming them would cost more than they take. */
const STREAMED_FROM_BYTES = 64 * 1024;

const FLOAT_TYPES: Readonly<Record<string, ElementType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F8_E4M3: 'float8e4m3',
  F8_E5M2: 'float8e5m2',
};

export interface LoadWeightOptions {
  /** Other dims for the same elements, such as a 1x1 convolution as a matrix. */
  readonly dims?: readonly number[];
  /** Only these rows of the first dim: a contiguous range of the file. */
  readonly rows?: { readonly start: number; readonly count: number };
  /** Computed right before this weight is needed; a streamed cast waits for it. Without it the cast is folded. */
  readonly anchor?: Value;
}

export interface WeightScope {
  readonly style: GraphStyle;
  has(name: string): boolean;
  /** @throws EngineError TENSOR_MISSING */
  dims(name: string): readonly number[];
  scope(prefix: string): WeightScope;
  /** The float32 value of a weight. @throws EngineError TENSOR_MISSING, WEIGHT_TYPE_UNSUPPORTED */
  load(name: string, options?: LoadWeightOptions): Value;
  /** The weight in its stored type. */
  loadStored(name: string, options?: Pick<LoadWeightOptions, 'dims' | 'rows'>): Initializer;
}

export interface WeightTable extends Pick<TensorFile, 'path' | 'tensors'> {
  /** Key in the file of a key that the graph builder asks for; identity when absent. */
  readonly keyOf?: (name: string) => string;
}

/** Scope of the whole table, or of the keys that start with `prefix`. */
export function createWeights(table: WeightTable, style: GraphStyle, prefix = ''): WeightScope {
  return createScope(table, style, prefix, new Map());
}

/** @param initializers all that the scopes of this table have made: a weight that is used twice is one value. */
function createScope(
  table: WeightTable,
  style: GraphStyle,
  prefix: string,
  initializers: Map<string, Initializer>,
): WeightScope {
  const keyOf = (name: string): string => table.keyOf?.(prefix + name) ?? prefix + name;

  function entryOf(name: string): TensorEntry {
    const entry = table.tensors.get(keyOf(name));
    if (!entry) throw new EngineError('TENSOR_MISSING', { path: table.path, name: keyOf(name) });
    return entry;
  }

  function loadStored(name: string, { dims, rows }: Pick<LoadWeightOptions, 'dims' | 'rows'> = {}): Initializer {
    const entry = entryOf(name);
    const elementType = FLOAT_TYPES[entry.dtype];
    if (!elementType) {
      const details = { path: table.path, name: keyOf(name), dtype: entry.dtype };
      throw new EngineError('WEIGHT_TYPE_UNSUPPORTED', details);
    }
    if (entry.strides) {
      const reason = `stores "${keyOf(name)}" with other elements in between (strides ${entry.strides.join(', ')})`;
      throw new EngineError('TORCH_FILE_UNSUPPORTED', { path: table.path, reason });
    }
    const range = rows ? rowRange(entry, rows) : entry;
    const shape = dims ?? range.shape;
    const id = `${keyOf(name)}${rows ? `[${rows.start}+${rows.count}]` : ''}${dims ? `{${dims.join('x')}}` : ''}`;
    const known = initializers.get(id);
    if (known) return known;
    const data = { location: basename(table.path), offset: range.offset, length: range.byteLength };
    const initializer = externalInitializer(id, elementType, shape, data);
    initializers.set(id, initializer);
    return initializer;
  }

  return {
    style,
    has: name => table.tensors.has(keyOf(name)),
    dims: name => entryOf(name).shape,
    scope: inner => createScope(table, style, `${prefix}${inner}.`, initializers),
    loadStored,
    load(name, options = {}) {
      const stored = loadStored(name, options);
      return toFloat32(stored, style.weights === 'streamed' ? options.anchor : undefined);
    },
  };
}

/**
 * Streamed cast: the shape of the weight is computed from the anchor (times zero), so the cast can neither be folded when the
 * session is opened nor run before the anchor exists; the float32 copy is freed after its layer. The reshape copies nothing.
 */
function toFloat32(stored: Initializer, anchor: Value | undefined): Value {
  if (stored.elementType === 'float32') return stored;
  const { dims, elementType } = stored;
  if (!anchor || elementCount(dims) * elementTypes[elementType].bytes < STREAMED_FROM_BYTES) {
    return Cast(stored, 'float32');
  }
  const shape = Add(Mul(Shape(anchor, 0, 1), int64Constant([0])), int64Constant(dims));
  return Cast(Reshape(stored, shape), 'float32');
}

function rowRange(entry: TensorEntry, { start, count }: { start: number; count: number }): TensorEntry {
  const [rowCount = 1, ...rest] = entry.shape;
  const rowBytes = entry.byteLength / rowCount;
  return {
    ...entry,
    shape: [count, ...rest],
    offset: entry.offset + start * rowBytes,
    byteLength: count * rowBytes,
  };
}

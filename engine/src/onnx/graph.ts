// The ONNX graph as plain frozen records. A value knows where it comes from (an input, an initializer, a node's result), so a
// graph is written as nested expressions and needs no builder with state: `createGraph` walks back from the outputs and puts
// the nodes in order. Nothing here knows the file format; `encode-model.ts` turns a finished graph into protobuf bytes.
import { EngineError } from '../errors.ts';
import { elementCount } from '../tensor/tensor.ts';
import { type ElementType, elementTypes } from './element-type.ts';

/** A number fixes a dim, a string names one that may differ from run to run. */
export type Dim = number | string;

export interface GraphInput {
  readonly kind: 'input';
  readonly name: string;
  readonly elementType: ElementType;
  readonly dims: readonly Dim[];
}

/** Bytes of a file that onnxruntime maps: `location` is relative to the directory that the session is given. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** A constant tensor: little-endian bytes held here, or a range of a file. */
export interface Initializer {
  readonly kind: 'initializer';
  /** Absent for anonymous constants, which are numbered when the graph is finished. */
  readonly name: string | undefined;
  readonly elementType: ElementType;
  readonly dims: readonly number[];
  readonly data: Uint8Array | ExternalData;
}

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] };

export interface Node {
  readonly kind: 'node';
  readonly operator: string;
  /** Empty for the standard operators. */
  readonly domain: '' | 'com.microsoft';
  /** `undefined` leaves an optional input out. */
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** The (only) result of a node: no operator used here has more than one. */
export interface NodeResult {
  readonly kind: 'result';
  readonly node: Node;
}

export type Value = GraphInput | Initializer | NodeResult;

export interface GraphOutput {
  readonly name: string;
  readonly value: NodeResult;
  readonly elementType: ElementType;
  readonly dims: readonly Dim[];
}

export interface Graph {
  readonly name: string;
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly GraphOutput[];
  /** Every node after those whose results it reads. */
  readonly nodes: readonly Node[];
  readonly initializers: readonly Initializer[];
  /** Name of every value, unique within the graph. */
  readonly names: ReadonlyMap<GraphInput | Initializer | Node, string>;
}

/** A value that the caller feeds at each run. */
export function graphInput(name: string, elementType: ElementType, dims: readonly Dim[]): GraphInput {
  return Object.freeze({ kind: 'input', name, elementType, dims: Object.freeze([...dims]) });
}

/** A constant whose bytes (little-endian) travel inside the model. */
export function inlineInitializer(
  elementType: ElementType,
  dims: readonly number[],
  data: Uint8Array,
  name?: string,
): Initializer {
  requireByteCount(elementType, dims, data.byteLength, name);
  return Object.freeze({ kind: 'initializer', name, elementType, dims: Object.freeze([...dims]), data });
}

/** A constant that stays in its file. `dims` may differ from the dims written there as long as the byte count agrees. */
export function externalInitializer(
  name: string,
  elementType: ElementType,
  dims: readonly number[],
  data: ExternalData,
): Initializer {
  requireByteCount(elementType, dims, data.length, name);
  return Object.freeze({
    kind: 'initializer',
    name,
    elementType,
    dims: Object.freeze([...dims]),
    data: Object.freeze({ ...data }),
  });
}

/** An anonymous int64 constant of rank 1, as shapes and sizes are given. */
export function int64Constant(values: readonly number[]): Initializer {
  const data = new BigInt64Array(values.map(BigInt));
  return inlineInitializer('int64', [values.length], new Uint8Array(data.buffer));
}

/** An anonymous float32 constant; by default of rank 1. */
export function floatConstant(values: readonly number[] | Float32Array, dims = [values.length]): Initializer {
  return inlineInitializer('float32', dims, new Uint8Array(Float32Array.from(values).buffer));
}

/** A node with one result: what the operator functions are made of. */
export function nodeResult(
  operator: string,
  inputs: readonly (Value | undefined)[],
  attributes: Readonly<Record<string, Attribute>> = {},
  domain: Node['domain'] = '',
): NodeResult {
  const node: Node = Object.freeze({
    kind: 'node',
    operator,
    domain,
    inputs: Object.freeze([...inputs]),
    attributes: Object.freeze({ ...attributes }),
  });
  return Object.freeze({ kind: 'result', node });
}

function requireByteCount(
  elementType: ElementType,
  dims: readonly number[],
  length: number,
  name = 'a constant',
): void {
  const expected = elementCount(dims) * elementTypes[elementType].bytes;
  if (expected !== length) {
    throw new EngineError('GRAPH_INVALID', {
      operator: 'Initializer',
      reason: `${name} has ${length} bytes, but ${elementType} [${dims.join(', ')}] needs ${expected}`,
    });
  }
}

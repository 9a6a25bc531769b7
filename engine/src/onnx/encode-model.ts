// Encodes a finished graph as an ONNX model (`ModelProto`). Field numbers are those of onnx.proto (onnx/onnx, Apache-2.0).
// External initializers are written as references only: the bytes of a checkpoint never pass through JavaScript.
import { elementTypes } from './element-type.ts';
import type { Attribute, Dim, Graph, Initializer, Node, Value } from './graph.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

export interface EncodeModelOptions {
  /** Version of the standard operators. Default 21; the `Attention` operator needs 23. */
  readonly opset?: 21 | 23;
}

const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;
const EXTERNAL = 1;

/** Bytes of the model, ready for `InferenceSession.create`. */
export function encodeModel(graph: Graph, { opset = 21 }: EncodeModelOptions = {}): Uint8Array {
  return new ProtobufWriter()
    .integer(1, opset > 21 ? 11 : 10) // ir_version: the one that came with the opset
    .string(2, 'snug')
    .message(7, writer => writeGraph(writer, graph))
    .message(8, writer => writer.string(1, '').integer(2, opset))
    .message(8, writer => writer.string(1, 'com.microsoft').integer(2, 1))
    .finish();
}

function writeGraph(writer: ProtobufWriter, graph: Graph): void {
  for (const node of graph.nodes) writer.message(1, nested => writeNode(nested, node, graph));
  writer.string(2, graph.name);
  for (const initializer of graph.initializers) {
    writer.message(5, nested => writeInitializer(nested, initializer, nameOf(initializer, graph)));
  }
  for (const input of graph.inputs) writer.message(11, nested => writeValueInfo(nested, input));
  for (const output of graph.outputs) writer.message(12, nested => writeValueInfo(nested, output));
}

function writeNode(writer: ProtobufWriter, node: Node, graph: Graph): void {
  for (const input of node.inputs) writer.string(1, input ? nameOf(input, graph) : '');
  const name = graph.names.get(node) ?? '';
  writer.string(2, name).string(3, name).string(4, node.operator);
  for (const [key, attribute] of Object.entries(node.attributes)) {
    writer.message(5, nested => writeAttribute(nested, key, attribute));
  }
  if (node.domain) writer.string(7, node.domain);
}

function writeAttribute(writer: ProtobufWriter, name: string, attribute: Attribute): void {
  writer.string(1, name);
  if (attribute.kind === 'float') writer.float(2, attribute.value);
  else if (attribute.kind === 'int') writer.integer(3, attribute.value);
  else if (attribute.kind === 'string') writer.string(4, attribute.value);
  else for (const value of attribute.value) writer.integer(8, value);
  writer.integer(20, ATTRIBUTE_TYPES[attribute.kind]);
}

function writeInitializer(writer: ProtobufWriter, { elementType, dims, data }: Initializer, name: string): void {
  writer.packedIntegers(1, dims).integer(2, elementTypes[elementType].code).string(8, name);
  if (data instanceof Uint8Array) {
    writer.bytes(9, data);
    return;
  }
  // Offsets are decimal strings, so files beyond 4 GB are no special case.
  const entries = { location: data.location, offset: String(data.offset), length: String(data.length) };
  for (const [key, value] of Object.entries(entries)) {
    writer.message(13, nested => nested.string(1, key).string(2, value));
  }
  writer.integer(14, EXTERNAL);
}

function writeValueInfo(
  writer: ProtobufWriter,
  { name, elementType, dims }: { name: string; elementType: keyof typeof elementTypes; dims: readonly Dim[] },
): void {
  writer.string(1, name).message(2, type =>
    type.message(1, tensor =>
      tensor.integer(1, elementTypes[elementType].code).message(2, shape => {
        for (const dim of dims) {
          shape.message(1, nested => (typeof dim === 'number' ? nested.integer(1, dim) : nested.string(2, dim)));
        }
      }),
    ),
  );
}

function nameOf(value: Value, graph: Graph): string {
  const name = graph.names.get(value.kind === 'result' ? value.node : value);
  if (name === undefined) throw new Error(`a value of graph "${graph.name}" has no name`);
  return name;
}

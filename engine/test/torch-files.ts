// Writes files as torch.save does, for tests: a pickle of protocol 2 in either container. Values are plain ones, tensors, and
// names of Python with arguments, so that hostile files can be written as easily as good ones.
import { type ElementTypeName, elementTypes } from '../src/formats/element-types.ts';

export interface TorchTensor {
  readonly dtype: ElementTypeName;
  readonly shape: readonly number[];
  /** In elements; default: one after the other. */
  readonly strides?: readonly number[];
  /** First element in its storage. */
  readonly offset?: number;
  /** The whole storage; tensors that share it are given the same bytes. */
  readonly bytes: Uint8Array;
}

/** A call of a name, as pickles of objects have it. */
export class PythonCall {
  readonly module: string;
  readonly name: string;
  readonly args: readonly TorchValue[];
  /** Given to the result. */
  readonly state: TorchValue | undefined;

  constructor(module: string, name: string, args: readonly TorchValue[], state?: TorchValue) {
    this.module = module;
    this.name = name;
    this.args = args;
    this.state = state;
  }
}

export type TorchValue =
  | null
  | boolean
  | number
  | string
  | TorchTensor
  | PythonCall
  | readonly TorchValue[]
  | ReadonlyMap<string, TorchValue>;

const STORAGES: Readonly<Record<string, string>> = {
  F64: 'DoubleStorage',
  F32: 'FloatStorage',
  F16: 'HalfStorage',
  BF16: 'BFloat16Storage',
  I64: 'LongStorage',
  I32: 'IntStorage',
  U8: 'ByteStorage',
};

export function float32Tensor(shape: readonly number[], values: readonly number[] | Float32Array): TorchTensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

/** Since PyTorch 1.6: a zip archive without compression, the bytes of storages aligned to 64. */
export function torchArchive(
  value: TorchValue,
  changes: { readonly byteorder?: string; readonly method?: number } = {},
) {
  const { pickle, storages } = pickled(value);
  const files: [string, Uint8Array][] = [
    ['model/data.pkl', pickle],
    ['model/byteorder', Buffer.from(changes.byteorder ?? 'little')],
    ...storages.map(({ bytes }, key): [string, Uint8Array] => [`model/data/${key}`, bytes]),
    ['model/version', Buffer.from('3\n')],
  ];
  return zipArchive(files, changes.method ?? 0);
}

/** Before PyTorch 1.6: pickles one after the other, then the storages. */
export function torchStream(value: TorchValue): Uint8Array {
  const { pickle, storages } = pickled(value);
  const magic = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');
  const version = Buffer.from('80024de9032e', 'hex');
  const machine = pickled(new Map<string, TorchValue>([['little_endian', true]])).pickle;
  const keys = pickled(storages.map((_, key) => String(key))).pickle;
  const data = storages.flatMap(({ bytes, dtype }) => {
    const count = Buffer.alloc(8);
    count.writeBigInt64LE(BigInt(bytes.length / elementTypes[dtype].sizeBytes));
    return [count, bytes];
  });
  return Buffer.concat([magic, version, machine, pickle, keys, ...data]);
}

/** The pickle alone, with the storages that it refers to. */
export function pickled(value: TorchValue): { pickle: Buffer; storages: readonly TorchTensor[] } {
  const parts: Buffer[] = [Buffer.from([0x80, 2])];
  const storages: TorchTensor[] = [];
  writeValue(value, parts, storages);
  parts.push(Buffer.from('.'));
  return { pickle: Buffer.concat(parts), storages };
}

function writeValue(value: TorchValue, out: Buffer[], storages: TorchTensor[]): void {
  const write = (inner: TorchValue): void => writeValue(inner, out, storages);
  const code = (text: string): void => void out.push(Buffer.from(text, 'latin1'));
  if (value === null) code('N');
  else if (typeof value === 'boolean') code(value ? '\x88' : '\x89');
  else if (typeof value === 'number') out.push(binaryInt(value));
  else if (typeof value === 'string') out.push(binaryText(value));
  else if (value instanceof PythonCall) {
    code(`c${value.module}\n${value.name}\n(`);
    value.args.forEach(write);
    code('tR');
    if (value.state !== undefined) {
      write(value.state);
      code('b');
    }
  } else if (value instanceof Map) {
    code('}(');
    for (const [key, inner] of value) {
      write(key);
      write(inner);
    }
    code('u');
  } else if (Array.isArray(value)) {
    code('](');
    value.forEach(write);
    code('e');
  } else writeTensor(value as TorchTensor, out, storages);
}

function writeTensor(tensor: TorchTensor, out: Buffer[], storages: TorchTensor[]): void {
  const known = storages.findIndex(({ bytes }) => bytes === tensor.bytes);
  const key = known >= 0 ? known : storages.push(tensor) - 1;
  const count = tensor.bytes.length / elementTypes[tensor.dtype].sizeBytes;
  const code = (text: string): void => void out.push(Buffer.from(text, 'latin1'));
  const sizes = (values: readonly number[]): void => {
    code('(');
    out.push(...values.map(binaryInt));
    code('t');
  };
  code('ctorch._utils\n_rebuild_tensor_v2\n((');
  out.push(binaryText('storage'));
  code(`ctorch\n${STORAGES[tensor.dtype]}\n`);
  out.push(binaryText(String(key)), binaryText('cpu'), binaryInt(count));
  code('tQ');
  out.push(binaryInt(tensor.offset ?? 0));
  sizes(tensor.shape);
  sizes(tensor.strides ?? tensor.shape.map((_, dim) => tensor.shape.slice(dim + 1).reduce((a, b) => a * b, 1)));
  code('\x89ccollections\nOrderedDict\n)RtR');
}

function binaryInt(value: number): Buffer {
  if (value >= 2 ** 31) {
    const long = Buffer.from([0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    long.writeBigUInt64LE(BigInt(value), 2);
    return long;
  }
  const bytes = Buffer.from('J\0\0\0\0');
  bytes.writeInt32LE(value, 1);
  return bytes;
}

function binaryText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.from('X\0\0\0\0');
  length.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([length, bytes]);
}

export function zipArchive(files: readonly (readonly [name: string, bytes: Uint8Array])[], method = 0): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const [name, bytes] of files) {
    const padding = (64 - ((position + 30 + name.length + 4) % 64)) % 64;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(bytes.length, 18);
    local.writeUInt32LE(bytes.length, 22);
    local.writeUInt16LE(name.length, 26);
    local.writeUInt16LE(4 + padding, 28);
    const extra = Buffer.alloc(4 + padding);
    extra.write('FB');
    extra.writeUInt16LE(padding, 2);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(bytes.length, 20);
    entry.writeUInt32LE(bytes.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(position, 42);
    directory.push(entry, Buffer.from(name));
    parts.push(local, Buffer.from(name), extra, Buffer.from(bytes));
    position += 30 + name.length + extra.length + bytes.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  const directoryBytes = Buffer.concat(directory);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(position, 16);
  return Buffer.concat([...parts, directoryBytes, end]);
}

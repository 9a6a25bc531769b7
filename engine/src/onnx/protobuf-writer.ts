// A minimal protobuf writer: what the ONNX messages need and no more (wire types 0, 2 and 5).
// https://protobuf.dev/programming-guides/encoding/. Fields are appended in the order of the calls.

const encoder = new TextEncoder();

/** Appends fields of one message; `finish` returns its bytes. */
export class ProtobufWriter {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  /** int32, int64, uint64, enum or bool; negative numbers take ten bytes as in every protobuf encoder. */
  integer(field: number, value: number): this {
    this.#append(varint(field << 3));
    return this.#append(varint(value));
  }

  float(field: number, value: number): this {
    this.#append(varint((field << 3) | 5));
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#append(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    this.#append(varint((field << 3) | 2));
    this.#append(varint(value.byteLength));
    return this.#append(value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value));
  }

  /** A nested message, written by `write`. */
  message(field: number, write: (writer: ProtobufWriter) => void): this {
    const nested = new ProtobufWriter();
    write(nested);
    this.#append(varint((field << 3) | 2));
    this.#append(varint(nested.#length));
    for (const chunk of nested.#chunks) this.#append(chunk);
    return this;
  }

  /** A packed repeated integer. */
  packedIntegers(field: number, values: readonly number[]): this {
    const packed = new ProtobufWriter();
    for (const value of values) packed.#append(varint(value));
    return this.bytes(field, packed.finish());
  }

  finish(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return bytes;
  }

  #append(chunk: Uint8Array): this {
    this.#chunks.push(chunk);
    this.#length += chunk.byteLength;
    return this;
  }
}

/** Base-128, low groups first. Integers beyond 32 bits go through BigInt, as JavaScript's bit operations end there. */
function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`);
  const bytes: number[] = [];
  if (value >= 0 && value <= 0xffffffff) {
    let rest = value;
    while (rest > 0x7f) {
      bytes.push((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  } else {
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
  }
  return Uint8Array.from(bytes);
}

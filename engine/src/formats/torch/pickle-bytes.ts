// Reads the arguments of pickle's instructions: numbers and texts of several widths, never beyond the end.

/** There are fewer bytes than an instruction needs: the file is cut off, or more of it has to be read. */
export class PickleCutOff extends Error {}

const utf8 = new TextDecoder('utf-8', { fatal: true });
/** Names and texts of very old protocols end with a line. */
const LINE_FEED = 0x0a;

export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  position: number;

  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
  }

  byte(): number {
    return this.#view.getUint8(this.#step(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#step(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#step(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }

  /** A length of eight bytes; anything too large for a number is more than there are bytes. */
  length64(): number {
    return Number(this.#view.getBigUint64(this.#step(8), true));
  }

  float64(): number {
    return this.#view.getFloat64(this.#step(8), false);
  }

  bytes(length: number): Uint8Array {
    const start = this.#step(length);
    return this.#bytes.slice(start, start + length);
  }

  /** @throws TypeError when it is not UTF-8. */
  text(length: number): string {
    return utf8.decode(this.bytes(length));
  }

  latin1(length: number): string {
    return Buffer.from(this.bytes(length)).toString('latin1');
  }

  /** Up to the end of the line, which is dropped. */
  line(): string {
    const end = this.#bytes.indexOf(LINE_FEED, this.position);
    if (end < 0) throw new PickleCutOff();
    const text = this.text(end - this.position);
    this.position = end + 1;
    return text;
  }

  /** Two's complement, little-endian; a number where it is exact. */
  long(length: number): number | bigint {
    let value = 0n;
    const bytes = this.bytes(length);
    for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index]!);
    const signed = BigInt.asIntN(8 * length, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  #step(length: number): number {
    const start = this.position;
    if (start + length > this.#bytes.length) throw new PickleCutOff();
    this.position += length;
    return start;
  }
}

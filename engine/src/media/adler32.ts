// The checksum at the end of zlib streams (RFC 1950, section 8.2), for streams that are put together from parts.

/** Largest prime below 2^16. */
const MODULUS = 65_521;
/** So many bytes can be added before the sums leave 32 bits. */
const RUN_BYTES = 5552;

export class Adler32 {
  #sum = 1;
  #sumOfSums = 0;

  add(bytes: Uint8Array): void {
    let [a, b] = [this.#sum, this.#sumOfSums];
    for (let start = 0; start < bytes.length; start += RUN_BYTES) {
      const end = Math.min(start + RUN_BYTES, bytes.length);
      for (let i = start; i < end; i++) {
        a += bytes[i]!;
        b += a;
      }
      a %= MODULUS;
      b %= MODULUS;
    }
    this.#sum = a;
    this.#sumOfSums = b;
  }

  /** Four bytes, as they stand at the end of a stream. */
  bytes(): Uint8Array {
    const [a, b] = [this.#sum, this.#sumOfSums];
    return Uint8Array.of(b >> 8, b & 0xff, a >> 8, a & 0xff);
  }
}

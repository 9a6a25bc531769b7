// The 8-bit float formats of checkpoints (Micikevicius et al., "FP8 Formats for Deep Learning", 2022), decoded by table.

/** Sign, 4 bits of exponent (bias 7), 3 of fraction; no infinities, 0x7f and 0xff are NaN. */
const e4m3Table = Float32Array.from({ length: 256 }, (_, bits) =>
  (bits & 0x7f) === 0x7f ? Number.NaN : decodeFloat8(bits, 3, 7),
);

/** Sign, 5 bits of exponent (bias 15), 2 of fraction; infinities and NaN as in IEEE formats. */
const e5m2Table = Float32Array.from({ length: 256 }, (_, bits) => {
  if ((bits & 0x7c) !== 0x7c) return decodeFloat8(bits, 2, 15);
  return bits & 3 ? Number.NaN : (bits & 0x80 ? -1 : 1) * Number.POSITIVE_INFINITY;
});

function decodeFloat8(bits: number, fractionBits: number, bias: number): number {
  const sign = bits & 0x80 ? -1 : 1;
  const exponent = (bits & 0x7f) >>> fractionBits;
  const fraction = (bits & ((1 << fractionBits) - 1)) / 2 ** fractionBits;
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
}

/** `float8_e4m3fn` to float32; exact. */
export function float8E4m3ToFloat32(bytes: Uint8Array): Float32Array {
  return lookUp(bytes, e4m3Table);
}

/** `float8_e5m2` to float32; exact. */
export function float8E5m2ToFloat32(bytes: Uint8Array): Float32Array {
  return lookUp(bytes, e5m2Table);
}

function lookUp(bytes: Uint8Array, table: Float32Array): Float32Array {
  const floats = new Float32Array(bytes.length);
  for (let index = 0; index < floats.length; index++) floats[index] = table[bytes[index]!]!;
  return floats;
}

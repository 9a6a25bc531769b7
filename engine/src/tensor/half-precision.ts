// The 16-bit float formats of checkpoints. IEEE binary16 goes through a table of all 65536 values (one load per element);
// bfloat16 is the upper half of a float32.
let float16Table: Float32Array | undefined;

/** IEEE half precision to float32; exact. */
export function float16ToFloat32(halves: Uint16Array): Float32Array {
  float16Table ??= Float32Array.from({ length: 65536 }, (_, bits) => decodeFloat16(bits));
  const table = float16Table;
  const floats = new Float32Array(halves.length);
  for (let index = 0; index < halves.length; index++) floats[index] = table[halves[index]!]!;
  return floats;
}

function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Float32 to IEEE half precision, to the nearest, ties to even; too large becomes infinite, NaN stays NaN. */
export function float32ToFloat16(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const halves = new Uint16Array(floats.length);
  for (let index = 0; index < halves.length; index++) halves[index] = encodeFloat16(bits[index]!);
  return halves;
}

function encodeFloat16(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 65536 and more
  if (magnitude >= 0x38800000) return sign | roundShift(magnitude - 0x38000000, 13); // normal; may carry into infinity
  if (magnitude < 0x33000000) return sign; // below half of the smallest subnormal
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  return sign | roundShift(fraction, 126 - (magnitude >>> 23));
}

/** `value` / 2^`shift`, ties to even. */
function roundShift(value: number, shift: number): number {
  const half = 1 << (shift - 1);
  const quotient = value >>> shift;
  const rest = value & (2 * half - 1);
  return rest > half || (rest === half && (quotient & 1) === 1) ? quotient + 1 : quotient;
}

/** bfloat16 to float32; exact. */
export function bfloat16ToFloat32(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) bits[index] = halves[index]! << 16;
  return new Float32Array(bits.buffer);
}

// The Box-Muller transform in 32-bit floats, operation for operation as PyTorch's vectorised CPU kernel computes it: Cephes
// polynomials for log, sin and cos (S. Moshier, netlib.org/cephes; as arranged for SIMD by J. Pommier's sse_mathfun) with every
// multiply-add fused. A fused operation is emulated by computing in doubles, where the product of two floats is exact, and
// rounding once. On all golden draws the result equals PyTorch's bit for bit; correctly rounded Math.log/sin/cos would differ
// in 16 % of the values by 1 to 3 ulp.

const f32 = Math.fround;

const halfSqrt = f32(Math.SQRT1_2);
const logCoefficients = Float32Array.of(
  7.0376836292e-2,
  -1.151461031e-1,
  1.167699874e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
);
// ln 2 in two parts, so that exponent * ln 2 keeps its low bits.
const ln2Low = f32(-2.1219444e-4);
const ln2High = f32(0.693359375);

const fourOverPi = f32(1.27323954473516);
// pi / 4 in three parts (Cody-Waite reduction).
const quarterPi = Float32Array.of(-0.78515625, -2.4187564849853516e-4, -3.774894977445941e-8);
const sinCoefficients = Float32Array.of(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1);
const cosCoefficients = Float32Array.of(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2);
const twoPi = f32(2 * Math.PI);

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** Natural logarithm of a normal positive float. */
function logF32(value: number): number {
  float[0] = value;
  let exponent = (bits[0]! >>> 23) - 126;
  bits[0] = (bits[0]! & 0x807fffff) | 0x3f000000;
  let x = float[0]!; // mantissa, 0.5 .. 1
  if (x < halfSqrt) {
    exponent -= 1;
    x = f32(f32(x - 1) + x);
  } else {
    x = f32(x - 1);
  }
  const square = f32(x * x);
  let y = logCoefficients[0]!;
  for (let index = 1; index < 9; index++) y = f32(y * x + logCoefficients[index]!);
  y = f32(f32(y * x) * square + f32(exponent * ln2Low));
  y = f32(square * -0.5 + y);
  return f32(exponent * ln2High + f32(x + y));
}

/**
 * Two uniforms to two independent normal values.
 * @param u1 float in (0, 1].
 * @param u2 float in [0, 1).
 * @param out receives radius * cos at `cosIndex` and radius * sin at `sinIndex`.
 */
export function boxMullerF32(u1: number, u2: number, out: Float32Array, cosIndex: number, sinIndex: number): void {
  const radius = f32(Math.sqrt(f32(-2 * logF32(u1))));
  const angle = f32(twoPi * u2);
  const octant = (Math.trunc(f32(angle * fourOverPi)) + 1) & ~1;
  let x = f32(octant * quarterPi[0]! + angle);
  x = f32(octant * quarterPi[1]! + x);
  x = f32(octant * quarterPi[2]! + x);
  const z = f32(x * x);

  let cosine = cosCoefficients[0]!;
  cosine = f32(cosine * z + cosCoefficients[1]!);
  cosine = f32(cosine * z + cosCoefficients[2]!);
  cosine = f32(f32(f32(cosine * z) * z - f32(z * 0.5)) + 1);

  let sine = sinCoefficients[0]!;
  sine = f32(sine * z + sinCoefficients[1]!);
  sine = f32(sine * z + sinCoefficients[2]!);
  sine = f32(f32(sine * z) * x + x);

  const isSwapped = (octant & 2) !== 0;
  const cosSign = ((octant - 2) & 4) === 0 ? -1 : 1;
  const sinSign = (octant & 4) === 0 ? 1 : -1;
  out[cosIndex] = f32(radius * (isSwapped ? sine : cosine) * cosSign);
  out[sinIndex] = f32(radius * (isSwapped ? cosine : sine) * sinSign);
}

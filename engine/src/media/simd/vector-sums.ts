// The sums that filters are made of, on vectors: JavaScript adds one product at a time, WebAssembly four or more. Every thread has
// one instance with a memory of its own, into which rows are copied (`vector-memory.ts`). Bounds are the caller's: all rows
// have `SLACK_BYTES` behind them, because the last vector may reach beyond the end of a row.
import {
  add,
  type Code,
  constant,
  floats,
  get,
  I32,
  loadI32,
  memory,
  multiply,
  repeat,
  set,
  V128,
  vector,
  type WasmFunction,
  wasmModule,
  zeros,
} from './wasm-code.ts';

/** What the last vector of a row may read or write behind it. */
export const SLACK_BYTES = 64;

/** Fractional bits of the weights of bytes. */
export const BYTE_WEIGHT_BITS = 22;
const half = vector('i32x4.splat', constant(2 ** (BYTE_WEIGHT_BITS - 1)));
const whole = (sum: number): Code => vector('i32x4.shr_s', get(sum), constant(BYTE_WEIGHT_BITS));
const narrowed = (a: Code, b: Code): Code => vector('i16x8.narrow_i32x4_s', a, b);
/** sum += value * weight */
const accumulate = (kind: 'i32x4' | 'f64x2', sum: number, value: Code, weight: Code): Code =>
  set(sum, vector(`${kind}.add`, get(sum), vector(`${kind}.mul`, value, weight)));

/** (rows, weights, end of rows, target, length): bytes of the rows that a list of addresses names, times weights of 32 bits. */
function sumByteRows(): WasmFunction {
  const [rows, weights, rowsEnd, target, length] = [0, 1, 2, 3, 4];
  const [i, row, weight, address, factor, low, high, a, b, c, d] = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
  const body = repeat(i, { step: constant(16), end: get(length) }, [
    ...[a, b, c, d].map(sum => set(sum, half)),
    set(weight, get(weights)),
    set(row, get(rows)),
    repeat(row, { step: constant(4), end: get(rowsEnd) }, [
      set(address, add(loadI32(get(row)), get(i))),
      set(factor, memory('v128.load32_splat', [get(weight)])),
      set(weight, add(get(weight), constant(4))),
      set(low, memory('v128.load8x8_u', [get(address)])),
      set(high, memory('v128.load8x8_u', [get(address)], { offset: 8 })),
      accumulate('i32x4', a, vector('i32x4.extend_low_i16x8_u', get(low)), get(factor)),
      accumulate('i32x4', b, vector('i32x4.extend_high_i16x8_u', get(low)), get(factor)),
      accumulate('i32x4', c, vector('i32x4.extend_low_i16x8_u', get(high)), get(factor)),
      accumulate('i32x4', d, vector('i32x4.extend_high_i16x8_u', get(high)), get(factor)),
    ]),
    memory('v128.store', [
      add(get(target), get(i)),
      vector('i8x16.narrow_i16x8_u', narrowed(whole(a), whole(b)), narrowed(whole(c), whole(d))),
    ]),
  ]);
  return {
    name: 'sumByteRows',
    parameters: 5,
    locals: [I32, I32, I32, I32, V128, V128, V128, V128, V128, V128, V128],
    body,
  };
}

/** (line, channels, starts, offsets, end of offsets, weights, target): the pixels of one row, each from its window of the line. */
function sumBytePixels(): WasmFunction {
  const [line, channels, starts, offsets, offsetsEnd, weights, target] = [0, 1, 2, 3, 4, 5, 6];
  const [pixel, weight, weightEnd, sum] = [7, 8, 9, 10];
  const addressOfWeight = (offset: number): Code =>
    add(get(weights), multiply(loadI32(get(offsets), offset), constant(4)));
  const bytes = vector('i16x8.extend_low_i8x16_u', memory('v128.load32_zero', [get(pixel)]));
  const body = repeat(offsets, { step: constant(4), end: get(offsetsEnd) }, [
    set(sum, half),
    set(pixel, add(get(line), multiply(loadI32(get(starts)), get(channels)))),
    set(starts, add(get(starts), constant(4))),
    set(weightEnd, addressOfWeight(4)),
    set(weight, addressOfWeight(0)),
    repeat(weight, { step: constant(4), end: get(weightEnd) }, [
      accumulate('i32x4', sum, vector('i32x4.extend_low_i16x8_u', bytes), memory('v128.load32_splat', [get(weight)])),
      set(pixel, add(get(pixel), get(channels))),
    ]),
    set(sum, narrowed(whole(sum), whole(sum))),
    memory('v128.store32_lane', [get(target), vector('i8x16.narrow_i16x8_u', get(sum), get(sum))], { lane: 0 }),
    set(target, add(get(target), get(channels))),
  ]);
  return { name: 'sumBytePixels', parameters: 7, locals: [I32, I32, I32, V128], body };
}

/** (rows, weights, end of rows, target, length in bytes): floats of the rows that a list of addresses names, times doubles. */
function sumFloatRows(): WasmFunction {
  const [rows, weights, rowsEnd, target, length] = [0, 1, 2, 3, 4];
  const [i, row, weight, address, factor, ...sums] = [5, 6, 7, 8, 9, 10, 11, 12, 13];
  const body = repeat(i, { step: constant(32), end: get(length) }, [
    ...sums.map(sum => set(sum, zeros)),
    set(weight, get(weights)),
    set(row, get(rows)),
    repeat(row, { step: constant(4), end: get(rowsEnd) }, [
      set(address, add(loadI32(get(row)), get(i))),
      set(factor, memory('v128.load64_splat', [get(weight)])),
      set(weight, add(get(weight), constant(8))),
      ...sums.map((sum, pair) => {
        const values = memory('v128.load64_zero', [get(address)], { offset: pair * 8 });
        return accumulate('f64x2', sum, vector('f64x2.promote_low_f32x4', values), get(factor));
      }),
    ]),
    set(address, add(get(target), get(i))),
    ...sums.map((sum, pair) =>
      memory('v128.store64_lane', [get(address), vector('f32x4.demote_f64x2_zero', get(sum))], {
        offset: pair * 8,
        lane: 0,
      }),
    ),
  ]);
  return { name: 'sumFloatRows', parameters: 5, locals: [I32, I32, I32, I32, V128, V128, V128, V128, V128], body };
}

/** (source, target, end of target): floats in 0..1 to bytes, times 255, clipped and truncated; NaN becomes 0. */
function floatsToBytes(): WasmFunction {
  const [source, target, targetEnd] = [0, 1, 2];
  const four = (offset: number): Code =>
    vector('i32x4.trunc_sat_f32x4_s', vector('f32x4.mul', memory('v128.load', [get(source)], { offset }), floats(255)));
  const body = repeat(target, { step: constant(16), end: get(targetEnd) }, [
    memory('v128.store', [
      get(target),
      vector('i8x16.narrow_i16x8_u', narrowed(four(0), four(16)), narrowed(four(32), four(48))),
    ]),
    set(source, add(get(source), constant(64))),
  ]);
  return { name: 'floatsToBytes', parameters: 3, locals: [], body };
}

/** (source, target, end of source): bytes to floats, divided by 255. */
function bytesToFloats(): WasmFunction {
  const [source, target, sourceEnd, eight] = [0, 1, 2, 3];
  const quotients = (half: 'low' | 'high'): Code =>
    vector(
      'f32x4.div',
      vector('f32x4.convert_i32x4_u', vector(`i32x4.extend_${half}_i16x8_u`, get(eight))),
      floats(255),
    );
  const body = repeat(source, { step: constant(8), end: get(sourceEnd) }, [
    set(eight, memory('v128.load8x8_u', [get(source)])),
    memory('v128.store', [get(target), quotients('low')]),
    memory('v128.store', [get(target), quotients('high')], { offset: 16 }),
    set(target, add(get(target), constant(32))),
  ]);
  return { name: 'bytesToFloats', parameters: 3, locals: [V128], body };
}

/** Addresses and lengths are in bytes; all loops run once at least. */
export interface VectorSums {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  sumByteRows(rows: number, weights: number, rowsEnd: number, target: number, length: number): void;
  sumBytePixels(
    line: number,
    channels: number,
    starts: number,
    offsets: number,
    offsetsEnd: number,
    weights: number,
    target: number,
  ): void;
  sumFloatRows(rows: number, weights: number, rowsEnd: number, target: number, length: number): void;
  floatsToBytes(source: number, target: number, targetEnd: number): void;
  bytesToFloats(source: number, target: number, sourceEnd: number): void;
}

/** What is used of the WebAssembly interface: the compiler knows it only together with everything else of browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
};

/** A new instance with a memory of its own. */
export function createVectorSums(): VectorSums {
  const functions = [sumByteRows(), sumBytePixels(), sumFloatRows(), floatsToBytes(), bytesToFloats()];
  return new WebAssembly.Instance(new WebAssembly.Module(wasmModule(functions))).exports as VectorSums;
}

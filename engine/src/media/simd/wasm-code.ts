// A small assembler for WebAssembly (W3C core specification 2.0, section 5), enough for loops over vectors: instructions are
// expressions that nest as the source of a program does, so that a kernel can be read from the outside inwards.

/** Encoded instructions. */
export type Code = readonly number[];

/** Types of locals. */
export const I32 = 0x7f;
export const V128 = 0x7b;

/** A function whose parameters are whole numbers (addresses, counts); it writes to the memory and returns nothing. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  /** Types of the locals that follow the parameters. */
  readonly locals: readonly number[];
  readonly body: Code;
}

/** LEB128 without a sign. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** LEB128 with a sign. */
function signed(value: number): number[] {
  const isLast = value >= -64 && value < 64;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const constant = (value: number): Code => [0x41, ...signed(value)];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const multiply = (a: Code, b: Code): Code => [...a, ...b, 0x6c];
export const loadI32 = (address: Code, offset = 0): Code => [...address, 0x28, 0, ...unsigned(offset)];

/** Runs `body`, adds `step` to a local, and repeats while that is below `end` (without a sign): once at least. */
export function repeat(local: number, { step, end }: { step: Code; end: Code }, body: readonly Code[]): Code {
  const next = set(local, add(get(local), step));
  return [0x03, 0x40, ...body.flat(), ...next, ...get(local), ...end, 0x49, 0x0d, 0, 0x0b];
}

/** Opcodes of vector instructions (section 5.4.10), named as the specification names them. */
const vectorCodes = {
  'v128.load8x8_u': 2,
  'v128.load32_splat': 9,
  'v128.load64_splat': 10,
  'v128.load': 0,
  'v128.load32_zero': 92,
  'v128.load64_zero': 93,
  'v128.store': 11,
  'v128.store32_lane': 90,
  'v128.store64_lane': 91,
  'i32x4.splat': 17,
  'f32x4.demote_f64x2_zero': 94,
  'f64x2.promote_low_f32x4': 95,
  'i8x16.narrow_i16x8_u': 102,
  'i16x8.narrow_i32x4_s': 133,
  'i16x8.extend_low_i8x16_u': 137,
  'i32x4.extend_low_i16x8_u': 169,
  'i32x4.extend_high_i16x8_u': 170,
  'i32x4.shr_s': 172,
  'i32x4.add': 174,
  'i32x4.mul': 181,
  'f32x4.mul': 230,
  'f32x4.div': 231,
  'f64x2.add': 240,
  'f64x2.mul': 242,
  'i32x4.trunc_sat_f32x4_s': 248,
  'f32x4.convert_i32x4_u': 251,
} as const;

type VectorOperation = keyof typeof vectorCodes;

/** A vector instruction after its operands. */
export const vector = (operation: VectorOperation, ...operands: readonly Code[]): Code => [
  ...operands.flat(),
  0xfd,
  ...unsigned(vectorCodes[operation]),
];

/** A vector load or store at `address` plus a constant offset; `lane` for those of one lane. */
export const memory = (
  operation: VectorOperation,
  operands: readonly Code[],
  { offset = 0, lane }: { readonly offset?: number; readonly lane?: number } = {},
): Code => [...vector(operation, ...operands), 0, ...unsigned(offset), ...(lane === undefined ? [] : [lane])];

/** Four equal floats. */
export function floats(value: number): Code {
  const bytes = [...new Uint8Array(Float32Array.of(value, value, value, value).buffer)];
  return [0xfd, 12, ...bytes];
}

/** Zeros of any kind. */
export const zeros: Code = [0xfd, 12, ...new Array<number>(16).fill(0)];

/** A module that exports its functions and their `memory`. */
export function wasmModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const sized = (bytes: Code): Code => [...unsigned(bytes.length), ...bytes];
  const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
  const section = (id: number, items: readonly Code[]): Code => [id, ...sized(list(items))];
  const name = (text: string): Code => sized([...new TextEncoder().encode(text)]);
  const types = functions.map(({ parameters }) => [0x60, ...list(new Array<Code>(parameters).fill([I32])), 0]);
  const bodies = functions.map(({ locals, body }) => sized([...list(locals.map(type => [1, type])), ...body, 0x0b]));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(5, [[0, 1]]),
    ...section(7, [
      [...name('memory'), 2, 0],
      ...functions.map((one, index) => [...name(one.name), 0, ...unsigned(index)]),
    ]),
    ...section(10, bodies),
  ]);
}

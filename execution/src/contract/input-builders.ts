// Builders of input and output declarations (spec node-contract.md sections 2.1, 3 and 7). Each takes the options of
// the data type exactly as they shall appear in /object_info and remembers, for the compiler, what `execute` gets.
import { JsonFloat, type JsonObject, type JsonValue } from '@snug/protocol';
import { normalInteger } from '../python/python-coercion.ts';
import type { ValueOf } from './data-types.ts';
import type { InputSpec, OptionValue, SpecOptions } from './input-spec.ts';

interface NumberOptions extends SpecOptions {
  readonly default?: number | bigint | JsonFloat;
  readonly min?: number | bigint | JsonFloat;
  readonly max?: number | bigint | JsonFloat;
  readonly step?: number | bigint | JsonFloat;
}

interface FloatOptions extends NumberOptions {
  readonly round?: number | bigint | JsonFloat | boolean;
}

interface StringOptions extends SpecOptions {
  readonly default?: string;
  readonly multiline?: boolean;
  readonly dynamicPrompts?: boolean;
  readonly placeholder?: string;
}

interface BooleanOptions extends SpecOptions {
  readonly default?: boolean;
  readonly label_on?: string;
  readonly label_off?: string;
}

/** Members of an option list. */
export type Choice = string | number;

/** Options that steer us and never reach the wire. */
const OWN_OPTIONS: ReadonlySet<string> = new Set(['optional', 'big', 'name', 'isList', 'id']);

/** Numbers that a Python node would write as floats; `100` becomes `100.0`, a bigint stays an integer. */
const FLOAT_OPTIONS: ReadonlySet<string> = new Set(['default', 'min', 'max', 'step', 'round']);

/** An integer; `bigint` with `big: true`. Bounds beyond 2^53 are written as bigint. */
export function int<const O extends NumberOptions = Record<never, never>>(
  options?: O,
): InputSpec<O extends { readonly big: true } ? bigint : number, O> {
  return makeSpec('INT', options);
}

/** A float. Integral bounds are published as floats (`1` as `1.0`); write `1n` where the wire has an integer. */
export function float<const O extends FloatOptions = Record<never, never>>(options?: O): InputSpec<number, O> {
  return makeSpec('FLOAT', options);
}

export function string<const O extends StringOptions = Record<never, never>>(options?: O): InputSpec<string, O> {
  return makeSpec('STRING', options);
}

export function boolean<const O extends BooleanOptions = Record<never, never>>(options?: O): InputSpec<boolean, O> {
  return makeSpec('BOOLEAN', options);
}

/** One of a list of options. V1 nodes publish the list as the type, V3 nodes publish `COMBO` with `options`. */
export function combo<const C extends Choice, const O extends SpecOptions = Record<never, never>>(
  choices: readonly C[],
  options?: O,
): InputSpec<C, O> {
  return { ...makeSpec<C, O>('COMBO', options), choices };
}

/** Any number of the options; the value is a list. */
export function multiCombo<const C extends Choice, const O extends SpecOptions = Record<never, never>>(
  choices: readonly C[],
  options?: O,
): InputSpec<readonly C[], O> {
  const spec = makeSpec<readonly C[], O>('COMBO', options);
  return { ...spec, choices, options: { ...spec.options, multiselect: true } };
}

/** Builder of sockets of the data type `K`. */
export type SocketBuilder<K extends string> = <const O extends SpecOptions = Record<never, never>>(
  options?: O,
) => InputSpec<ValueOf<K>, O>;

/** Makes the builder of a data type; node packs use it for types of their own. */
export function socket<K extends string>(type: K): SocketBuilder<K> {
  return options => makeSpec(type, options);
}

// The annotations keep `ValueOf` open in the declaration files: types that other rooms merge in would come too late otherwise.
export const image: SocketBuilder<'IMAGE'> = socket('IMAGE');
export const mask: SocketBuilder<'MASK'> = socket('MASK');
export const latent: SocketBuilder<'LATENT'> = socket('LATENT');
export const conditioning: SocketBuilder<'CONDITIONING'> = socket('CONDITIONING');
export const model: SocketBuilder<'MODEL'> = socket('MODEL');
export const clip: SocketBuilder<'CLIP'> = socket('CLIP');
export const vae: SocketBuilder<'VAE'> = socket('VAE');
export const controlNet: SocketBuilder<'CONTROL_NET'> = socket('CONTROL_NET');
export const clipVision: SocketBuilder<'CLIP_VISION'> = socket('CLIP_VISION');
export const clipVisionOutput: SocketBuilder<'CLIP_VISION_OUTPUT'> = socket('CLIP_VISION_OUTPUT');
export const styleModel: SocketBuilder<'STYLE_MODEL'> = socket('STYLE_MODEL');
export const gligen: SocketBuilder<'GLIGEN'> = socket('GLIGEN');
export const upscaleModel: SocketBuilder<'UPSCALE_MODEL'> = socket('UPSCALE_MODEL');
export const noise: SocketBuilder<'NOISE'> = socket('NOISE');
export const sampler: SocketBuilder<'SAMPLER'> = socket('SAMPLER');
export const sigmas: SocketBuilder<'SIGMAS'> = socket('SIGMAS');
export const guider: SocketBuilder<'GUIDER'> = socket('GUIDER');
export const audio: SocketBuilder<'AUDIO'> = socket('AUDIO');
export const video: SocketBuilder<'VIDEO'> = socket('VIDEO');
export const hooks: SocketBuilder<'HOOKS'> = socket('HOOKS');
export const hookKeyframes: SocketBuilder<'HOOK_KEYFRAMES'> = socket('HOOK_KEYFRAMES');

type Optional = { readonly optional: true };
type Lazy = { readonly lazy: true };
type RawLink = { readonly rawLink: true };
type IsList = { readonly isList: true };

/**
 * A type of one's own: `custom<Cheese>('CHEESE')`. (Overloads, because TypeScript infers either all type parameters or
 * none; types that are used often are better merged into `DataTypes` and made with `socket`.)
 */
export function custom<T>(type: string, options: SpecOptions & Optional & Lazy): InputSpec<T, Optional & Lazy>;
export function custom<T>(type: string, options: SpecOptions & Optional & RawLink): InputSpec<T, Optional & RawLink>;
export function custom<T>(type: string, options: SpecOptions & Optional): InputSpec<T, Optional>;
export function custom<T>(type: string, options: SpecOptions & Lazy): InputSpec<T, Lazy>;
export function custom<T>(type: string, options: SpecOptions & RawLink): InputSpec<T, RawLink>;
export function custom<T>(type: string, options: SpecOptions & IsList): InputSpec<T, IsList>;
export function custom<T>(type: string, options?: SpecOptions): InputSpec<T, Record<never, never>>;
export function custom<T>(type: string, options?: SpecOptions): InputSpec<T> {
  return makeSpec(type, options);
}

/** Accepts every value; constants arrive as sent (see `isFloat`, `isInt`). */
export function any<const O extends SpecOptions = Record<never, never>>(options?: O): InputSpec<unknown, O> {
  return makeSpec('*', options);
}

/** Accepts the values of several types; constants are neither converted nor unboxed. */
export function union<const O extends SpecOptions = Record<never, never>>(
  types: readonly string[],
  options?: O,
): InputSpec<unknown, O> {
  return makeSpec(types.join(','), options);
}

/** True for a number that the client sent as a float (`5.0`, `0.5`), false for integers. */
export function isFloat(value: unknown): value is number | JsonFloat {
  return value instanceof JsonFloat || (typeof value === 'number' && !Number.isInteger(value));
}

/** True for a number that the client sent as an integer. */
export function isInt(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

/** Builds a declaration of the wire type; the base of all builders. */
export function makeSpec<T, O>(type: string, options: SpecOptions | undefined): InputSpec<T, O> {
  return {
    type,
    choices: null,
    options: options === undefined ? null : wireOptions(type, options),
    optional: options?.optional === true,
    lazy: options?.lazy === true,
    rawLink: options?.rawLink === true,
    big: options?.big === true,
    output: {
      name: options?.name ?? null,
      id: options?.id ?? null,
      isList: options?.isList === true,
      tooltip: options?.tooltip ?? null,
    },
  };
}

/** Options for the wire; null when only options of ours were given, so that V1 publishes `["IMAGE"]`, not `["IMAGE", {}]`. */
function wireOptions(type: string, options: SpecOptions): JsonObject | null {
  const wire: JsonObject = {};
  const names = Object.keys(options);
  for (const name of names) {
    const value = options[name];
    if (value === undefined || OWN_OPTIONS.has(name)) continue;
    wire[name] = type === 'FLOAT' && FLOAT_OPTIONS.has(name) ? asFloat(value) : toJson(value);
  }
  return names.length > 0 && Object.keys(wire).length === 0 ? null : wire;
}

function asFloat(value: OptionValue): JsonValue {
  if (typeof value === 'number' && Number.isInteger(value)) return new JsonFloat(value);
  return toJson(value);
}

function toJson(value: OptionValue): JsonValue {
  if (typeof value === 'bigint') return normalInteger(value);
  if (typeof value !== 'object' || value === null || value instanceof JsonFloat) return value;
  if (Array.isArray(value)) return value.map(toJson);
  const copy: JsonObject = {};
  for (const [key, member] of Object.entries(value)) if (member !== undefined) copy[key] = toJson(member);
  return copy;
}

// What a node declares about one socket or widget. The same record serves inputs and outputs; the wire shapes of
// /object_info are derived from it (`object-info.ts`), the argument types of `execute` from its two phantom members.
import type { JsonFloat, JsonObject, JsonValue, Link } from '@snug/protocol';

/** Values that may stand in a declaration; `bigint` for integers beyond 2^53, `JsonFloat` for `1.0`. */
export type OptionValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | JsonFloat
  | readonly OptionValue[]
  | { readonly [key: string]: OptionValue | undefined };

/** Options of any input or output. Keys other than the first six travel to /object_info untouched, in this order. */
export interface SpecOptions {
  /** Input may be left out: it goes into the `optional` group. */
  readonly optional?: boolean;
  /** Integers arrive as `bigint` (seeds up to 2^64-1). */
  readonly big?: boolean;
  /** Output only: its name. */
  readonly name?: string;
  /** Output only: `execute` returns a list for it, whose items are mapped over by consumers. */
  readonly isList?: boolean;
  /** V3 output only: its id. */
  readonly id?: string;
  /** Not evaluated up front; `checkLazy` asks for it. */
  readonly lazy?: boolean;
  /** The link itself is passed instead of its value. */
  readonly rawLink?: boolean;
  readonly tooltip?: string;
  readonly [option: string]: OptionValue | undefined;
}

declare const valueType: unique symbol;
declare const modifiers: unique symbol;

/** Declaration of one input or output whose values are of type `T`; made by the builders, never by hand. */
export interface InputSpec<T = unknown, O = SpecOptions> {
  /** Wire type; `COMBO` for option lists whatever the node's wire form. */
  readonly type: string;
  /** Values of an option list; null for every other type. */
  readonly choices: readonly JsonValue[] | null;
  /** Options as they go to /object_info, or null when none were given. */
  readonly options: JsonObject | null;
  readonly optional: boolean;
  readonly lazy: boolean;
  readonly rawLink: boolean;
  readonly big: boolean;
  readonly output: OutputOptions;
  readonly [valueType]?: T;
  readonly [modifiers]?: O;
}

/** The part of a declaration that matters for outputs. */
export interface OutputOptions {
  readonly name: string | null;
  readonly id: string | null;
  readonly isList: boolean;
  readonly tooltip: string | null;
}

export type InputSpecs = Readonly<Record<string, InputSpec>>;

/** What `execute` receives for an input. */
export type ArgOf<S> =
  S extends InputSpec<infer T, infer O>
    ? O extends { readonly rawLink: true }
      ? Link
      : O extends { readonly lazy: true }
        ? T | null
        : T
    : never;

/** What `execute` returns for an output. */
export type OutputOf<S> =
  S extends InputSpec<infer T, infer O> ? (O extends { readonly isList: true } ? readonly T[] : T) : never;

type IsOptional<S> =
  S extends InputSpec<unknown, infer O> ? (O extends { readonly optional: true } ? true : false) : false;
type RequiredNames<I> = { [K in keyof I]: IsOptional<I[K]> extends true ? never : K }[keyof I];
type OptionalNames<I> = { [K in keyof I]: IsOptional<I[K]> extends true ? K : never }[keyof I];

/** Arguments of `execute`, from the declared inputs. */
export type ArgsOf<I> = { readonly [K in RequiredNames<I>]: ArgOf<I[K]> } & {
  readonly [K in OptionalNames<I>]?: ArgOf<I[K]>;
};

/** Arguments of a node that takes whole lists. */
export type ListArgsOf<I> = { readonly [K in RequiredNames<I>]: readonly ArgOf<I[K]>[] } & {
  readonly [K in OptionalNames<I>]?: readonly ArgOf<I[K]>[];
};

/** Arguments of validators and fingerprints: links are null, everything may be absent. */
export type KnownArgsOf<I> = { readonly [K in keyof I]?: ArgOf<I[K]> | null };

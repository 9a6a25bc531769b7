// The node contract (spec node-contract.md section 7): what a node author writes, and what the engine keeps of it.
import type { Blocker } from './blocker.ts';
import type { NodeEnvironment } from './data-types.ts';
import type { HiddenKind } from './hidden-inputs.ts';
import type { ArgsOf, InputSpec, InputSpecs, KnownArgsOf, ListArgsOf, OutputOf } from './input-spec.ts';
import type { FingerprintContext, NodeContext, ValidatorContext } from './node-context.ts';
import type { NodeOutput } from './node-output.ts';

/**
 * Inputs, or a function that makes them anew for each request so that lists of files are live. Names and types must not
 * depend on the environment, only options may.
 */
export type InputSource<I extends InputSpecs = InputSpecs> = I | ((env: NodeEnvironment) => I);

/** Everything about a node that is neither input, output nor function. */
export interface NodeFlags {
  /** Registered class name, e.g. `KSampler`. */
  readonly id: string;
  /** Name in the menus; default: the id. */
  readonly displayName?: string;
  /** Menu path with `/`; default `sd`. */
  readonly category?: string;
  readonly description?: string;
  /** Which shape of /object_info the node publishes; default `v1`. */
  readonly wire?: 'v1' | 'v3';
  /** Published origin; default: that of the pack. */
  readonly pythonModule?: string;
  /** The node is a root of execution. */
  readonly outputNode?: boolean;
  /** `execute` gets every argument as its whole list, once. */
  readonly inputIsList?: boolean;
  /** Links to undeclared inputs are always passed; with this flag undeclared constants are too. */
  readonly acceptUndeclared?: boolean;
  /** Equal nodes never share a result. */
  readonly notIdempotent?: boolean;
  /** V3 only: the node may return `expand`. V1 nodes always may. */
  readonly expandable?: boolean;
  /** `parallel` nodes run beside others and are started first; default `exclusive`. */
  readonly schedule?: 'exclusive' | 'parallel';
  readonly deprecated?: boolean;
  readonly experimental?: boolean;
  readonly devOnly?: boolean;
  readonly apiNode?: boolean;
  /** The cached ui is sent again although the node is no output node. */
  readonly intermediateOutput?: boolean;
  readonly searchAliases?: readonly string[];
  readonly essentialsCategory?: string;
}

/** Answer of a validator: true passes, anything else fails, a text with that text. */
export type ValidatorResult = boolean | string | Blocker;

type MaybePromise<T> = T | Promise<T>;

/** Extra arguments of nodes with undeclared inputs. */
type Undeclared<A> = A extends true ? { readonly [name: string]: unknown } : unknown;

type Args<I, A, L> = (L extends true ? ListArgsOf<I> : ArgsOf<I>) & Undeclared<A>;

/** What `execute` may return: one value per output, a rich result, a blocker, or nothing. */
export type NodeResult<O extends readonly InputSpec[]> =
  | { readonly [K in keyof O]: OutputOf<O[K]> | Blocker }
  | NodeOutput
  | Blocker
  | undefined
  // biome-ignore lint/suspicious/noConfusingVoidType: lets nodes without outputs end without a return
  | void;

/** What a node author writes; see `defineNode`. */
export interface NodeConfig<
  I extends InputSpecs,
  O extends readonly InputSpec[],
  H extends HiddenKind,
  X extends InputSpecs,
  S,
  A extends boolean,
  L extends boolean,
> extends NodeFlags {
  readonly inputs: InputSource<I>;
  readonly outputs: O;
  readonly hidden?: readonly H[];
  /** Inputs that are not shown but accepted when a prompt sends them. */
  readonly hiddenInputs?: X;
  readonly acceptUndeclared?: A;
  readonly inputIsList?: L;
  /** Makes the node's own state, once per node id. */
  readonly state?: () => S;
  readonly validate?: {
    /** Arguments the validator takes; they are exempt from the checks of bounds and lists. `all` takes every argument. */
    readonly names: 'all' | readonly (string & keyof I)[];
    /** The validator checks types itself: the check of linked types is left to it. */
    readonly wantsInputTypes?: boolean;
    check(args: KnownArgsOf<I>, context: ValidatorContext, env: NodeEnvironment): MaybePromise<ValidatorResult>;
  };
  /** Changes when the node must run again although its inputs are the same (a file was replaced). NaN: run always. */
  fingerprint?(args: KnownArgsOf<I>, context: FingerprintContext, env: NodeEnvironment): MaybePromise<unknown>;
  /** Names the lazy inputs that are needed, given those that are known (null: not yet evaluated). */
  checkLazy?(
    args: Args<I, A, L> & Partial<ArgsOf<X>>,
    context: NodeContext<H, S>,
  ): MaybePromise<readonly (string | null | undefined)[]>;
  execute(args: Args<I, A, L> & Partial<ArgsOf<X>>, context: NodeContext<H, S>): MaybePromise<NodeResult<O>>;
}

/** Arguments as the engine handles them. */
export type ErasedArgs = Readonly<Record<string, unknown>>;

/** A node as the engine keeps it: flags filled in, types erased. */
export interface NodeDefinition {
  readonly id: string;
  readonly displayName: string;
  readonly category: string;
  readonly description: string;
  readonly wire: 'v1' | 'v3';
  readonly pythonModule: string | null;
  readonly outputNode: boolean;
  readonly inputIsList: boolean;
  readonly acceptUndeclared: boolean;
  readonly notIdempotent: boolean;
  readonly expandable: boolean;
  readonly parallel: boolean;
  readonly deprecated: boolean;
  readonly experimental: boolean;
  readonly devOnly: boolean;
  readonly apiNode: boolean;
  readonly intermediateOutput: boolean;
  readonly searchAliases: readonly string[];
  readonly essentialsCategory: string | null;
  readonly inputs: InputSource;
  readonly outputs: readonly InputSpec[];
  readonly hidden: readonly HiddenKind[];
  readonly hiddenInputs: InputSpecs;
  readonly createState: () => unknown;
  readonly validate: {
    readonly names: 'all' | readonly string[];
    readonly wantsInputTypes: boolean;
    check(args: ErasedArgs, context: ValidatorContext, env: NodeEnvironment): unknown;
  } | null;
  readonly fingerprint: ((args: ErasedArgs, context: FingerprintContext, env: NodeEnvironment) => unknown) | null;
  readonly checkLazy: ((args: ErasedArgs, context: NodeContext) => unknown) | null;
  readonly execute: (args: ErasedArgs, context: NodeContext) => unknown;
}

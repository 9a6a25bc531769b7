// What the values in a pickle can be here: plain data. Nothing is ever called, constructed or imported.
import { EngineError } from '../../errors.ts';
import type { ElementTypeName } from '../element-types.ts';

/** A name of a Python module's contents; only those of `known-globals.ts` get this far. */
export interface PickleGlobal {
  readonly kind: 'global';
  /** `torch._utils._rebuild_tensor_v2` */
  readonly name: string;
}

export interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: PickleValue[];
}

/** OrderedDict as well. Keys that are no texts or numbers are told apart by identity. */
export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<PickleValue, PickleValue>;
}

/** A run of elements in the file, by the key that the file gives it. */
export interface PickleStorage {
  readonly kind: 'storage';
  /** Undefined: bytes without a type. */
  readonly dtype: ElementTypeName | undefined;
  readonly key: string;
  /** Elements, or bytes when there is no type. */
  readonly length: number;
}

export interface PickleTensor {
  readonly kind: 'tensor';
  readonly storage: PickleStorage;
  readonly dtype: ElementTypeName;
  /** First element, counted in the storage. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Something known to be harmless that holds no weights, such as a number of NumPy. */
export interface PickleOpaque {
  readonly kind: 'opaque';
  readonly name: string;
}

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleGlobal
  | PickleList
  | PickleTuple
  | PickleDict
  | PickleStorage
  | PickleTensor
  | PickleOpaque;

export type PickleKind = Extract<PickleValue, { kind: string }>['kind'];

/** Whether a value is one of the records. */
export function isKind<Kind extends PickleKind>(
  value: PickleValue | undefined,
  kind: Kind,
): value is Extract<PickleValue, { kind: Kind }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

/** Items of a list or tuple. */
export function itemsOf(value: PickleValue | undefined): readonly PickleValue[] | undefined {
  return isKind(value, 'tuple') || isKind(value, 'list') ? value.items : undefined;
}

/** Sizes, strides and the like: whole numbers from 0 on. */
export function sizesOf(value: PickleValue | undefined): readonly number[] | undefined {
  const items = itemsOf(value);
  return items?.every(isSize) ? (items as readonly number[]) : undefined;
}

export function isSize(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function torchDamaged(path: string, reason: string, cause?: unknown): EngineError<'TORCH_FILE_DAMAGED'> {
  return new EngineError('TORCH_FILE_DAMAGED', { path, reason }, cause === undefined ? undefined : { cause });
}

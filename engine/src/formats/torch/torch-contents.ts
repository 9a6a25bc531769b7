// What both containers of PyTorch files come down to: a value, and the places of the bytes that it refers to.
import { storageTypes } from './known-globals.ts';
import { isKind, isSize, itemsOf, type PickleValue } from './pickle-values.ts';

export interface TorchContents {
  readonly root: PickleValue;
  /** Ranges of the file, by key. */
  readonly storages: ReadonlyMap<string, StorageRange>;
}

export interface StorageRange {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A reference to a storage: ('storage', type, key, device, length, ...). Undefined when it is none. */
export function storageOf(id: PickleValue): PickleValue | undefined {
  const [tag, type, key, , length, view] = itemsOf(id) ?? [];
  if (tag !== 'storage' || !isKind(type, 'global') || !storageTypes.has(type.name)) return undefined;
  if (typeof key !== 'string' || !isSize(length) || (view !== undefined && view !== null)) return undefined;
  return { kind: 'storage', dtype: storageTypes.get(type.name), key, length };
}

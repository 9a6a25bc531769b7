// The container before PyTorch 1.6: five pickles one after the other (a magic number, a version, facts about the machine, the
// contents, the keys of the storages), then for each key the number of elements and the bytes.
import { EngineError } from '../../errors.ts';
import type { ByteFile, ReadBytes } from '../byte-file.ts';
import { elementTypes } from '../element-types.ts';
import { PickleCutOff } from './pickle-bytes.ts';
import { isKind, itemsOf, type PickleStorage, type PickleValue, torchDamaged } from './pickle-values.ts';
import { readPickle } from './read-pickle.ts';
import { type StorageRange, storageOf, type TorchContents } from './torch-contents.ts';

const MAGIC_NUMBER = 0x1950a86a20f9469cfc6cn;
const VERSION = 1001;
/** Enough for the pickles of most models; doubled until they fit. */
const FIRST_READ_BYTES = 2 ** 20;
const MAX_PICKLE_BYTES = 2 ** 28;
const COUNT_BYTES = 8;

interface Pickles {
  readonly root: PickleValue;
  readonly keys: readonly PickleValue[];
  /** As the contents refer to them. */
  readonly referred: ReadonlyMap<string, PickleStorage>;
  readonly end: number;
}

/** @throws EngineError TORCH_FILE_DAMAGED, TORCH_FILE_REFUSED, TORCH_FILE_UNSUPPORTED */
export function readLegacyContents(file: ByteFile): Promise<TorchContents> {
  return file.withReads(async read => {
    const pickles = await readPickles(file, read);
    return { root: pickles.root, storages: await findStorages(file, read, pickles) };
  });
}

async function readPickles({ path, sizeBytes }: ByteFile, read: ReadBytes): Promise<Pickles> {
  for (let length = FIRST_READ_BYTES; ; length *= 2) {
    const available = Math.min(length, sizeBytes);
    try {
      return parsePickles(path, await read(0, available));
    } catch (cause) {
      if (!(cause instanceof PickleCutOff)) throw cause;
      if (available === sizeBytes || length >= MAX_PICKLE_BYTES) {
        throw torchDamaged(path, 'its list of contents is cut off', cause);
      }
    }
  }
}

/** @throws PickleCutOff when more bytes are needed. */
function parsePickles(path: string, bytes: Uint8Array): Pickles {
  const referred = new Map<string, PickleStorage>();
  const persistent = (id: PickleValue): PickleValue | undefined => {
    const storage = storageOf(id);
    if (isKind(storage, 'storage')) referred.set(storage.key, storage);
    return storage;
  };
  let end = 0;
  const next = (): PickleValue => {
    const pickle = readPickle(bytes, { path, position: end, persistent });
    end = pickle.end;
    return pickle.value;
  };
  if (next() !== MAGIC_NUMBER) throw torchDamaged(path, 'it is a pickle, but none of PyTorch');
  if (next() !== VERSION) throw torchDamaged(path, 'it has an unknown version');
  const machine = next();
  if (isKind(machine, 'dict') && machine.entries.get('little_endian') === false) {
    const reason = 'was written on a machine with another order of bytes';
    throw new EngineError('TORCH_FILE_UNSUPPORTED', { path, reason });
  }
  const root = next();
  const keys = itemsOf(next());
  if (!keys) throw torchDamaged(path, 'it has no list of storages');
  return { root, keys, referred, end };
}

async function findStorages(
  { path, sizeBytes }: ByteFile,
  read: ReadBytes,
  { keys, referred, end }: Pickles,
): Promise<Map<string, StorageRange>> {
  const storages = new Map<string, StorageRange>();
  let position = end;
  for (const key of keys) {
    const storage = typeof key === 'string' ? referred.get(key) : undefined;
    if (!storage) throw torchDamaged(path, 'its list of storages does not fit its contents');
    const offset = position + COUNT_BYTES;
    const cutOff = (): Error =>
      torchDamaged(path, `storage "${storage.key}" reaches beyond the end; it is probably cut off`);
    if (offset > sizeBytes) throw cutOff();
    const count = new DataView((await read(position, COUNT_BYTES)).buffer).getBigInt64(0, true);
    const length = Number(count) * (storage.dtype ? elementTypes[storage.dtype].sizeBytes : 1);
    if (count < 0n || offset + length > sizeBytes) throw cutOff();
    storages.set(storage.key, { offset, sizeBytes: length });
    position = offset + length;
  }
  return storages;
}

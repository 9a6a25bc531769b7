// The container since PyTorch 1.6: NAME/data.pkl, NAME/data/KEY for each storage, NAME/byteorder.
import { EngineError } from '../../errors.ts';
import type { ByteFile } from '../byte-file.ts';
import { PickleCutOff } from './pickle-bytes.ts';
import { torchDamaged } from './pickle-values.ts';
import { readPickle } from './read-pickle.ts';
import { type StorageRange, storageOf, type TorchContents } from './torch-contents.ts';
import { entryOffset, readZipEntries, type ZipEntry, type ZipPlace } from './zip-entries.ts';

/** The list of contents of the largest models has a few megabytes. */
const MAX_PICKLE_BYTES = 2 ** 28;
const PICKLE = /^(.*\/)?data\.pkl$/;

/** @throws EngineError TORCH_FILE_DAMAGED, TORCH_FILE_REFUSED, TORCH_FILE_UNSUPPORTED */
export function readArchiveContents(file: ByteFile): Promise<TorchContents> {
  const { path, sizeBytes } = file;
  return file.withReads(async read => {
    const place: ZipPlace = { path, sizeBytes, read };
    const entries = new Map((await readZipEntries(place)).map(entry => [entry.name, entry]));
    const pickle = [...entries.values()].find(({ name }) => PICKLE.test(name));
    if (!pickle) throw unsupported(path, 'is an archive, but none of PyTorch (it has no data.pkl)');
    const prefix = pickle.name.slice(0, -'data.pkl'.length);
    if (entries.has(`${prefix}constants.pkl`))
      throw unsupported(path, 'is a program (TorchScript), not a list of weights');
    const readEntry = async (entry: ZipEntry): Promise<Uint8Array> => {
      if (entry.sizeBytes > MAX_PICKLE_BYTES) throw torchDamaged(path, `"${entry.name}" has ${entry.sizeBytes} bytes`);
      return read(await storedOffset(place, entry), entry.sizeBytes);
    };
    const order = entries.get(`${prefix}byteorder`);
    if (order && Buffer.from(await readEntry(order)).toString() !== 'little') {
      throw unsupported(path, 'was written on a machine with another order of bytes');
    }
    const { value: root } = parsePickle(path, await readEntry(pickle));
    const storages = new Map<string, StorageRange>();
    for (const entry of entries.values()) {
      if (!entry.name.startsWith(`${prefix}data/`)) continue;
      const range = { offset: await storedOffset(place, entry), sizeBytes: entry.sizeBytes };
      storages.set(entry.name.slice(`${prefix}data/`.length), range);
    }
    return { root, storages };
  });
}

function parsePickle(path: string, bytes: Uint8Array) {
  try {
    return readPickle(bytes, { path, persistent: storageOf });
  } catch (cause) {
    if (cause instanceof PickleCutOff) throw torchDamaged(path, 'its list of contents is cut off', cause);
    throw cause;
  }
}

/** Position of the bytes of an entry, which must lie there as they are. */
function storedOffset(place: ZipPlace, entry: ZipEntry): Promise<number> {
  if (entry.method !== 0 || entry.isEncrypted) throw unsupported(place.path, 'is a compressed or encrypted archive');
  return entryOffset(place, entry);
}

function unsupported(path: string, reason: string): EngineError {
  return new EngineError('TORCH_FILE_UNSUPPORTED', { path, reason });
}

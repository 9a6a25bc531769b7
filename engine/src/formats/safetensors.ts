// Safetensors files by byte range: opening reads 8 bytes and the header, a tensor is read when somebody asks for it. Weights
// usually never pass through here: the `onnx` room points initializers at `path`, `offset` and `byteLength`.
import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { elementTypes } from './element-types.ts';
import { damaged, parseSafetensorsHeader, type SafetensorsHeader, type TensorEntry } from './safetensors-header.ts';

/** The format's own limit; a larger length is not a header. */
const maxHeaderBytes = 100_000_000;
/** One read call may not exceed 2 GiB. */
const maxReadBytes = 2 ** 30;

export interface SafetensorsFile extends SafetensorsHeader {
  /** Real path: symbolic links are resolved. */
  readonly path: string;
  readonly headerLength: number;
  /** Position of the first data byte: 8 + `headerLength`. */
  readonly dataOffset: number;
  /** Changes when the file is replaced or rewritten: real path, size and modification time. Key for caches. */
  readonly identity: string;
  /** Bytes of a tensor as stored, in a buffer of their own. */
  readRaw(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** A tensor converted to float32. */
  readTensor(name: string): Promise<Tensor>;
}

/**
 * Reads and checks the header of a safetensors file. No file handle stays open.
 * @throws EngineError FILE_UNREADABLE, NOT_A_FILE or SAFETENSORS_DAMAGED; the readers throw these and TENSOR_MISSING.
 */
export async function openSafetensors(file: string): Promise<SafetensorsFile> {
  const { path, stats } = await locate(file);
  const sizeBytes = Number(stats.size);
  const header = await withFile(path, handle => readHeader(path, handle, sizeBytes));
  const dataOffset = 8 + header.length;
  const parsed = parseSafetensorsHeader({ path, header, dataOffset, dataLength: sizeBytes - dataOffset });
  const entryOf = (name: string): TensorEntry => {
    const entry = parsed.tensors.get(name);
    if (entry === undefined) throw new EngineError('TENSOR_MISSING', { path, name });
    return entry;
  };
  const readRaw = async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
    const { offset, byteLength } = entryOf(name);
    return withFile(path, handle => readBytes(path, handle, offset, byteLength));
  };
  return {
    ...parsed,
    path,
    headerLength: header.length,
    dataOffset,
    identity: identityOf(path, stats),
    readRaw,
    async readTensor(name) {
      const { dtype, shape } = entryOf(name);
      const bytes = await readRaw(name);
      return { data: elementTypes[dtype].toFloat32(bytes.buffer), dims: shape };
    },
  };
}

/** The identity that a file has now, to be compared with that of an opened one; undefined when it is gone. */
export async function currentIdentity(path: string): Promise<string | undefined> {
  try {
    return identityOf(path, await stat(path, { bigint: true }));
  } catch {
    return undefined; // whatever the reason, it can no longer be read as it was
  }
}

function identityOf(path: string, { size, mtimeNs }: BigIntStats): string {
  return `${path}:${size}:${mtimeNs}`;
}

async function locate(file: string): Promise<{ path: string; stats: BigIntStats }> {
  try {
    const path = await realpath(file);
    const stats = await stat(path, { bigint: true });
    // Checked before opening: a named pipe would block for ever.
    if (!stats.isFile()) throw new EngineError('NOT_A_FILE', { path });
    return { path, stats };
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

async function withFile<Result>(path: string, use: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    return await use(handle);
  } catch (cause) {
    throw unreadable(path, cause);
  } finally {
    await handle?.close();
  }
}

function unreadable(path: string, cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EngineError('FILE_UNREADABLE', { path, reason }, { cause });
}

async function readHeader(path: string, handle: FileHandle, sizeBytes: number): Promise<Uint8Array> {
  if (sizeBytes < 8) throw damaged(path, `it has ${sizeBytes} bytes, too few for a header`);
  const prefix = await readBytes(path, handle, 0, 8);
  const headerLength = new DataView(prefix.buffer).getBigUint64(0, true);
  if (headerLength > maxHeaderBytes) throw damaged(path, `it claims a header of ${headerLength} bytes`);
  if (8 + Number(headerLength) > sizeBytes) {
    throw damaged(path, `its header of ${headerLength} bytes does not fit into ${sizeBytes} bytes`);
  }
  return readBytes(path, handle, 8, Number(headerLength));
}

async function readBytes(
  path: string,
  handle: FileHandle,
  offset: number,
  byteLength: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(byteLength);
  let done = 0;
  while (done < byteLength) {
    const length = Math.min(byteLength - done, maxReadBytes);
    const { bytesRead } = await handle.read(bytes, done, length, offset + done);
    if (bytesRead === 0) throw damaged(path, `it became shorter while in use, ${offset + done} bytes are left`);
    done += bytesRead;
  }
  return bytes;
}

// Safetensors files by byte range: opening reads 8 bytes and the header, a tensor is read when somebody asks for it. Weights
// usually never pass through here: the `onnx` room points initializers at `path`, `offset` and `byteLength`.
import { openByteFile, type ReadBytes } from './byte-file.ts';
import { damaged, parseSafetensorsHeader } from './safetensors-header.ts';
import { type TensorFile, tensorReaders } from './tensor-table.ts';

/** The format's own limit; a larger length is not a header. */
const maxHeaderBytes = 100_000_000;

export interface SafetensorsFile extends TensorFile {
  readonly headerLength: number;
  /** Position of the first data byte: 8 + `headerLength`. */
  readonly dataOffset: number;
}

/**
 * Reads and checks the header of a safetensors file. No file handle stays open.
 * @throws EngineError FILE_UNREADABLE, NOT_A_FILE or SAFETENSORS_DAMAGED; the readers throw these and TENSOR_MISSING.
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await openByteFile(path, damaged);
  const header = await file.withReads(read => readHeader(file.path, read, file.sizeBytes));
  const dataOffset = 8 + header.length;
  const place = { path: file.path, header, dataOffset, dataLength: file.sizeBytes - dataOffset };
  const parsed = parseSafetensorsHeader(place);
  return {
    ...parsed,
    path: file.path,
    identity: file.identity,
    headerLength: header.length,
    dataOffset,
    ...tensorReaders(file, parsed.tensors),
  };
}

async function readHeader(path: string, read: ReadBytes, sizeBytes: number): Promise<Uint8Array> {
  if (sizeBytes < 8) throw damaged(path, `it has ${sizeBytes} bytes, too few for a header`);
  const prefix = await read(0, 8);
  const headerLength = new DataView(prefix.buffer).getBigUint64(0, true);
  if (headerLength > maxHeaderBytes) throw damaged(path, `it claims a header of ${headerLength} bytes`);
  if (8 + Number(headerLength) > sizeBytes) {
    throw damaged(path, `its header of ${headerLength} bytes does not fit into ${sizeBytes} bytes`);
  }
  return read(8, Number(headerLength));
}

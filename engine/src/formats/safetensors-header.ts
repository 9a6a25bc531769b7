// The header of a safetensors file: JSON that says where each tensor lies (github.com/huggingface/safetensors, "Format").
// Pure and suspicious: whatever the bytes, the result is a checked table or an error that says what is wrong. Stricter readers
// also refuse gaps between tensors; they do no harm, so they are allowed here. Overlaps are not.
import { EngineError } from '../errors.ts';
import { elementTypes, isElementTypeName } from './element-types.ts';
import type { TensorEntry } from './tensor-table.ts';

export interface SafetensorsHeader {
  /** The free-form `__metadata__` block. */
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

export interface HeaderSource {
  /** For messages. */
  readonly path: string;
  readonly header: Uint8Array;
  /** Position of the first data byte in the file. */
  readonly dataOffset: number;
  readonly dataLength: number;
}

/** @throws EngineError SAFETENSORS_DAMAGED when the header contradicts the format, itself or the length of the file. */
export function parseSafetensorsHeader(source: HeaderSource): SafetensorsHeader {
  const root = parseJson(source);
  if (!isRecord(root)) throw damaged(source.path, 'its header is not a JSON object');
  const tensors = new Map<string, TensorEntry>();
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of Object.entries(root)) {
    if (name === '__metadata__') metadata = checkMetadata(source.path, value);
    else tensors.set(name, checkEntry(source, name, value));
  }
  refuseOverlaps(source.path, tensors);
  return { metadata, tensors };
}

export function damaged(path: string, reason: string, cause?: unknown): EngineError<'SAFETENSORS_DAMAGED'> {
  return new EngineError('SAFETENSORS_DAMAGED', { path, reason }, cause === undefined ? undefined : { cause });
}

function parseJson({ path, header }: HeaderSource): unknown {
  let text: string;
  let root: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(header);
    root = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, 'its header is not JSON', cause);
  }
  // JSON.parse keeps the last of two equal keys; every key of the text has one colon, so a missing one shows.
  if (countColons(text) !== countKeys(root)) throw damaged(path, 'its header has the same key twice');
  return root;
}

function countColons(json: string): number {
  let count = 0;
  let isInString = false;
  for (let index = 0; index < json.length; index++) {
    const char = json.charCodeAt(index);
    if (char === 0x22) isInString = !isInString;
    else if (isInString && char === 0x5c) index++;
    else if (!isInString && char === 0x3a) count++;
  }
  return count;
}

function countKeys(root: unknown): number {
  let count = 0;
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    const children: unknown[] = Object.values(value);
    if (!Array.isArray(value)) count += children.length;
    for (const child of children) pending.push(child);
  }
  return count;
}

function checkMetadata(path: string, value: unknown): ReadonlyMap<string, string> {
  if (!isRecord(value)) throw damaged(path, 'its "__metadata__" is not an object');
  const metadata = new Map<string, string>();
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw damaged(path, `metadata ${quote(key)} is not a text`);
    metadata.set(key, text);
  }
  return metadata;
}

function checkEntry({ path, dataOffset, dataLength }: HeaderSource, name: string, value: unknown): TensorEntry {
  const tensor = `tensor ${quote(name)}`;
  if (!isRecord(value)) throw damaged(path, `${tensor} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isElementTypeName(dtype)) throw damaged(path, `${tensor} has the unknown type ${quote(dtype)}`);
  if (!isSizeList(shape)) throw damaged(path, `${tensor} has the shape ${quote(shape)}, which is no list of sizes`);
  if (!isSizeList(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw damaged(path, `${tensor} has the data_offsets ${quote(offsets)}, which are no range of bytes`);
  }
  const [begin, end] = offsets as [number, number];
  if (end > dataLength) {
    throw damaged(path, `${tensor} ends at byte ${dataOffset + end}, but the file has ${dataOffset + dataLength}`);
  }
  const expected = shape.reduce((product, size) => product * size, elementTypes[dtype].sizeBytes);
  if (expected !== end - begin) {
    throw damaged(path, `${tensor}, ${dtype} ${quote(shape)}, needs ${expected} bytes but has ${end - begin}`);
  }
  return { dtype, shape, offset: dataOffset + begin, byteLength: end - begin };
}

function refuseOverlaps(path: string, tensors: ReadonlyMap<string, TensorEntry>): void {
  const occupied = [...tensors].filter(([, entry]) => entry.byteLength > 0);
  occupied.sort(([, a], [, b]) => a.offset - b.offset);
  for (let index = 1; index < occupied.length; index++) {
    const [before, left] = occupied[index - 1]!;
    const [name, right] = occupied[index]!;
    if (left.offset + left.byteLength > right.offset) {
      throw damaged(path, `tensors ${quote(before)} and ${quote(name)} overlap`);
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizeList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(size => Number.isSafeInteger(size) && size >= 0);
}

/** A value as it may stand in a message: short, and never by recursion into whatever a hostile file nests. */
function quote(value: unknown): string {
  if (Array.isArray(value)) return `[${value.slice(0, 8).map(quoteScalar)}${value.length > 8 ? ',...' : ''}]`;
  return quoteScalar(value);
}

function quoteScalar(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[...]' : '{...}';
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

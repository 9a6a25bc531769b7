// GLB, the binary form of glTF 2.0 (Khronos Group, "glTF 2.0 Specification", sections 4 and 5): a header, a JSON chunk that describes
// one mesh of triangles, and a chunk with its numbers. What was used to make it goes into `asset.extras`.
import { EngineError } from '../../errors.ts';
import type { TriangleMesh } from './voxel-surface.ts';

const MAGIC = 0x46546c67;
const VERSION = 2;
const JSON_CHUNK = 0x4e4f534a;
const BINARY_CHUNK = 0x004e4942;
const FLOAT = 5126;
const UNSIGNED_INT = 5125;
const VERTICES = 34962;
const INDICES = 34963;

/**
 * @param extras Texts by key, such as the prompt; none when empty.
 * @throws EngineError INVALID_ARGUMENT for a mesh without triangles, or whose triangles name vertices that it does not have
 */
export function encodeGlb(mesh: TriangleMesh, extras: Readonly<Record<string, string>> = {}): Uint8Array {
  requireTriangles(mesh);
  const { positions, indices } = mesh;
  const json = padded(Buffer.from(JSON.stringify(documentOf(mesh, extras)), 'utf8'), 0x20);
  const binary = Buffer.concat([bytesOf(positions), bytesOf(indices)]);
  const header = Buffer.alloc(12);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(VERSION, 4);
  header.writeUInt32LE(12 + 8 + json.length + 8 + binary.length, 8);
  return Buffer.concat([header, chunkHeader(json, JSON_CHUNK), json, chunkHeader(binary, BINARY_CHUNK), binary]);
}

function documentOf({ positions, indices }: TriangleMesh, extras: Readonly<Record<string, string>>): object {
  const [min, max] = boundsOf(positions);
  return {
    asset: { version: '2.0', generator: 'Snug', ...(Object.keys(extras).length > 0 && { extras }) },
    buffers: [{ byteLength: positions.byteLength + indices.byteLength }],
    bufferViews: [
      { buffer: 0, byteOffset: 0, byteLength: positions.byteLength, target: VERTICES },
      { buffer: 0, byteOffset: positions.byteLength, byteLength: indices.byteLength, target: INDICES },
    ],
    accessors: [
      { bufferView: 0, componentType: FLOAT, count: positions.length / 3, type: 'VEC3', min, max },
      { bufferView: 1, componentType: UNSIGNED_INT, count: indices.length, type: 'SCALAR' },
    ],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1 }] }],
    nodes: [{ mesh: 0 }],
    scenes: [{ nodes: [0] }],
    scene: 0,
  };
}

function requireTriangles({ positions, indices }: TriangleMesh): void {
  const refuse = (actual: string): never => {
    throw new EngineError('INVALID_ARGUMENT', { name: 'mesh', expected: 'a mesh with triangles', actual });
  };
  const count = positions.length / 3;
  if (indices.length === 0) refuse('one without any: is the threshold higher than all values?');
  if (!Number.isInteger(count) || indices.length % 3 !== 0) {
    refuse(`${positions.length} coordinates and ${indices.length} corners, which are not all in threes`);
  }
  const beyond = indices.find(index => index >= count);
  if (beyond !== undefined) refuse(`vertex ${beyond} of only ${count}`);
  if (!positions.every(Number.isFinite)) refuse('coordinates that are no numbers');
}

/** Smallest and largest x, y and z. */
function boundsOf(positions: Float32Array): readonly [min: number[], max: number[]] {
  const min = [...positions.subarray(0, 3)];
  const max = [...min];
  for (const [index, value] of positions.entries()) {
    const axis = index % 3;
    if (value < min[axis]!) min[axis] = value;
    if (value > max[axis]!) max[axis] = value;
  }
  return [min, max];
}

function chunkHeader(chunk: Uint8Array, type: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(chunk.length, 0);
  header.writeUInt32LE(type, 4);
  return header;
}

/** Chunks end at multiples of four bytes. */
function padded(bytes: Buffer, filler: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4, filler)]);
}

function bytesOf(numbers: Float32Array | Uint32Array): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

import { describe, expect, it } from 'vitest';
import { encodeGlb } from './encode-glb.ts';

const triangle = {
  positions: Float32Array.of(0, 0, -1, 2, 0, 0, 0, 3, 0),
  indices: Uint32Array.of(0, 1, 2),
};

/** The chunks of a file by their type. */
function chunksOf(bytes: Uint8Array): { readonly length: number; readonly chunks: ReadonlyMap<string, Buffer> } {
  const buffer = Buffer.from(bytes);
  expect(buffer.toString('latin1', 0, 4)).toBe('glTF');
  expect(buffer.readUInt32LE(4)).toBe(2);
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at < buffer.length; at += 8 + buffer.readUInt32LE(at)) {
    chunks.set(buffer.toString('latin1', at + 4, at + 8), buffer.subarray(at + 8, at + 8 + buffer.readUInt32LE(at)));
  }
  return { length: buffer.readUInt32LE(8), chunks };
}

describe('a GLB file', () => {
  it.each(['', 'ü', '"quoted"', 'longer text'])('holds the mesh and its texts (%j), in chunks of whole words', text => {
    const bytes = encodeGlb(triangle, { prompt: text });
    const { length, chunks } = chunksOf(bytes);
    expect(length).toBe(bytes.length);
    expect([...chunks.keys()]).toEqual(['JSON', 'BIN\0']);
    expect([...chunks.values()].map(chunk => chunk.length % 4)).toEqual([0, 0]);
    const document = JSON.parse(chunks.get('JSON')?.toString('utf8') ?? '');
    expect(document.asset).toEqual({ version: '2.0', generator: 'Snug', extras: { prompt: text } });
    expect(document.accessors).toMatchObject([
      { count: 3, type: 'VEC3', min: [0, 0, -1], max: [2, 3, 0] },
      { count: 3, type: 'SCALAR' },
    ]);
    const binary = chunks.get('BIN\0') ?? Buffer.alloc(0);
    const { byteOffset = 0, byteLength = 0 } = document.bufferViews[1];
    expect(document.buffers[0].byteLength).toBe(binary.length);
    expect([0, 4, 8].map(at => binary.readUInt32LE(byteOffset + at))).toEqual([0, 1, 2]);
    expect(byteLength).toBe(12);
    expect([0, 4, 8].map(at => binary.readFloatLE(at))).toEqual([0, 0, -1]);
  });

  it('says nothing of texts when there are none', () => {
    expect(JSON.parse(chunksOf(encodeGlb(triangle)).chunks.get('JSON')?.toString('utf8') ?? '').asset).toEqual({
      version: '2.0',
      generator: 'Snug',
    });
  });

  it('is refused for meshes that no reader could show', () => {
    const { positions, indices } = triangle;
    expect(() => encodeGlb({ positions, indices: new Uint32Array() })).toThrow('threshold');
    expect(() => encodeGlb({ positions, indices: Uint32Array.of(0, 1, 3) })).toThrow('vertex 3 of only 3');
    expect(() => encodeGlb({ positions: positions.subarray(1), indices })).toThrow('8 coordinates');
    expect(() => encodeGlb({ positions: positions.map(() => Number.NaN), indices })).toThrow('no numbers');
  });
});

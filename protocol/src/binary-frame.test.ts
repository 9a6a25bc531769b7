import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeBinaryFrame,
  encodePreviewFrame,
  encodePreviewWithMetadataFrame,
  encodeTextFrame,
} from './binary-frame.ts';
import { ProtocolError } from './errors.ts';

const image = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0);
const metadata = { node_id: '6.0.0.1', prompt_id: 'p', display_node_id: '6', parent_node_id: '6', real_node_id: '6' };

function frame(...bytes: number[]): Uint8Array {
  return Uint8Array.from(bytes);
}

describe('binary frames', () => {
  it('puts event type and image format in front of an old preview', () => {
    expect([...encodePreviewFrame({ format: 'jpeg', image })]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, ...image]);
    expect([...encodePreviewFrame({ format: 'png', image })].slice(4, 8)).toEqual([0, 0, 0, 2]);
  });

  it('puts the length of the JSON in front of a preview with metadata', () => {
    const bytes = encodePreviewWithMetadataFrame({ format: 'png', image, metadata });
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(0)).toBe(4);
    const json = new TextDecoder().decode(bytes.subarray(8, 8 + view.getUint32(4)));
    expect(JSON.parse(json)).toEqual({ ...metadata, image_type: 'image/png' });
    expect(bytes.subarray(8 + view.getUint32(4))).toEqual(image);
  });

  it('counts the bytes, not the characters, of a node id', () => {
    expect([...encodeTextFrame('é', 'ü')]).toEqual([0, 0, 0, 3, 0, 0, 0, 2, 0xc3, 0xa9, 0xc3, 0xbc]);
  });

  it('decodes what was encoded', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom('jpeg' as const, 'png' as const),
        text,
        text,
        (bytes, format, a, b) => {
          expect(decodeBinaryFrame(encodePreviewFrame({ format, image: bytes }))).toEqual({
            type: 'preview',
            format,
            image: bytes,
          });
          const own = { ...metadata, node_id: a, prompt_id: b, parent_node_id: null };
          expect(decodeBinaryFrame(encodePreviewWithMetadataFrame({ format, image: bytes, metadata: own }))).toEqual({
            type: 'preview-with-metadata',
            format,
            image: bytes,
            metadata: own,
          });
          expect(decodeBinaryFrame(encodeTextFrame(a, b))).toEqual({ type: 'text', nodeId: a, text: b });
        },
      ),
    );
  });

  it('decodes a frame that lies inside a larger buffer', () => {
    const bytes = encodeTextFrame('7', 'hi');
    const padded = new Uint8Array(bytes.length + 5);
    padded.set(bytes, 5);
    expect(decodeBinaryFrame(padded.subarray(5))).toEqual({ type: 'text', nodeId: '7', text: 'hi' });
  });

  it('answers unknown for types of later protocols and the internal type 2', () => {
    expect(decodeBinaryFrame(frame(0, 0, 0, 2, 0, 0, 0, 0))).toEqual({ type: 'unknown', frameType: 2 });
    expect(decodeBinaryFrame(frame(0xff, 0, 0, 9, 0, 0, 0, 0))).toEqual({ type: 'unknown', frameType: 0xff000009 });
  });

  it.each([
    ['an empty frame', frame(), 'at least 8 bytes'],
    ['a cut header', frame(0, 0, 0, 1, 0, 0), 'at least 8 bytes'],
    ['an unknown image format', frame(0, 0, 0, 1, 0, 0, 0, 7, 1), 'unknown image format 7'],
    ['a length beyond the frame', frame(0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff, 65), '4294967295 bytes, 1 are left'],
    ['metadata that is no JSON', frame(0, 0, 0, 4, 0, 0, 0, 1, 0x7b), 'no JSON'],
    ['metadata that is no object', frame(0, 0, 0, 4, 0, 0, 0, 1, 0x31), 'no object'],
    ['metadata without a node', frame(0, 0, 0, 4, 0, 0, 0, 2, 0x7b, 0x7d), 'no text "node_id"'],
  ])('refuses %s', (_, bytes, problem) => {
    expect(() => decodeBinaryFrame(bytes)).toThrow(ProtocolError);
    expect(() => decodeBinaryFrame(bytes)).toThrow(problem);
  });
});

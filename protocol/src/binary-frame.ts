// Binary WebSocket frames (spec websocket.md section 6): previews and node texts. All integers are unsigned 32-bit
// big-endian; the first word is the event type. Used by `server` to encode and by `client` to decode.
import { ProtocolError } from './errors.ts';
import type { PreviewMetadata } from './events.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './lossless-json/json-value.ts';
import { parseLossless } from './lossless-json/parse-lossless.ts';
import { stringifyLossless } from './lossless-json/stringify-lossless.ts';
import type { NodeId } from './prompt.ts';

/** First word of a frame. 2 (unencoded preview) never appears on the wire. */
export const FRAME_TYPES = { preview: 1, text: 3, previewWithMetadata: 4 } as const;

export type PreviewFormat = 'jpeg' | 'png';

export type BinaryFrame =
  | { readonly type: 'preview'; readonly format: PreviewFormat; readonly image: Uint8Array }
  | {
      readonly type: 'preview-with-metadata';
      readonly format: PreviewFormat;
      readonly image: Uint8Array;
      readonly metadata: PreviewMetadata;
    }
  | { readonly type: 'text'; readonly nodeId: NodeId; readonly text: string }
  /** A frame of a later protocol; ignore it. */
  | { readonly type: 'unknown'; readonly frameType: number };

const FORMAT_CODES = { jpeg: 1, png: 2 } as const;
const MIME_TYPES = { jpeg: 'image/jpeg', png: 'image/png' } as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function frameOf(words: readonly number[], ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const sizeBytes = parts.reduce((sum, part) => sum + part.byteLength, words.length * 4);
  const frame = new Uint8Array(sizeBytes);
  const view = new DataView(frame.buffer);
  for (const [i, word] of words.entries()) view.setUint32(i * 4, word);
  let offset = words.length * 4;
  for (const part of parts) {
    frame.set(part, offset);
    offset += part.byteLength;
  }
  return frame;
}

/** Type 1: for sockets that did not negotiate metadata; the client attributes it to the last `executing` node. */
export function encodePreviewFrame(preview: {
  readonly format: PreviewFormat;
  readonly image: Uint8Array;
}): Uint8Array<ArrayBuffer> {
  return frameOf([FRAME_TYPES.preview, FORMAT_CODES[preview.format]], preview.image);
}

/** Type 4: for sockets whose flag `supports_preview_metadata` is true. */
export function encodePreviewWithMetadataFrame(preview: {
  readonly format: PreviewFormat;
  readonly image: Uint8Array;
  /** `client_id` only in copies for sockets that watch the runs of others. */
  readonly metadata: PreviewMetadata & { readonly client_id?: string | null };
}): Uint8Array<ArrayBuffer> {
  const metadata = encoder.encode(stringifyLossless({ ...preview.metadata, image_type: MIME_TYPES[preview.format] }));
  return frameOf([FRAME_TYPES.previewWithMetadata, metadata.byteLength], metadata, preview.image);
}

/** Type 3: a text that a node shows while it runs. */
export function encodeTextFrame(nodeId: NodeId, text: string): Uint8Array<ArrayBuffer> {
  const id = encoder.encode(nodeId);
  return frameOf([FRAME_TYPES.text, id.byteLength], id, encoder.encode(text));
}

function malformed(frame: Uint8Array, problem: string, cause?: unknown): ProtocolError {
  return new ProtocolError('FRAME_MALFORMED', { problem, sizeBytes: frame.byteLength }, { cause });
}

/** Splits `[length][header][rest]` that follows the first word. */
function splitHeader(frame: Uint8Array, view: DataView, what: string): { header: string; rest: Uint8Array } {
  const length = view.getUint32(4);
  if (length > frame.byteLength - 8) {
    throw malformed(frame, `the ${what} should take ${length} bytes, ${frame.byteLength - 8} are left`);
  }
  return { header: decoder.decode(frame.subarray(8, 8 + length)), rest: frame.subarray(8 + length) };
}

function stringMember(frame: Uint8Array, metadata: JsonObject, name: string): string {
  const value = metadata[name];
  if (typeof value !== 'string') throw malformed(frame, `the metadata has no text "${name}"`);
  return value;
}

function decodeMetadata(frame: Uint8Array, json: string): { metadata: PreviewMetadata; format: PreviewFormat } {
  let value: JsonValue;
  try {
    value = parseLossless(json);
  } catch (cause) {
    throw malformed(frame, 'the metadata is no JSON', cause);
  }
  if (!isJsonObject(value)) throw malformed(frame, 'the metadata is no object');
  const parent = value['parent_node_id'];
  const nodeId = stringMember(frame, value, 'node_id');
  return {
    format: value['image_type'] === MIME_TYPES.png ? 'png' : 'jpeg',
    metadata: {
      node_id: nodeId,
      prompt_id: stringMember(frame, value, 'prompt_id'),
      display_node_id: optionalString(value['display_node_id']) ?? nodeId,
      parent_node_id: optionalString(parent) ?? null,
      real_node_id: optionalString(value['real_node_id']) ?? nodeId,
    },
  };
}

function optionalString(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/**
 * Decodes one frame; image bytes are a view into `frame`.
 *
 * @throws ProtocolError FRAME_MALFORMED when lengths do not fit or the metadata is not what section 6 says.
 */
export function decodeBinaryFrame(frame: Uint8Array): BinaryFrame {
  if (frame.byteLength < 8) throw malformed(frame, 'a frame has at least 8 bytes');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const frameType = view.getUint32(0);
  if (frameType === FRAME_TYPES.preview) {
    const code = view.getUint32(4);
    if (code !== FORMAT_CODES.jpeg && code !== FORMAT_CODES.png) throw malformed(frame, `unknown image format ${code}`);
    return { type: 'preview', format: code === FORMAT_CODES.png ? 'png' : 'jpeg', image: frame.subarray(8) };
  }
  if (frameType === FRAME_TYPES.previewWithMetadata) {
    const { header, rest } = splitHeader(frame, view, 'metadata');
    return { type: 'preview-with-metadata', image: rest, ...decodeMetadata(frame, header) };
  }
  if (frameType === FRAME_TYPES.text) {
    const { header, rest } = splitHeader(frame, view, 'node id');
    return { type: 'text', nodeId: header, text: decoder.decode(rest) };
  }
  return { type: 'unknown', frameType };
}

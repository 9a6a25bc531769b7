// What arrives on the socket, decoded: JSON messages, previews (formats 1 and 4) and texts of nodes (websocket.md
// sections 2 and 6). Frames that make no sense are dropped: a newer server may send kinds we do not know.
import {
  decodeBinaryFrame,
  decodeSocketMessage,
  isJsonObject,
  type JsonObject,
  type PreviewFormat,
  type PreviewMetadata,
  ProtocolError,
} from '@snug/protocol';

/** One decoded frame. */
export type StreamEvent =
  | { readonly kind: 'message'; readonly type: string; readonly data: JsonObject }
  | {
      readonly kind: 'preview';
      readonly image: Uint8Array;
      readonly format: PreviewFormat;
      /** Absent in old-format frames: the preview then belongs to the node that was last announced. */
      readonly metadata?: PreviewMetadata;
    }
  | { readonly kind: 'text'; readonly nodeId: string; readonly text: string };

/** Undefined for anything that is not a known frame. */
export function decodeStreamEvent(frame: unknown): StreamEvent | undefined {
  try {
    if (typeof frame === 'string') {
      const { type, data } = decodeSocketMessage(frame);
      return isJsonObject(data) ? { kind: 'message', type, data } : undefined;
    }
    if (frame instanceof ArrayBuffer) {
      return binaryEvent(new Uint8Array(frame));
    }
    return frame instanceof Uint8Array ? binaryEvent(frame) : undefined;
  } catch (error) {
    if (error instanceof ProtocolError) {
      return undefined;
    }
    throw error;
  }
}

function binaryEvent(bytes: Uint8Array): StreamEvent | undefined {
  const frame = decodeBinaryFrame(bytes);
  switch (frame.type) {
    case 'preview':
      return { kind: 'preview', image: frame.image, format: frame.format };
    case 'preview-with-metadata':
      return { kind: 'preview', image: frame.image, format: frame.format, metadata: frame.metadata };
    case 'text':
      return { kind: 'text', nodeId: frame.nodeId, text: frame.text };
    case 'unknown':
      return undefined;
  }
}

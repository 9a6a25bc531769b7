// An event in its wire forms, as finished frames: each is made once however many sockets receive it.
import {
  type ExecutionEvent,
  encodePreviewFrame,
  encodePreviewWithMetadataFrame,
  encodeSocketMessage,
  encodeTextFrame,
  jsonMessageOf,
} from '@snug/protocol';
import { binaryFrame, textFrame } from './socket-frame.ts';

export type PreviewEvent = Extract<ExecutionEvent, { type: 'preview' }>;

/** What a socket is sent for anything but a preview. */
export interface EncodedMessage {
  readonly type: string;
  readonly frame: Buffer;
  readonly isBinary: boolean;
}

export function encodeMessage(event: Exclude<ExecutionEvent, PreviewEvent>): EncodedMessage {
  if (event.type === 'text') {
    return { type: event.type, frame: binaryFrame(encodeTextFrame(event.nodeId, event.text)), isBinary: true };
  }
  const message = jsonMessageOf(event);
  const type = message?.type ?? event.type;
  return textMessage(type, encodeSocketMessage(type, message?.data ?? null));
}

/** @param text the whole message as JSON. */
export function textMessage(type: string, text: string): EncodedMessage {
  return { type, frame: textFrame(text), isBinary: false };
}

/** Both formats of a preview; each is built when the first socket needs it. */
export class EncodedPreview {
  readonly #event: PreviewEvent;
  #plain: Buffer | undefined;
  #withMetadata: Buffer | undefined;

  constructor(event: PreviewEvent) {
    this.#event = event;
  }

  /** Type 1. */
  plain(): Buffer {
    this.#plain ??= binaryFrame(encodePreviewFrame(this.#event));
    return this.#plain;
  }

  /** Type 4, for sockets that negotiated it. */
  withMetadata(): Buffer {
    this.#withMetadata ??= binaryFrame(encodePreviewWithMetadataFrame(this.#event));
    return this.#withMetadata;
  }
}

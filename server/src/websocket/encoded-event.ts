// An event in its wire forms, as finished frames: each is made once however many sockets receive it.
import {
  type ExecutionEvent,
  encodePreviewFrame,
  encodePreviewWithMetadataFrame,
  encodeSocketMessage,
  encodeTextFrame,
  encodeWatchedMessage,
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

/** The copy of a message for sockets that watch the runs of others; undefined for node texts, which everybody gets. */
export function encodeWatched(event: ExecutionEvent, clientId: string | null): EncodedMessage | undefined {
  if (event.type === 'preview') {
    const metadata = { ...event.metadata, client_id: clientId };
    const frame = binaryFrame(encodePreviewWithMetadataFrame({ ...event, metadata }));
    return { type: event.type, frame, isBinary: true };
  }
  const message = jsonMessageOf(event);
  return message && textMessage(message.type, encodeWatchedMessage(message.type, message.data, clientId));
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

  /** No newer picture makes up for this one. */
  get isResult(): boolean {
    return this.#event.isResult === true;
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

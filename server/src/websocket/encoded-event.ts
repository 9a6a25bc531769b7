// An event in its wire forms, each made once however many sockets receive it.
import {
  type ExecutionEvent,
  encodePreviewFrame,
  encodePreviewWithMetadataFrame,
  encodeSocketMessage,
  encodeTextFrame,
  jsonMessageOf,
} from '@snug/protocol';

export type PreviewEvent = Extract<ExecutionEvent, { type: 'preview' }>;

/** What one socket is sent for an event that is no preview. */
export interface EncodedMessage {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly isBinary: boolean;
}

export function encodeMessage(event: Exclude<ExecutionEvent, PreviewEvent>): EncodedMessage {
  if (event.type === 'text') {
    return { type: event.type, bytes: encodeTextFrame(event.nodeId, event.text), isBinary: true };
  }
  const message = jsonMessageOf(event);
  const type = message?.type ?? event.type;
  return { type, bytes: textBytes(encodeSocketMessage(type, message?.data ?? null)), isBinary: false };
}

/** UTF-8 of a text message: encoded once here instead of once per socket. */
export function textBytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** Both formats of a preview; each is built when the first socket needs it. */
export class EncodedPreview {
  readonly #event: PreviewEvent;
  #plain: Uint8Array | undefined;
  #withMetadata: Uint8Array | undefined;

  constructor(event: PreviewEvent) {
    this.#event = event;
  }

  /** Type 1. */
  plain(): Uint8Array {
    this.#plain ??= encodePreviewFrame(this.#event);
    return this.#plain;
  }

  /** Type 4, for sockets that negotiated it. */
  withMetadata(): Uint8Array {
    this.#withMetadata ??= encodePreviewWithMetadataFrame(this.#event);
    return this.#withMetadata;
  }
}

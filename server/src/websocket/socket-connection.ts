// One open socket: its id, its feature flags, and its way out. Finished frames go straight to the transport, past the socket
// library, which would wrap them anew for every socket; what one turn of the event loop sends leaves in one write.
// Text and results are never dropped; while a reader is behind, only the newest preview waits, so that a slow reader sees fewer
// pictures instead of old ones (spec websocket.md 8.4).
import type { Duplex } from 'node:stream';
import {
  decodeSocketMessage,
  FEATURE_FLAGS,
  FEATURE_FLAGS_MESSAGE,
  isFlagSupported,
  isJsonObject,
  type JsonObject,
} from '@snug/protocol';
import { WebSocket } from 'ws';
import type { Logger } from '../logger.ts';
import type { SocketCounters } from '../metrics/socket-counters.ts';
import type { EncodedMessage } from './encoded-event.ts';

/** Unsent bytes at which a reader counts as stuck. */
const MAX_BACKLOG_BYTES = 16 * 1024 * 1024;

/** Unsent bytes of pictures that are results, at which a reader counts as stuck: more, since one picture may be large. */
const MAX_RESULT_BACKLOG_BYTES = 64 * 1024 * 1024;

/** Unsent bytes from which previews wait: a reader this far behind would see old pictures. */
const PREVIEW_BACKLOG_BYTES = 256 * 1024;

/** "Try again later": the client may reconnect. */
const CLOSE_TRY_AGAIN = 1013;

/** Time that a stuck socket gets to end the polite way. */
const CLOSE_GRACE_MS = 2000;

export interface ConnectionOptions {
  readonly clientId: string;
  /** The URL had no client id: the id was made here. */
  readonly isAnonymous: boolean;
  readonly logger: Logger;
  readonly counters: SocketCounters;
}

export class SocketConnection {
  readonly clientId: string;
  readonly isAnonymous: boolean;
  readonly #socket: WebSocket;
  readonly #transport: Duplex;
  readonly #logger: Logger;
  readonly #counters: SocketCounters;
  #flags: Readonly<JsonObject> | undefined;
  #isNegotiationOver = false;
  #isBehind = false;
  #isCorked = false;
  #waitingPreview: Buffer | undefined;
  #unansweredPings = 0;
  /** Unsent bytes of results. */
  #resultBytes = 0;

  /** @param transport what the socket was upgraded from */
  constructor(socket: WebSocket, transport: Duplex, { clientId, isAnonymous, logger, counters }: ConnectionOptions) {
    this.#socket = socket;
    this.#transport = transport;
    this.#logger = logger;
    this.#counters = counters;
    this.clientId = clientId;
    this.isAnonymous = isAnonymous;
    socket.on('pong', () => {
      this.#unansweredPings = 0;
    });
  }

  /** Previews go out as type 4. */
  get takesPreviewMetadata(): boolean {
    return isFlagSupported(this.#flags, FEATURE_FLAGS.previewMetadata);
  }

  /** It wants copies of everybody's events. */
  get watchesAll(): boolean {
    return isFlagSupported(this.#flags, FEATURE_FLAGS.watchAll);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send({ frame }: Pick<EncodedMessage, 'frame'>): void {
    if (!this.isOpen) return;
    this.#write(frame);
    if (this.#transport.writableLength - this.#resultBytes > MAX_BACKLOG_BYTES) this.close(CLOSE_TRY_AGAIN, 'too slow');
  }

  /** Sends a picture that is a result. One picture may be of any size: the reader is stuck when others wait before it. */
  sendResult(frame: Buffer): void {
    if (!this.isOpen) return;
    if (this.#resultBytes > MAX_RESULT_BACKLOG_BYTES) {
      this.close(CLOSE_TRY_AGAIN, 'too slow');
      return;
    }
    this.#resultBytes += frame.length;
    this.#write(frame, () => {
      this.#resultBytes -= frame.length;
    });
  }

  /** Sends a preview now, or when the reader has caught up, unless a newer one comes first. */
  sendPreview(frame: Buffer): void {
    if (!this.isOpen) return;
    if (this.#transport.writableLength <= PREVIEW_BACKLOG_BYTES) {
      this.#write(frame);
      return;
    }
    this.dropWaitingPreview();
    this.#waitingPreview = frame;
    if (this.#isBehind) return;
    this.#isBehind = true;
    this.#transport.once('drain', () => this.#catchUp());
  }

  #catchUp(): void {
    this.#isBehind = false;
    const frame = this.#waitingPreview;
    this.#waitingPreview = undefined;
    if (frame !== undefined) this.sendPreview(frame);
  }

  /** Holds the transport back until the event loop goes on to other work: a run's events and its end come in one burst. */
  #write(frame: Buffer, onSent?: () => void): void {
    if (!this.#isCorked) this.#gatherWrites();
    this.#transport.write(frame, onSent);
    this.#counters.delivered += 1;
  }

  #gatherWrites(): void {
    this.#isCorked = true;
    this.#transport.cork();
    setImmediate(() => {
      this.#isCorked = false;
      this.#transport.uncork();
    });
  }

  /** Old clients attribute a preview to the node that runs, so one that waits must not outlive its node. */
  dropWaitingPreview(): void {
    if (this.#waitingPreview !== undefined) this.#counters.dropped += 1;
    this.#waitingPreview = undefined;
  }

  /**
   * Takes in a message of the client. Only the first one may be `feature_flags`; answers true when it was, so that
   * the server's flags are sent back. Everything else is ignored (spec websocket.md 1.3, 4).
   */
  receive(data: Uint8Array, isBinary: boolean): boolean {
    this.#unansweredPings = 0;
    if (isBinary || this.#isNegotiationOver) return false;
    let message: ReturnType<typeof decodeSocketMessage>;
    try {
      message = decodeSocketMessage(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8'));
    } catch (error) {
      // Garbage is not an answer to anything; the negotiation stays open.
      this.#logger.debug({ err: error, clientId: this.clientId }, 'a socket sent what is no message');
      return false;
    }
    this.#isNegotiationOver = true;
    if (message.type !== FEATURE_FLAGS_MESSAGE) return false;
    this.#flags = isJsonObject(message.data) ? message.data : {};
    return true;
  }

  /** Sends a ping; a socket that let two of them pass is gone and is cut off. */
  ping(): void {
    if (this.#unansweredPings >= 2) {
      this.#socket.terminate();
      return;
    }
    this.#unansweredPings += 1;
    if (this.isOpen) this.#socket.ping();
  }

  close(code: number, reason: string): void {
    this.#waitingPreview = undefined;
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), CLOSE_GRACE_MS).unref();
  }
}

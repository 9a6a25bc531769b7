// All open sockets, and the way of every published event to them (spec websocket.md). Events arrive in one order and each
// socket sees them in that order; a slow or broken socket holds nobody up.
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { encodeSocketMessage, encodeStatusMessage, type JsonObject, type PublishedEvent } from '@snug/protocol';
import type { RawData, WebSocket } from 'ws';
import type { Logger } from '../logger.ts';
import { createSocketCounters, type SocketCounters } from '../metrics/socket-counters.ts';
import { type Audience, audienceOf } from './audience.ts';
import { type EncodedMessage, EncodedPreview, encodeMessage, type PreviewEvent, textMessage } from './encoded-event.ts';
import { MissedEvents } from './missed-events.ts';
import { RunningNodes } from './running-nodes.ts';
import { SocketConnection } from './socket-connection.ts';
import { Watchers } from './watchers.ts';

type RunEvent = Extract<PublishedEvent, { kind: 'run' }>;

/** A type 1 preview that follows the next `progress` of its prompt (spec websocket.md 6.5). */
interface HeldPreview {
  readonly preview: EncodedPreview;
  readonly connections: readonly SocketConnection[];
}

export interface SocketHubSettings {
  /** Waiting and running prompts at the start. */
  readonly queueRemaining: number;
  /** The reply to a client's feature flags. */
  readonly featureFlags: Readonly<Record<string, unknown>>;
  readonly logger: Logger;
  /** What `/metrics` shows of the sockets. Default counters that nobody reads. */
  readonly counters?: SocketCounters;
}

const CLOSE_GOING_AWAY = 1001;

export class SocketHub {
  /** The socket that owns each client id: the latest one that connected with it. */
  readonly #byClientId = new Map<string, SocketConnection>();
  /** Also those that lost their id to a newer socket. */
  readonly #connections = new Set<SocketConnection>();
  readonly #missed = new MissedEvents();
  readonly #running = new RunningNodes();
  readonly #watchers = new Watchers();
  readonly #heldPreviews = new Map<string, HeldPreview>();
  readonly #flagsMessage: EncodedMessage;
  readonly #logger: Logger;
  readonly #counters: SocketCounters;
  #queueRemaining: number;

  constructor({ queueRemaining, featureFlags, logger, counters = createSocketCounters() }: SocketHubSettings) {
    this.#counters = counters;
    this.#queueRemaining = queueRemaining;
    this.#logger = logger;
    this.#flagsMessage = textMessage('feature_flags', encodeSocketMessage('feature_flags', featureFlags));
  }

  /** Takes over a socket accepted on a transport. `clientId` is the URL parameter; absent or empty makes an anonymous socket. */
  connect(socket: WebSocket, transport: Duplex, clientId: string | null): void {
    const isAnonymous = clientId === null || clientId === '';
    const connection = new SocketConnection(socket, transport, {
      clientId: isAnonymous ? randomUUID().replaceAll('-', '') : clientId,
      isAnonymous,
      logger: this.#logger,
      counters: this.#counters,
    });
    this.#counters.open += 1;
    this.#connections.add(connection);
    const replaced = this.#byClientId.get(connection.clientId);
    if (replaced !== undefined) this.#watchers.delete(replaced);
    this.#byClientId.set(connection.clientId, connection);
    socket.on('message', (data, isBinary) => {
      if (!connection.receive(bytesOf(data), isBinary)) return;
      connection.send(this.#flagsMessage);
      if (connection.watchesAll) this.#watchers.add(connection);
    });
    socket.on('error', error => this.#logger.debug({ err: error }, 'socket failed'));
    socket.on('close', () => this.#forget(connection));
    this.#greet(connection);
  }

  /** Delivers an event of the bus. Never throws: a publisher must not fail for its listeners. */
  deliver(published: PublishedEvent): void {
    try {
      if (published.kind === 'queue') this.#deliverQueue(published.remaining);
      else this.#deliverRun(published);
    } catch (error) {
      this.#logger.error({ err: error }, 'an event could not be delivered');
    }
  }

  /** Sends to the socket of a client id; false when none is open. */
  sendTo(clientId: string, type: string, data: object): boolean {
    const connection = this.#byClientId.get(clientId);
    if (connection?.isOpen !== true) return false;
    connection.send(textMessage(type, encodeSocketMessage(type, data as JsonObject)));
    return true;
  }

  /** To be called every 30 s: pings, and forgets what nobody fetched. */
  beat(): void {
    for (const connection of this.#connections) connection.ping();
    this.#missed.prune();
  }

  close(): void {
    for (const connection of this.#connections) connection.close(CLOSE_GOING_AWAY, 'server is shutting down');
  }

  /** `status` first, then what the client missed, then the node that runs unless the former told it. */
  #greet(connection: SocketConnection): void {
    const { clientId } = connection;
    connection.send(textMessage('status', encodeStatusMessage(this.#queueRemaining, clientId)));
    const missed = this.#missed.take(clientId);
    for (const message of missed) connection.send(message);
    const node = this.#running.nodeOf(clientId);
    if (node === undefined || missed.some(({ type }) => type === 'executing')) return;
    connection.send(textMessage('executing', encodeSocketMessage('executing', { node })));
  }

  /** A socket that was replaced under its id must not take the newer one's place away. */
  #forget(connection: SocketConnection): void {
    this.#connections.delete(connection);
    this.#watchers.delete(connection);
    this.#counters.open -= 1;
    if (this.#byClientId.get(connection.clientId) === connection) this.#byClientId.delete(connection.clientId);
  }

  #deliverQueue(remaining: number): void {
    this.#queueRemaining = remaining;
    const message = textMessage('status', encodeStatusMessage(remaining));
    for (const connection of this.#byClientId.values()) connection.send(message);
  }

  #deliverRun({ event, promptId, clientId }: RunEvent): void {
    this.#running.observe(event, { promptId, clientId });
    const isProgress = event.type === 'progress';
    if (!isProgress) this.#releasePreview(promptId);
    if (event.type === 'preview') {
      this.#deliverPreview(event, { promptId, clientId });
      return;
    }
    const message = encodeMessage(event);
    const audience = audienceOf(event, clientId);
    const receivers = new Set(this.#receiversOf(audience));
    for (const connection of receivers) {
      if (event.type === 'executing') connection.dropWaitingPreview();
      if (!message.isBinary || isBinaryTaker(connection, clientId)) connection.send(message);
    }
    this.#watchers.deliver(event, { clientId, receivers });
    if (receivers.size === 0 && audience.kind === 'client' && audience.clientId !== '') {
      this.#missed.add(audience.clientId, message);
    }
    if (isProgress) this.#releasePreview(promptId);
  }

  *#receiversOf(audience: Audience): Generator<SocketConnection, void, undefined> {
    if (audience.kind === 'client') {
      const connection = this.#byClientId.get(audience.clientId);
      if (connection?.isOpen === true) yield connection;
      return;
    }
    for (const connection of this.#byClientId.values()) {
      if (audience.kind === 'everyone' || connection.isAnonymous) yield connection;
    }
  }

  /** Type 4 right away for those who know it, type 1 after the next `progress` for the others; never both. */
  #deliverPreview(event: PreviewEvent, { promptId, clientId }: Pick<RunEvent, 'promptId' | 'clientId'>): void {
    const preview = new EncodedPreview(event);
    const plainReceivers: SocketConnection[] = [];
    const receivers = new Set(this.#receiversOf(audienceOf(event, clientId)));
    for (const connection of receivers) {
      if (!isBinaryTaker(connection, clientId)) continue;
      if (clientId !== null && connection.takesPreviewMetadata) sendPicture(connection, preview, 'withMetadata');
      else plainReceivers.push(connection);
    }
    this.#watchers.deliver(event, { clientId, receivers });
    if (plainReceivers.length > 0) this.#heldPreviews.set(promptId, { preview, connections: plainReceivers });
  }

  #releasePreview(promptId: string): void {
    const held = this.#heldPreviews.get(promptId);
    if (held === undefined) return;
    this.#heldPreviews.delete(promptId);
    for (const connection of held.connections) sendPicture(connection, held.preview, 'plain');
  }
}

function sendPicture(connection: SocketConnection, preview: EncodedPreview, format: 'plain' | 'withMetadata'): void {
  const frame = preview[format]();
  if (preview.isResult) connection.sendResult(frame);
  else connection.sendPreview(frame);
}

/** Anonymous sockets parse every frame as JSON; they get binary ones only of prompts submitted under the id they were given. */
function isBinaryTaker(connection: SocketConnection, clientId: string | null): boolean {
  return !connection.isAnonymous || connection.clientId === clientId;
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

// Text frames of the socket (spec websocket.md sections 2 to 5): one JSON object `{"type", "data"}` each.
import { ProtocolError } from './errors.ts';
import type { ExecutionEvent } from './events.ts';
import { isJsonObject, type JsonValue } from './lossless-json/json-value.ts';
import { parseLossless } from './lossless-json/parse-lossless.ts';
import { stringifyLossless } from './lossless-json/stringify-lossless.ts';

/** A message as read: `data` is an object for every standard type; packs may send anything under their own types. */
export interface SocketMessage {
  readonly type: string;
  readonly data: JsonValue;
}

/** Text of a message; `data` consists of JSON values. */
export function encodeSocketMessage(type: string, data: unknown): string {
  return stringifyLossless({ type, data });
}

/** Text of a message for a socket that watches the runs of others; `clientId` says whose run it is, null nobody's. */
export function encodeWatchedMessage(type: string, data: unknown, clientId: string | null): string {
  return stringifyLossless({ type, data, client_id: clientId });
}

/**
 * Reads a text frame; absent `data` reads as null.
 *
 * @throws ProtocolError MESSAGE_MALFORMED when the text is no JSON object with a text `type`.
 */
export function decodeSocketMessage(text: string): SocketMessage {
  let message: JsonValue;
  try {
    message = parseLossless(text);
  } catch (cause) {
    throw new ProtocolError('MESSAGE_MALFORMED', { problem: 'it is no JSON' }, { cause });
  }
  if (!isJsonObject(message)) throw new ProtocolError('MESSAGE_MALFORMED', { problem: 'it is no object' });
  const type = message['type'];
  if (typeof type !== 'string') throw new ProtocolError('MESSAGE_MALFORMED', { problem: 'its "type" is no text' });
  return { type, data: message['data'] ?? null };
}

/** `status`: pending and running prompts; `sid` only in the first message of a connection. */
export function encodeStatusMessage(queueRemaining: number, sid?: string): string {
  return encodeSocketMessage('status', { status: { exec_info: { queue_remaining: queueRemaining } }, sid });
}

/** Type and data of an event that travels as text; undefined for previews and node texts, which are binary. */
export function jsonMessageOf(event: ExecutionEvent): { type: string; data: object | null } | undefined {
  if (event.type === 'preview' || event.type === 'text') return undefined;
  if (event.type === 'custom') return { type: event.name, data: event.data };
  return { type: event.type, data: event.data };
}

// Which WebSocket to use: the caller's, the platform's (browsers, Node 22), or the `ws` package, loaded only where
// the platform has none (Node 20). All three are used through the few members below.
import { ClientError } from './errors.ts';
import { rootReason } from './http-transport.ts';

/** The part of the WebSocket interface that the SDK needs; browsers' and `ws`' classes both have it. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** @throws {ClientError} `WEBSOCKET_MISSING` when there is none. */
export async function findWebSocket(given?: WebSocketConstructor): Promise<WebSocketConstructor> {
  const platform = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  const found = given ?? platform;
  if (found !== undefined) {
    return found;
  }
  try {
    const { WebSocket } = await import('ws');
    return WebSocket as unknown as WebSocketConstructor;
  } catch (error) {
    throw new ClientError('WEBSOCKET_MISSING', { reason: rootReason(error) }, error);
  }
}

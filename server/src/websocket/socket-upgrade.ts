// From an HTTP upgrade request to a socket of the hub (spec websocket.md 1): path, origin, client id.
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { isForeignRequest } from '../http/origin-guard.ts';
import { serveWithoutUpgrade } from '../http/plain-upgrade.ts';
import type { SocketHub } from './socket-hub.ts';

/** Larger messages of a client close its socket with 1009. */
const MAX_INBOUND_BYTES = 4 * 1024 * 1024;

export interface SocketUpgrades {
  /** Accepts sockets on one more HTTP server. */
  attach(server: Server): void;
}

/** @param isOriginChecked false when CORS is enabled: any page may connect then. */
export function createSocketUpgrades(
  hub: SocketHub,
  { isOriginChecked }: { readonly isOriginChecked: boolean },
): SocketUpgrades {
  // No permessage-deflate: it costs 300 KB and a stream of work for each socket, and previews are compressed already.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_INBOUND_BYTES,
    clientTracking: false,
    perMessageDeflate: false,
  });
  const accept = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    if (isOriginChecked && (await isForeignRequest(request.headers))) {
      refuse(socket, 403);
      return;
    }
    const clientId = urlOf(request).searchParams.get('clientId');
    sockets.handleUpgrade(request, socket, head, accepted => hub.connect(accepted, socket, clientId));
  };
  return {
    attach: server => {
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (!isSocketRequest(request)) {
          serveWithoutUpgrade(server, request, socket, head);
          return;
        }
        socket.on('error', destroySocket);
        accept(request, socket, head).catch(() => refuse(socket, 500));
      });
    },
  };
}

function destroySocket(this: Duplex): void {
  this.destroy();
}

/** The query of a request; its path may be anything, so only a fixed base is sure to parse. */
function urlOf(request: IncomingMessage): URL {
  const target = request.url ?? '/';
  const query = target.indexOf('?');
  return new URL(query < 0 ? '' : target.slice(query), 'http://server');
}

function isSocketRequest(request: IncomingMessage): boolean {
  const path = request.url?.split('?', 1)[0];
  return (path === '/ws' || path === '/api/ws') && request.headers.upgrade?.toLowerCase() === 'websocket';
}

function refuse(socket: Duplex, status: number): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}`;
  socket.end(`${head}\r\nConnection: close\r\nContent-Type: application/octet-stream\r\nContent-Length: 0\r\n\r\n`);
}

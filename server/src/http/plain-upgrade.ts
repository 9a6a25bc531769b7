// Some clients offer HTTP/2 with every plain request (`Upgrade: h2c`, for example Java's client). Once a server listens
// for upgrades, Node hands such requests over unparsed. They are given back to it here, without the offer, and answered as the
// ordinary HTTP/1.1 requests they are.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

const offerHeaders: ReadonlySet<string> = new Set(['connection', 'http2-settings', 'upgrade']);

/** Feeds the request to `server` again as if it had just arrived on a new connection. */
export function serveWithoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  let text = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`;
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i] ?? '';
    if (!offerHeaders.has(name.toLowerCase())) text += `${name}: ${request.rawHeaders[i + 1]}\r\n`;
  }
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket);
}

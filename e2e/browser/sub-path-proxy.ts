// A reverse proxy as people put in front of the server: everything below one path is handed on, sockets too.
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface SubPathProxy extends AsyncDisposable {
  /** Address of the page, with a slash at its end. */
  readonly url: string;
}

/** Serves `target` below `path`, which ends with a slash. */
export async function startSubPathProxy(target: string, path: string): Promise<SubPathProxy> {
  const { hostname, port, host } = new URL(target);
  const innerPath = ({ url = '' }: IncomingMessage) =>
    url.startsWith(path) ? `/${url.slice(path.length)}` : undefined;
  const server = createServer((incoming, reply) => {
    const inner = innerPath(incoming);
    if (inner === undefined) {
      reply.writeHead(404).end();
      return;
    }
    const headers = { ...incoming.headers, host };
    delete headers.origin;
    const outgoing = request({ hostname, port, method: incoming.method, path: inner, headers }, answer => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    });
    outgoing.on('error', () => reply.destroy());
    incoming.pipe(outgoing);
  });
  server.on('upgrade', (incoming, socket, head) => {
    const upstream = connect(Number(port), hostname, () => {
      const headers = Object.entries({ ...incoming.headers, host, origin: target });
      upstream.write(`GET ${innerPath(incoming)} HTTP/1.1\r\n`);
      upstream.write(`${headers.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`);
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

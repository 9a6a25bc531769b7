// A real HTTP and WebSocket server whose answers a test writes down: what the SDK must cope with, including things that
// our own server never does.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Answers a request; `hang` never answers, `drop` cuts the connection. */
export type Route = (request: ReceivedRequest) => Answer | 'hang' | 'drop' | Promise<Answer>;

export class ScriptedServer {
  readonly requests: ReceivedRequest[] = [];
  readonly sockets: WebSocket[] = [];
  /** Path (without query) to answer. */
  readonly routes: Record<string, Route> = {};
  /** Called for every new socket. */
  onSocket: (socket: WebSocket, url: string) => void = () => undefined;
  /** False: upgrades are answered with 404, as a server behind a plain proxy would. */
  takesSockets = true;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #webSockets = new WebSocketServer({ noServer: true });

  static async start(): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    server.#server.on('upgrade', (request, socket, head) => {
      if (!server.takesSockets) {
        socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      server.#webSockets.handleUpgrade(request, socket, head, webSocket => {
        server.sockets.push(webSocket);
        server.onSocket(webSocket, request.url ?? '');
      });
    });
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  requestsTo(path: string): ReceivedRequest[] {
    return this.requests.filter(request => request.url.split('?')[0] === path);
  }

  send(type: string, data: unknown): void {
    for (const socket of this.sockets) {
      socket.send(JSON.stringify({ type, data }));
    }
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) {
      socket.terminate();
    }
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) {
      chunks.push(chunk as Buffer);
    }
    const { method = '', url = '', headers } = message;
    const request = { method, url, headers, body: Buffer.concat(chunks) };
    this.requests.push(request);
    const route = this.routes[url.split('?')[0] ?? ''];
    const answer = route === undefined ? { status: 404, body: '404: Not Found' } : await route(request);
    if (answer === 'drop') {
      message.socket.destroy();
    } else if (answer !== 'hang') {
      response.writeHead(answer.status ?? 200, answer.headers);
      response.end(answer.body ?? '');
    }
  }
}

export function json(value: unknown, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** History entry of a prompt that ended as the last message says. */
export function historyEntry(promptId: string, end: [string, object], outputs: object = {}): object {
  const isSuccess = end[0] === 'execution_success';
  return {
    prompt: [0, promptId, {}, {}, []],
    outputs,
    status: { status_str: isSuccess ? 'success' : 'error', completed: isSuccess, messages: [end] },
    meta: {},
  };
}

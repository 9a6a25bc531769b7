// A WebSocket client for tests that remembers every message and lets a test wait for one.
import { type RawData, WebSocket } from 'ws';

export interface ReceivedJson {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

export type Received = ReceivedJson | { readonly binary: Buffer };

export class SocketClient {
  readonly socket: WebSocket;
  readonly received: Received[] = [];
  readonly closed: Promise<{ code: number }>;
  #wake: (() => void)[] = [];

  constructor(port: number, path = '/ws', headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    this.closed = new Promise(resolve => {
      this.socket.on('close', code => resolve({ code }));
    });
    this.socket.on('message', (data: RawData, isBinary) => {
      const bytes = data as Buffer;
      this.received.push(isBinary ? { binary: bytes } : (JSON.parse(bytes.toString()) as ReceivedJson));
      for (const wake of this.#wake.splice(0)) wake();
    });
  }

  /** Waits until at least `count` messages have arrived and answers them all. */
  async first(count: number): Promise<Received[]> {
    while (this.received.length < count) {
      await new Promise<void>((resolve, reject) => {
        this.#wake.push(resolve);
        this.socket.once('error', reject);
      });
    }
    return this.received;
  }

  /** Waits for a message of a type and answers everything up to it. */
  async until(type: string, isMatch: (data: Record<string, unknown>) => boolean = () => true): Promise<Received[]> {
    for (;;) {
      const found = this.received.findIndex(
        message => 'type' in message && message.type === type && isMatch(message.data),
      );
      if (found >= 0) return this.received.slice(0, found + 1);
      await this.first(this.received.length + 1);
    }
  }

  sendJson(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Short form of what arrived: types, `status N`, or `binary T`. */
  get summary(): string[] {
    return this.received.map(summaryOf);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

export function summaryOf(message: Received): string {
  if ('binary' in message) return `binary ${message.binary.readUInt32BE(0)}`;
  if (message.type !== 'status') return message.type;
  const { status } = message.data as { status: { exec_info: { queue_remaining: number } } };
  return `status ${status.exec_info.queue_remaining}`;
}

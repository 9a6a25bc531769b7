// A thousand sockets without a network: what the hub writes to each of them.
import { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import type { PublishedEvent } from '@snug/protocol';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { silentLogger } from '../logger.ts';
import { SocketHub } from './socket-hub.ts';

/** The far end of a socket, which keeps what it is sent until it is told to take it. */
class FarEnd extends Duplex {
  readonly frames: Buffer[] = [];
  /** How often something was handed to the operating system. */
  writes = 0;
  isStuck = false;
  closedWith: number | undefined;

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.writes++;
    this.frames.push(...chunks.map(({ chunk }) => chunk));
    if (!this.isStuck) done();
  }

  override _read(): void {
    // Nothing ever comes from there.
  }

  /** An accepted socket as the socket library gives it, as far as the hub uses one. */
  accept(): WebSocket {
    const socket = Object.assign(new EventEmitter(), {
      readyState: 1,
      close: (code: number) => {
        this.closedWith = code;
        socket.readyState = 2;
      },
      terminate: () => {
        // The hub may only do this after its grace period.
      },
    });
    return socket as unknown as WebSocket;
  }
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

async function hubWith(count: number): Promise<{ readonly hub: SocketHub; readonly ends: readonly FarEnd[] }> {
  const hub = new SocketHub({ queueRemaining: 0, featureFlags: {}, logger: silentLogger });
  const ends = Array.from({ length: count }, () => new FarEnd());
  for (const [i, end] of ends.entries()) hub.connect(end.accept(), end, `client-${i}`);
  await turn();
  for (const end of ends) {
    end.frames.length = 0;
    end.writes = 0;
  }
  return { hub, ends };
}

const status = (remaining: number): PublishedEvent => ({ kind: 'queue', remaining });
const progress = (value: number): PublishedEvent => ({
  kind: 'run',
  promptId: 'p',
  clientId: null,
  event: { type: 'progress', data: { value, max: 10, prompt_id: 'p', node: '1' } },
});

test('every socket is sent the same bytes, in one write for one turn', async () => {
  const { hub, ends } = await hubWith(1000);
  for (const event of [status(1), progress(1), progress(2), status(0)]) hub.deliver(event);
  await turn();
  expect(new Set(ends.map(({ writes }) => writes))).toEqual(new Set([1]));
  // The very same buffers, not equal ones.
  expect(new Set(ends.flatMap(({ frames }) => frames)).size).toBe(4);
  expect(ends.every(({ frames }) => frames.length === 4)).toBe(true);
});

test('an event of one client is sent to one socket', async () => {
  const { hub, ends } = await hubWith(1000);
  hub.deliver({ ...progress(1), clientId: 'client-7' } as PublishedEvent);
  await turn();
  expect(ends.flatMap(({ frames }, i) => (frames.length > 0 ? [i] : []))).toEqual([7]);
});

test('a socket that takes nothing is closed at a limit, and holds nobody up', async () => {
  const { hub, ends } = await hubWith(3);
  const [stuck] = ends;
  if (stuck === undefined) throw new Error('no socket');
  stuck.isStuck = true;
  const data = { text: 'x'.repeat(1024 * 1024) };
  for (let i = 0; i < 40; i++) {
    hub.deliver({ kind: 'run', promptId: 'p', clientId: null, event: { type: 'custom', name: 'large', data } });
    await turn();
  }
  expect(ends.map(({ closedWith }) => closedWith)).toEqual([1013, undefined, undefined]);
  expect(stuck.writableLength).toBeLessThan(18 * 1024 * 1024);
  expect(ends.slice(1).map(({ frames }) => frames.length)).toEqual([40, 40]);
});

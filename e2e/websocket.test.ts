// The socket of a run, message by message (spec websocket.md section 7).
import { once } from 'node:events';
import { type JsonObject, stringifyLossless } from '@snug/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { colourPrompt, openSocket } from './prompts.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess({ packs: ['test-nodes.mjs'] });
});

afterAll(() => server[Symbol.asyncDispose]());

async function submit(prompt: JsonObject, clientId?: string): Promise<string> {
  const body = stringifyLossless(clientId === undefined ? { prompt } : { prompt, client_id: clientId });
  const response = await fetch(`${server.url}/prompt`, { method: 'POST', body });
  return ((await response.json()) as { prompt_id: string }).prompt_id;
}

describe('the socket', () => {
  it('tells a run from its start to the end marker', async () => {
    const log = await openSocket(server.url, 'teller');
    const id = await submit(colourPrompt({ prefix: 'told', color: 11 }) as JsonObject, 'teller');
    await log.ended(id);

    const [first] = log.messages;
    expect(first).toMatchObject({ type: 'status', data: { sid: 'teller' } });
    const run = log.messages.filter(({ type, data }) => type !== 'status' && data['prompt_id'] === id);
    const words = run.map(({ type, data }) => (type === 'executing' ? `executing ${String(data['node'])}` : type));
    expect(words.filter(word => word !== 'progress_state')).toEqual([
      'execution_start',
      'execution_cached',
      'executing 1',
      'executing 2',
      'executed',
      'execution_success',
      'executing null',
    ]);
    const counts = log.messages.filter(({ type }) => type === 'status').map(({ data }) => data);
    expect(counts.at(-1)).toEqual({ status: { exec_info: { queue_remaining: 0 } } });
  });

  it('gives an id to sockets that bring none', async () => {
    const log = await openSocket(server.url);
    const { data } = await log.until(type => type === 'status');
    expect(data['sid']).toMatch(/^[0-9a-f]{32}$/);
    log.socket.close();
  });

  it('keeps the events of a client that connects after submitting', async () => {
    const id = await submit(colourPrompt({ prefix: 'late', color: 12 }) as JsonObject, 'latecomer');
    // The prompt has ended for sure once somebody else's later prompt has.
    const other = await openSocket(server.url, 'other');
    await other.ended(await submit(colourPrompt({ prefix: 'later', color: 13 }) as JsonObject, 'other'));

    const log = await openSocket(server.url, 'latecomer');
    await log.ended(id);

    expect(log.messages[0]?.type).toBe('status');
    expect(log.messages.map(({ type }) => type)).toContain('execution_success');
  });

  it('hands the id over to a newer socket', async () => {
    const old = await openSocket(server.url, 'twice');
    const young = await openSocket(server.url, 'twice');
    old.socket.close();
    await once(old.socket, 'close');
    const id = await submit(colourPrompt({ prefix: 'twice', color: 14 }) as JsonObject, 'twice');
    await young.ended(id);
    expect(old.messages.filter(({ data }) => data['prompt_id'] === id)).toEqual([]);
  });
});

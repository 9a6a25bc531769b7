// What survives: the queue survives the server, the server survives its worker.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SnugClient } from '@snug/client';
import type { Prompt } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { colourPrompt, openSocket, slowPrompt } from './prompts.ts';
import { childrenOf, type ServerProcess, startServerProcess } from './server-process.ts';

/** Submits a prompt that runs for minutes and waits until it does. */
async function occupy(
  server: ServerProcess,
  client: SnugClient,
  prompt: Prompt = slowPrompt(600_000),
): Promise<string> {
  const log = await openSocket(server.url, client.clientId);
  const { promptId } = await client.submit(prompt);
  await log.until((type, data) => type === 'progress' && data['prompt_id'] === promptId);
  log.socket.close();
  return promptId;
}

/** Takes a prompt off a server, whether it waits or runs. */
async function withdraw(client: SnugClient, promptId: string): Promise<void> {
  for (;;) {
    await client.deleteQueued([promptId]);
    await client.interrupt(promptId);
    const { running, pending } = await client.queue();
    if (![...running, ...pending].some(item => item.promptId === promptId)) {
      return;
    }
  }
}

describe('kill -9 of the server', () => {
  it('loses none of ten waiting prompts, and each runs once', async () => {
    const first = await startServerProcess({ packs: ['test-nodes.mjs'] });
    const before = new SnugClient({ baseUrl: first.url, clientId: 'before' });
    const running = await occupy(first, before);
    const ids: string[] = [];
    for (let index = 0; index < 10; index++) {
      const { promptId } = await before.submit(colourPrompt({ prefix: `waiting-${index}`, color: index }));
      ids.push(promptId);
    }

    await first.end('SIGKILL');

    await using second = await startServerProcess({ base: first.base });
    const client = new SnugClient({ baseUrl: second.url, clientId: 'after' });
    // The prompt that was running runs again; it is in the way.
    await withdraw(client, running);
    const log = await openSocket(second.url, 'after');
    const { promptId: last } = await client.submit(colourPrompt({ prefix: 'last', color: 99 }));
    await log.ended(last);
    log.socket.close();

    const history = (await client.history()).filter(({ promptId }) => promptId !== running && promptId !== last);
    expect(history.map(({ promptId }) => promptId)).toEqual(ids);
    expect(history.every(({ status }) => status.isCompleted)).toBe(true);
    const saved = (await readdir(join(second.base, 'output'))).filter(name => name.startsWith('waiting-'));
    expect(saved.sort()).toEqual(ids.map((_, index) => `waiting-${index}_00001_.png`).sort());
  });
});

describe('the end of a worker process', () => {
  it.each(['TestCrash', 'kill'])('fails its prompt with a clear error and runs the next one (%s)', async how => {
    await using server = await startServerProcess({ packs: ['test-nodes.mjs'] });
    const client = new SnugClient({ baseUrl: server.url, clientId: 'crash' });
    let promptId: string;
    if (how === 'TestCrash') {
      ({ promptId } = await client.submit({
        ...colourPrompt(),
        '5': { class_type: 'TestCrash', inputs: { image: ['1', 0], how: 'kill' } },
        '2': { class_type: 'SaveImage', inputs: { images: ['5', 0], filename_prefix: 'never' } },
      }));
    } else {
      promptId = await occupy(server, client);
      for (const pid of childrenOf(server.pid)) {
        process.kill(pid, 'SIGKILL');
      }
    }

    const next = await client.run(colourPrompt({ prefix: 'next' }));

    expect(next.files).toHaveLength(1);
    const entry = await client.historyEntry(promptId);
    expect(entry?.status.statusStr).toBe('error');
    const [type, data] = entry?.status.messages.at(-1) ?? [];
    expect(type).toBe('execution_error');
    expect(data?.['exception_message']).toMatch(/worker process/i);
    expect(data?.['node_id']).toBe(how === 'TestCrash' ? '5' : '3');
  });
});

describe('the end of the server', () => {
  it('takes the worker process along, however it came', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const server = await startServerProcess();
      await new SnugClient({ baseUrl: server.url }).run(colourPrompt());
      const children = childrenOf(server.pid);
      expect(children).toHaveLength(1);

      const exit = await server.end(signal);

      expect(exit.signal).toBe(signal);
      for (const pid of children) {
        await processEnd(pid);
      }
      await server[Symbol.asyncDispose]();
    }
  });

  it('comes at once with a second signal', async () => {
    await using server = await startServerProcess({ packs: ['test-nodes.mjs'], flags: ['--shutdown-grace', '10000'] });
    await occupy(server, new SnugClient({ baseUrl: server.url }));
    const [child] = childrenOf(server.pid);

    process.kill(server.pid, 'SIGTERM');
    await server.logged('Shutting down');
    const exit = await server.end('SIGTERM');

    expect(exit.signal).toBe('SIGTERM');
    await processEnd(child ?? 0);
  });

  it('puts a running prompt back into the queue on SIGTERM', async () => {
    const first = await startServerProcess({ packs: ['test-nodes.mjs'], flags: ['--shutdown-grace', '0.1'] });
    const promptId = await occupy(first, new SnugClient({ baseUrl: first.url }), slowPrompt(3_000, 'resumed'));

    await first.end('SIGTERM');

    await using second = await startServerProcess({ base: first.base });
    const client = new SnugClient({ baseUrl: second.url });
    const { promptId: last } = await client.run(colourPrompt({ prefix: 'last' }));
    const history = await client.history();
    expect(history.map(entry => [entry.promptId, entry.status.isCompleted])).toEqual([
      [promptId, true],
      [last, true],
    ]);
  });
});

/** Resolves when a process that is not our child is gone. */
async function processEnd(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise(resolve => setImmediate(resolve));
  }
}

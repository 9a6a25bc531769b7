// The catalogue's tests of progress (spec execution-test-catalog.md 3.3): clients hear of their own prompts only.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSocket } from '../prompts.ts';
import type { ServerProcess } from '../server-process.ts';
import { CatalogueClient } from './catalogue-client.ts';
import { CatalogueGraph } from './catalogue-graph.ts';
import { startCatalogueServer } from './catalogue-server.ts';

describe('progress of several clients', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startCatalogueServer();
  });

  afterAll(() => server[Symbol.asyncDispose]());

  function smallGraph(size: number): CatalogueGraph {
    const graph = new CatalogueGraph('progress', 'isolation');
    graph.preview(graph.image('NOISE', size));
    return graph;
  }

  it('progress_isolation_between_clients: each gets its own progress and none of the other', async () => {
    const clients = [await CatalogueClient.connect(server.url), await CatalogueClient.connect(server.url)];
    const runs = await Promise.all(clients.map((client, index) => client.run(smallGraph(32 + index))));
    for (const [index, client] of clients.entries()) {
      const states = client.messages.filter(({ type }) => type === 'progress_state');
      expect(states.length).toBeGreaterThan(0);
      expect(new Set(states.map(({ data }) => data['prompt_id']))).toEqual(new Set([runs[index]?.promptId]));
      client.close();
    }
  });

  it('progress_with_missing_client_id: goes to everybody', async () => {
    const socket = await openSocket(server.url);
    const body = JSON.stringify({ prompt: smallGraph(48).build() });
    const response = await fetch(`${server.url}/prompt`, { method: 'POST', body });
    const { prompt_id } = (await response.json()) as { prompt_id: string };
    const state = await socket.until((type, data) => type === 'progress_state' && data['prompt_id'] === prompt_id);
    expect(state.type).toBe('progress_state');
    socket.socket.close();
  });
});

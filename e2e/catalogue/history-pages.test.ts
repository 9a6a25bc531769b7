// The catalogue's tests of paging through the history (spec execution-test-catalog.md 3.1). They do not depend on caching.
import type { JsonObject } from '@snug/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getJson } from '../prompts.ts';
import type { ServerProcess } from '../server-process.ts';
import { CatalogueClient } from './catalogue-client.ts';
import { CatalogueGraph } from './catalogue-graph.ts';
import { startCatalogueServer } from './catalogue-server.ts';

const RUNS = 5;

describe('pages of the history', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startCatalogueServer();
    const client = await CatalogueClient.connect(server.url);
    const graph = new CatalogueGraph('execution', 'offset');
    graph.save(graph.image('BLACK'));
    for (let run = 0; run < RUNS; run++) await client.run(graph);
    client.close();
  });

  afterAll(() => server[Symbol.asyncDispose]());

  const history = (query: string): Promise<JsonObject> => getJson(`${server.url}/history${query}`);
  const count = async (query: string): Promise<number> => Object.keys(await history(query)).length;

  it('offset_returns_different_items: pages do not overlap', async () => {
    const [first, second] = [await history('?max_items=2&offset=0'), await history('?max_items=2&offset=2')];
    expect([Object.keys(first).length, Object.keys(second).length]).toEqual([2, 2]);
    expect(Object.keys(first).filter(id => id in second)).toEqual([]);
  });

  it('offset_beyond_history_length, offset_at_exact_history_length: are empty', async () => {
    expect(await history('?offset=100')).toEqual({});
    expect(await history(`?offset=${RUNS}`)).toEqual({});
  });

  it('offset_zero_equals_no_offset: starts at the beginning', async () => {
    expect(await history('?offset=0')).toEqual(await history(''));
  });

  it('offset_without_max_items: leaves out the first ones', async () => {
    expect(await count('?offset=2')).toBe(RUNS - 2);
  });

  it('offset_with_max_items, offset_near_end: show no more than there are', async () => {
    expect(await count('?max_items=2&offset=1')).toBe(2);
    expect(await count(`?max_items=5&offset=${RUNS - 1}`)).toBe(1);
  });
});

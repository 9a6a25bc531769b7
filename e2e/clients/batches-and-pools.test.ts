// What hand-written clients do with many prompts and many servers, call by call (spec clients.md sections 2, 4, 5 and 6): batches,
// checks before and tries after a submission, instances by role, an application of its own in front of the server.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { JsonObject, Prompt } from '@snug/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, colourPrompt, getJson, slowPrompt } from '../prompts.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';
import { isPng } from './demo-prompt.ts';

let server: ServerProcess;
/** The same server under each of its addresses. */
let instances: readonly string[];

beforeAll(async () => {
  const flags = ['--listeners', '127.0.0.1:0', ':0'];
  server = await startServerProcess({ flags, packs: ['test-nodes.mjs'] });
  await server.logged('Worker process ready'); // After all addresses.
  const addresses = server.log.matchAll(/Listening on (http:\/\/[\d.]+:\d+)/g);
  instances = Array.from(addresses, ([, url]) => String(url));
});

afterAll(() => server[Symbol.asyncDispose]());

const json = (prompt: Prompt) => JSON.parse(JSON.stringify(prompt)) as object;

async function post(url: string, body: object): Promise<{ status: number; answer: JsonObject; headers: Headers }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, answer: (await response.json()) as JsonObject, headers: response.headers };
}

async function submit(prompt: Prompt, url = server.url): Promise<string> {
  return String((await post(`${url}/prompt`, { prompt: json(prompt) })).answer['prompt_id']);
}

/** Polls until the prompt is completed or its time is over, as batch scripts do: null then. */
async function waitFor(id: string, { timeoutMs = 60_000, url = server.url } = {}): Promise<JsonObject | null> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await setTimeout(25)) {
    const entry = (await getJson(`${url}/history/${id}`))[id] as JsonObject | undefined;
    if (at(entry, 'status', 'completed') === true) return entry ?? null;
  }
  return null;
}

describe('a batch', () => {
  it('is submitted in order and waited for one after the other', async () => {
    const ids: string[] = [];
    for (const color of [1, 2, 3, 4]) ids.push(await submit(colourPrompt({ prefix: 'batch', color })));
    const names: unknown[] = [];
    for (const id of ids) names.push(at(await waitFor(id), 'outputs', '2', 'images', 0, 'filename'));
    expect(names).toEqual(['batch_00001_.png', 'batch_00002_.png', 'batch_00003_.png', 'batch_00004_.png']);
    const history = await getJson(`${server.url}/history?max_items=4`);
    expect(Object.keys(history)).toEqual(ids);
  });

  it('goes on past a prompt that takes too long, and looks at the queue before it sends more', async () => {
    const slow = await submit(slowPrompt(60_000, 'too-slow'));
    const next = await submit(colourPrompt({ prefix: 'next', color: 5 }));
    const queue = await getJson(`${server.url}/queue`);
    expect([at(queue, 'queue_running', 0, 1), at(queue, 'queue_pending', 0, 1)]).toEqual([slow, next]);
    expect(await waitFor(slow, { timeoutMs: 100 })).toBeNull();
    expect((await fetch(`${server.url}/interrupt`, { method: 'POST' })).status).toBe(200);
    expect(await waitFor(next)).not.toBeNull();
    // What was interrupted never becomes completed: this is what scripts wait for in vain.
    expect(at(await getJson(`${server.url}/history/${slow}`), slow, 'status')).toMatchObject({
      status_str: 'error',
      completed: false,
    });
  });
});

describe('checks and tries', () => {
  it.each<[string, JsonObject, string]>([
    ['a node without a class', { '7': { inputs: {} } }, 'a node is missing the class_type property'],
    ['a class that is called by its title', { '7': { class_type: 'LoadCheckpoint', inputs: {} } }, 'LoadCheckpoint'],
    ['a node that is no object', { '7': 'KSampler' }, 'class_type'],
  ])('%s is refused as JSON that names the node', async (_what, prompt, words) => {
    const { status, answer } = await post(`${server.url}/prompt`, { prompt });
    expect(status).toBe(400);
    expect(String(at(answer, 'error', 'message'))).toContain(words);
    expect(at(answer, 'error', 'details')).toBe("Node ID '#7'");
    expect(answer['node_errors']).toEqual({});
  });

  it('names the class that was most likely meant', async () => {
    const { answer } = await post(`${server.url}/prompt`, { prompt: { '1': { class_type: 'LoadCheckpoint' } } });
    expect(at(answer, 'error', 'type')).toBe('invalid_prompt');
    expect(at(answer, 'error', 'extra_info')).toEqual({ suggestion: 'CheckpointLoaderSimple' });
  });

  it('a refusal is final: nothing was queued and the next prompt runs', async () => {
    const before = await getJson(`${server.url}/prompt`);
    await post(`${server.url}/prompt`, { prompt: {} });
    expect(await getJson(`${server.url}/prompt`)).toEqual(before);
    expect(await waitFor(await submit(colourPrompt({ prefix: 'after', color: 6 })))).not.toBeNull();
  });

  it('a graph of links that lead nowhere names each input', async () => {
    const prompt = { '1': { class_type: 'SaveImage', inputs: { images: ['9', 0], filename_prefix: 'x' } } };
    const { status, answer } = await post(`${server.url}/prompt`, { prompt });
    expect(status).toBe(400);
    expect(at(answer, 'node_errors', '1', 'class_type')).toBe('SaveImage');
  });
});

describe('several instances', () => {
  it('may be addresses of one server, which answer alike and share the queue', async () => {
    expect(new Set(instances).size).toBe(3);
    const ids = await Promise.all(
      instances.map((url, i) => submit(colourPrompt({ prefix: 'pool', color: 30 + i }), url)),
    );
    for (const [i, id] of ids.entries()) {
      // Asked of another one than it was sent to.
      const entry = await waitFor(id, { url: instances[(i + 1) % instances.length] ?? '' });
      expect(at(entry, 'outputs', '2', 'images', 0, 'type')).toBe('output');
    }
  });

  it('are told apart from dead ones by their system stats, and the job goes to one that lives', async () => {
    const dead = createServer().listen(0, '127.0.0.1');
    await once(dead, 'listening');
    const { port } = dead.address() as AddressInfo;
    dead.close();
    await once(dead, 'close');
    const pool = [`http://127.0.0.1:${port}`, ...instances];
    const isHealthy = (url: string) =>
      fetch(`${url}/system_stats`).then(
        ({ ok }) => ok,
        () => false,
      );
    const health = await Promise.all(pool.map(isHealthy));
    expect(health).toEqual([false, true, true, true]);
    const url = pool[health.indexOf(true)] ?? '';
    expect(await waitFor(await submit(colourPrompt({ prefix: 'failover', color: 40 }), url), { url })).not.toBeNull();
  });
});

/** The application of the pattern: hands prompts on, keeps its own job ids, reads the history. */
function startMiddleware(backend: string): Server {
  const jobs = new Map<string, string>();
  const reply = (response: ServerResponse, status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const generate = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { color } = JSON.parse((await request.toArray()).join('')) as { color: number };
    const jobId = `job-${jobs.size + 1}`;
    jobs.set(jobId, await submit(colourPrompt({ prefix: 'middleware', color }), backend));
    reply(response, 200, { job_id: jobId });
  };
  const status = async (jobId: string, response: ServerResponse): Promise<void> => {
    const promptId = jobs.get(jobId);
    if (promptId === undefined) {
      reply(response, 404, { error: 'Not found' });
      return;
    }
    const entry = (await getJson(`${backend}/history/${promptId}`))[promptId];
    const isComplete = at(entry, 'status', 'completed') === true;
    const outputs = isComplete ? { outputs: at(entry, 'outputs') } : {};
    reply(response, 200, { prompt_id: promptId, status: isComplete ? 'complete' : 'processing', ...outputs });
  };
  return createServer((request, response) => {
    const [, route, id = ''] = (request.url ?? '').split('/');
    const answered = route === 'generate' ? generate(request, response) : status(id, response);
    answered.catch((error: unknown) => reply(response, 500, { error: String(error) }));
  });
}

describe('an application in front of the server', () => {
  it('hands a job on, reports on it, and finds its pictures', async () => {
    const middleware = startMiddleware(server.url).listen(0, '127.0.0.1');
    await once(middleware, 'listening');
    const url = `http://127.0.0.1:${(middleware.address() as AddressInfo).port}`;
    const { answer } = await post(`${url}/generate`, { color: 50 });
    let report = await getJson(`${url}/status/${answer['job_id']}`);
    for (; report['status'] === 'processing'; await setTimeout(25)) {
      report = await getJson(`${url}/status/${answer['job_id']}`);
    }
    expect(report).toMatchObject({ status: 'complete', prompt_id: expect.any(String) });
    const filename = at(report, 'outputs', '2', 'images', 0, 'filename');
    const picture = await fetch(`${server.url}/view?filename=${filename}`);
    expect(isPng(new Uint8Array(await picture.arrayBuffer()))).toBe(true);
    expect((await fetch(`${url}/status/job-99`)).status).toBe(404);
    middleware.close();
  });
});

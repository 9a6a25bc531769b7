// What hand-written clients do, call by call (spec clients.md sections 1, 3, 7 and 8): scripts, monitors and agents that bring no
// library. Each sequence is sent as such a client sends it, down to its headers.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { JsonObject, Prompt } from '@snug/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, colourPrompt, getJson, openSocket, slowPrompt } from '../prompts.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';
import { demoCheckpoint, demoModels, demoPrompt, isPng } from './demo-prompt.ts';

let server: ServerProcess;

beforeAll(async () => {
  const flags = ['--models-directory', demoModels, '--preview-method', 'latent2rgb'];
  server = await startServerProcess({ flags, packs: ['test-nodes.mjs'] });
});

afterAll(() => server[Symbol.asyncDispose]());

interface Submitted {
  readonly status: number;
  readonly answer: JsonObject;
  readonly id: string;
}

/** Posts JSON as urllib does it by itself: called a form. */
async function submit(body: object): Promise<Submitted> {
  const response = await fetch(`${server.url}/prompt`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'Python-urllib/3.12' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as JsonObject;
  return { status: response.status, answer, id: String(answer['prompt_id']) };
}

/** Polls the history until the prompt is there, as most scripts wait, only more often. */
async function entryOf(id: string): Promise<JsonObject> {
  for (;;) {
    const entry = (await getJson(`${server.url}/history/${id}`))[id];
    if (entry !== undefined) return entry as JsonObject;
    await setTimeout(25);
  }
}

const post = (path: string, body?: string) =>
  fetch(`${server.url}${path}`, { method: 'POST', ...(body !== undefined && { body }) });

async function imageOf(filename: unknown): Promise<Uint8Array> {
  const response = await fetch(`${server.url}/view?filename=${filename}&type=output`);
  expect(response.headers.get('content-type')).toBe('image/png');
  return new Uint8Array(await response.arrayBuffer());
}

const json = (prompt: Prompt) => JSON.parse(JSON.stringify(prompt)) as object;

describe('a script that polls', () => {
  it('submits without a client id, waits for its entry and downloads by name alone', async () => {
    const { status, id } = await submit({ prompt: json(colourPrompt({ prefix: 'polled', color: 21 })) });
    expect(status).toBe(200);
    const entry = await entryOf(id);
    expect(entry['status']).toMatchObject({ status_str: 'success', completed: true });
    expect(at(entry, 'prompt', 1)).toBe(id);
    expect(isPng(await imageOf(at(entry, 'outputs', '2', 'images', 0, 'filename')))).toBe(true);
  });

  it('reads a refusal as JSON and finds nothing under an id that never was', async () => {
    const { status, answer } = await submit({ prompt: { '1': { class_type: 'LoadCheckpoint', inputs: {} } } });
    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { type: 'invalid_prompt' }, node_errors: {} });
    expect(await getJson(`${server.url}/history/never`)).toEqual({});
  });

  it('sees a failed run as not completed', async () => {
    const crash = {
      ...json(slowPrompt(10)),
      '3': { class_type: 'TestCrash', inputs: { image: ['1', 0], how: 'kill' } },
    };
    const { id } = await submit({ prompt: crash });
    expect((await entryOf(id))['status']).toMatchObject({ status_str: 'error', completed: false });
  });

  it('interrupts and frees without minding bodies', async () => {
    expect((await post('/interrupt')).status).toBe(200);
    expect((await post('/free', '{"unload_models": true, "free_memory": true}')).status).toBe(200);
    expect(await getJson(`${server.url}/queue`)).toEqual({ queue_running: [], queue_pending: [] });
  });

  it('uploads with the standard form and refers to the file by its answer', async () => {
    const entry = await entryOf((await submit({ prompt: json(colourPrompt({ prefix: 'up', color: 22 })) })).id);
    const bytes = await imageOf(at(entry, 'outputs', '2', 'images', 0, 'filename'));
    const form = new FormData();
    form.append('image', new Blob([Uint8Array.from(bytes)]), 'photo.png');
    form.append('subfolder', 'input');
    form.append('type', 'input');
    const answer = await (await fetch(`${server.url}/upload/image`, { method: 'POST', body: form })).json();
    expect(answer).toMatchObject({ name: 'photo.png', subfolder: 'input', type: 'input' });
    expect(isPng(await readFile(join(server.base, 'input', 'input', 'photo.png')))).toBe(true);
  });
});

describe('a script that listens', () => {
  it('takes pictures out of binary frames by leaving out eight bytes', async () => {
    const prompt = {
      ...json(colourPrompt({ color: 23 })),
      save_image_websocket_node: { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] } },
    };
    const log = await openSocket(server.url, 'frames');
    const { id } = await submit({ prompt, client_id: 'frames' });
    await log.ended(id);
    expect(log.frames).toHaveLength(1);
    expect(isPng(log.frames[0]!.subarray(8))).toBe(true);
    log.socket.close();
  });

  it('opens its socket after submitting and still hears the end, even when everything was cached', async () => {
    const prompt = json(colourPrompt({ prefix: 'cached', color: 24 }));
    await entryOf((await submit({ prompt, client_id: 'first' })).id);
    const { id } = await submit({ prompt, client_id: 'afterwards' });
    await entryOf(id);
    const log = await openSocket(server.url, 'afterwards');
    await log.ended(id);
    const types = log.messages.map(({ type }) => type);
    // It believes an end marker only after an output.
    expect(types.indexOf('executed')).toBeLessThan(types.lastIndexOf('executing'));
    expect(log.messages.find(({ type }) => type === 'executed')?.data['output']).toMatchObject({
      images: [{ type: 'output' }],
    });
    log.socket.close();
  });

  it('monitors without an id: every event of prompts without one, and never a binary frame', async () => {
    const log = await openSocket(server.url);
    const prompt = demoPrompt();
    prompt['5']!.inputs['steps'] = 2;
    const { id } = await submit({ prompt });
    await log.until((type, data) => type === 'execution_success' && data['prompt_id'] === id);
    const types = new Set(log.messages.map(({ type }) => type));
    for (const type of ['status', 'execution_start', 'executing', 'progress', 'executed'])
      expect(types).toContain(type);
    expect(log.frames).toEqual([]);
    log.socket.close();
  });
});

describe('an agent', () => {
  it('looks whether somebody is there and what is installed', async () => {
    const stats = await getJson(`${server.url}/system_stats`);
    expect(at(stats, 'devices', 0, 'name')).toBe('cpu');
    expect(stats['vram']).toMatchObject({ total: expect.any(Number), free: expect.any(Number) });
    const nodes = await getJson(`${server.url}/object_info`);
    const prompt = demoPrompt();
    expect(Object.keys(nodes)).toEqual(expect.arrayContaining(Object.values(prompt).map(node => node.class_type)));
    const folders = (await getJson(`${server.url}/models`)) as unknown as string[];
    expect(folders).toEqual(
      expect.arrayContaining(['checkpoints', 'loras', 'vae', 'diffusion_models', 'text_encoders']),
    );
    expect(await getJson(`${server.url}/models/checkpoints`)).toContain(demoCheckpoint);
    expect(await getJson(`${server.url}/embeddings`)).toEqual([]);
  });

  it('draws under an id of its own choice that is no UUID', async () => {
    const { id } = await submit({ prompt: demoPrompt(), client_id: 'video-agent' });
    const entry = await entryOf(id);
    expect(at(entry, 'prompt', 3, 'client_id')).toBe('video-agent');
    expect(isPng(await imageOf(at(entry, 'outputs', '7', 'images', 0, 'filename')))).toBe(true);
  });

  it('is told what is wrong with a graph that connects a latent to a picture', async () => {
    const { '1': empty } = {
      '1': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
    };
    const save = { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'smoke' } };
    const { status, answer } = await submit({ prompt: { '1': empty, '2': save } });
    expect(status).toBe(400);
    expect(at(answer, 'node_errors', '2', 'errors', 0, 'type')).toBe('return_type_mismatch');
  });

  it('asks for its job where newer clients ask', async () => {
    const { id } = await submit({ prompt: json(colourPrompt({ prefix: 'job', color: 25 })) });
    await entryOf(id);
    expect(await getJson(`${server.url}/api/jobs/${id}`)).toMatchObject({ id, status: 'completed', outputs_count: 1 });
    expect((await fetch(`${server.url}/api/jobs/never`)).status).toBe(404);
  });
});

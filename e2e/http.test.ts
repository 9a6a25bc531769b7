// A prompt over plain HTTP, as any script sends it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type JsonObject, stringifyLossless } from '@snug/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, colourPrompt, getJson, openSocket, slowPrompt } from './prompts.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess({ packs: ['test-nodes.mjs'] });
});

afterAll(() => server[Symbol.asyncDispose]());

async function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}${path}`, { method: 'POST', body, headers });
}

/** Submits and waits for the end; answers the history entry. */
async function run(prompt: JsonObject, more: JsonObject = {}): Promise<JsonObject> {
  const log = await openSocket(server.url, 'e2e-http');
  const response = await post('/prompt', stringifyLossless({ prompt, client_id: 'e2e-http', ...more }));
  expect(response.status).toBe(200);
  const { prompt_id: id } = (await response.json()) as { prompt_id: string };
  await log.ended(id);
  log.socket.close();
  return at(await getJson(`${server.url}/history/${id}`), id) as JsonObject;
}

describe('a prompt without a model', () => {
  it('becomes a picture that /view serves', async () => {
    const entry = await run(colourPrompt({ prefix: 'plain', color: 0x336699 }) as JsonObject);
    expect(at(entry, 'status', 'status_str')).toBe('success');
    const image = at(entry, 'outputs', '2', 'images', 0);
    expect(image).toEqual({ filename: 'plain_00001_.png', subfolder: '', type: 'output' });

    const view = await fetch(`${server.url}/view?filename=plain_00001_.png&type=output`);

    expect(view.headers.get('content-type')).toBe('image/png');
    const bytes = Buffer.from(await view.arrayBuffer());
    expect(bytes.equals(await readFile(join(server.base, 'output', 'plain_00001_.png')))).toBe(true);
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([64, 64]);
  });

  it('counts file names on', async () => {
    const names: unknown[] = [];
    for (const color of [1, 2]) {
      const entry = await run(colourPrompt({ prefix: 'sub/count', color }) as JsonObject);
      names.push(at(entry, 'outputs', '2', 'images', 0, 'filename'));
    }
    expect(names).toEqual(['count_00001_.png', 'count_00002_.png']);
  });

  it('is taken without a content type and under a form content type', async () => {
    const body = stringifyLossless({ prompt: colourPrompt({ prefix: 'bare' }) as JsonObject });
    const bare = await fetch(`${server.url}/prompt`, { method: 'POST', body: new Blob([body]) });
    const form = await post('/api/prompt', body, { 'content-type': 'application/x-www-form-urlencoded' });
    expect([bare.status, form.status]).toEqual([200, 200]);
  });

  it('embeds prompt and workflow in the picture, with numbers as they were sent', async () => {
    const prompt = colourPrompt({ prefix: 'meta' }) as JsonObject;
    (at(prompt, '1', 'inputs') as JsonObject)['seed'] = 18446744073709551615n;
    const workflow = { nodes: [], title: 'Größe' };
    const entry = await run(prompt, { extra_data: { extra_pnginfo: { workflow } } });

    expect(at(entry, 'prompt', 2, '1', 'inputs', 'seed')).toBe(18446744073709551615n);
    const png = await readFile(join(server.base, 'output', 'meta_00001_.png'), 'latin1');
    expect(png).toContain('tEXtprompt\0');
    expect(png).toContain('"seed": 18446744073709551615');
    expect(png).toContain('tEXtworkflow\0{"nodes": [], "title": "Gr\\u00f6\\u00dfe"}');
  });

  it('costs nothing the second time', async () => {
    const prompt = colourPrompt({ prefix: 'cached' }) as JsonObject;
    await run(prompt);
    const second = await run(prompt);
    expect(at(second, 'status', 'messages', 1, 1, 'nodes')).toEqual(['1', '2']);
    expect(at(second, 'outputs', '2', 'images', 0, 'filename')).toBe('cached_00001_.png');
  });
});

describe('a prompt with an uploaded picture', () => {
  it('reads what /upload/image stored', async () => {
    await run(colourPrompt({ prefix: 'upload', color: 0x0000ff }) as JsonObject);
    const form = new FormData();
    form.set('image', new Blob([await readFile(join(server.base, 'output', 'upload_00001_.png'))]), 'blue.png');
    const upload = await fetch(`${server.url}/upload/image`, { method: 'POST', body: form });
    expect(await upload.json()).toEqual({ name: 'blue.png', subfolder: '', type: 'input' });

    const entry = await run({
      '1': { class_type: 'LoadImage', inputs: { image: 'blue.png' } },
      '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
      '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'inverted' } },
    });

    expect(at(entry, 'status', 'status_str')).toBe('success');
    const rgb = await fetch(`${server.url}/view?filename=inverted_00001_.png&channel=rgb`);
    expect(rgb.status).toBe(200);
  });

  it('shows pictures in other formats', async () => {
    await run(colourPrompt({ prefix: 'shown' }) as JsonObject);
    const webp = await fetch(`${server.url}/view?filename=shown_00001_.png&preview=webp;80`);
    expect(webp.headers.get('content-type')).toBe('image/webp');
    expect(
      Buffer.from(await webp.arrayBuffer())
        .subarray(8, 12)
        .toString(),
    ).toBe('WEBP');
  });
});

describe('bad input', () => {
  it.each([
    ['nothing', '{}', 'no_prompt'],
    ['an unknown class', '{"prompt":{"1":{"class_type":"Nope","inputs":{}}}}', 'invalid_prompt'],
    ['no output node', '{"prompt":{"1":{"class_type":"EmptyImage","inputs":{}}}}', 'prompt_no_outputs'],
  ])('is refused with a reason: %s', async (_name, body, type) => {
    const response = await post('/prompt', body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: { type: string } }).error.type).toBe(type);
  });

  it('names the node and the input that are wrong', async () => {
    const prompt = colourPrompt() as JsonObject;
    (at(prompt, '1', 'inputs') as JsonObject)['width'] = 'wide';
    const response = await post('/prompt', stringifyLossless({ prompt }));
    const answer = (await response.json()) as JsonObject;
    expect(at(answer, 'error', 'type')).toBe('prompt_outputs_failed_validation');
    expect(at(answer, 'node_errors', '1', 'errors', 0, 'type')).toBe('invalid_input_type');
    expect(at(answer, 'node_errors', '1', 'errors', 0, 'extra_info', 'input_name')).toBe('width');
  });

  it('answers damaged JSON without harm', async () => {
    expect((await post('/prompt', '{"prompt": ')).status).toBe(500);
    expect((await fetch(`${server.url}/queue`)).status).toBe(200);
  });
});

describe('interrupt', () => {
  it('stops the running prompt, and the next one runs', async () => {
    const log = await openSocket(server.url, 'e2e-interrupt');
    const body = stringifyLossless({ prompt: slowPrompt(600_000) as JsonObject, client_id: 'e2e-interrupt' });
    const { prompt_id: id } = (await (await post('/prompt', body)).json()) as { prompt_id: string };
    await log.until((type, data) => type === 'progress' && data['prompt_id'] === id);

    expect((await post('/interrupt', '')).status).toBe(200);

    await log.ended(id);
    expect(log.messages.map(({ type }) => type)).toContain('execution_interrupted');
    expect(at(await getJson(`${server.url}/history/${id}`), id, 'status', 'completed')).toBe(false);
    const next = await run(colourPrompt({ prefix: 'after', color: 5 }) as JsonObject);
    expect(at(next, 'status', 'status_str')).toBe('success');
  });

  it('does not touch another prompt than the named one', async () => {
    const log = await openSocket(server.url, 'e2e-named');
    const body = stringifyLossless({ prompt: slowPrompt(400, 'named') as JsonObject, client_id: 'e2e-named' });
    const { prompt_id: id } = (await (await post('/prompt', body)).json()) as { prompt_id: string };
    await log.until((type, data) => type === 'progress' && data['prompt_id'] === id);
    await post('/interrupt', '{"prompt_id":"somebody-else"}');
    await log.ended(id);
    expect(at(await getJson(`${server.url}/history/${id}`), id, 'status', 'status_str')).toBe('success');
  });
});

describe('the rest of the surface', () => {
  it.each(['', '/api'])('answers with the prefix "%s"', async prefix => {
    expect(at(await getJson(`${server.url}${prefix}/prompt`), 'exec_info', 'queue_remaining')).toBe(0);
    expect(Object.keys(await getJson(`${server.url}${prefix}/queue`))).toEqual(['queue_running', 'queue_pending']);
    expect(at(await getJson(`${server.url}${prefix}/system_stats`), 'system', 'os')).toBe(process.platform);
    const info = await getJson(`${server.url}${prefix}/object_info/SaveImage`);
    expect(at(info, 'SaveImage', 'output_node')).toBe(true);
  });

  it('describes all nodes, with the widest seeds', async () => {
    const info = await getJson(`${server.url}/object_info`);
    expect(Object.keys(info)).toEqual(expect.arrayContaining(['KSampler', 'CheckpointLoaderSimple', 'TestWait']));
    expect(at(info, 'KSampler', 'input', 'required', 'seed', 1, 'max')).toBe(18446744073709551615n);
  });

  it('frees memory on demand', async () => {
    expect((await post('/free', '{"unload_models":true,"free_memory":true}')).status).toBe(200);
  });
});

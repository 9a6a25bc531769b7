import type { Prompt } from '@snug/protocol';
import { parseLossless } from '@snug/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AbortedError,
  ClientError,
  ConnectionError,
  HttpStatusError,
  PromptRejectedError,
  RequestTimeoutError,
  SnugClient,
} from '../src/index.ts';
import { json, ScriptedServer } from './scripted-server.ts';

let server: ScriptedServer;
let client: SnugClient;

beforeEach(async () => {
  server = await ScriptedServer.start();
  client = new SnugClient({ baseUrl: server.url, clientId: 'me' });
});

afterEach(() => server.close());

const prompt: Prompt = { '9': { class_type: 'SaveImage', inputs: { images: ['8', 0] } } };

describe('submit', () => {
  it('sends the prompt with the client id and answers the id that the server gave', async () => {
    server.routes['/prompt'] = () => json({ prompt_id: 'abc', number: 7, node_errors: {} });

    const submission = await client.submit(prompt, { extraData: { preview_method: 'auto' }, front: true });

    expect(submission).toMatchObject({ promptId: 'abc', number: 7 });
    expect(JSON.parse(String(server.requests[0]?.body))).toEqual({
      prompt,
      client_id: 'me',
      extra_data: { preview_method: 'auto' },
      front: true,
    });
  });

  it('keeps seeds up to 2^64-1 and the difference between 5 and 5.0', async () => {
    server.routes['/prompt'] = () => json({ prompt_id: 'abc', number: 0, node_errors: {} });
    const text = '{"3":{"class_type":"KSampler","inputs":{"seed":18446744073709551615,"cfg":5.0,"steps":5}}}';

    await client.submit(parseLossless(text) as Prompt);

    expect(String(server.requests[0]?.body)).toContain('{"seed":18446744073709551615,"cfg":5.0,"steps":5}');
  });

  it('throws what validation found', async () => {
    const error = { type: 'prompt_no_outputs', message: 'Prompt has no outputs', details: '', extra_info: {} };
    const problem = { type: 'value_not_in_list', message: 'Value not in list', details: "x: 'a'", extra_info: {} };
    const nodeErrors = { '4': { errors: [problem], dependent_outputs: ['9'], class_type: 'Loader' } };
    server.routes['/prompt'] = () => json({ error, node_errors: nodeErrors }, 400);

    const failure = await client.submit(prompt).catch((thrown: unknown) => thrown);

    expect(failure).toBeInstanceOf(PromptRejectedError);
    expect((failure as PromptRejectedError).error.type).toBe('prompt_no_outputs');
    expect((failure as PromptRejectedError).nodeErrors['4']?.errors[0]?.details).toBe("x: 'a'");
    expect((failure as Error).message).toContain("node 4 (Loader): Value not in list (x: 'a')");
  });

  it('reports a 400 that is no validation answer as the status that it is', async () => {
    server.routes['/prompt'] = () => json({ error: 'Bad Request' }, 400);
    await expect(client.submit(prompt)).rejects.toThrow(HttpStatusError);
  });

  it('says so when the answer is no answer of such a server', async () => {
    server.routes['/prompt'] = () => ({ body: '<html>welcome</html>' });
    await expect(client.submit(prompt)).rejects.toMatchObject({ code: 'BAD_RESPONSE' });
  });

  it('is never sent twice', async () => {
    server.routes['/prompt'] = () => 'drop';
    await expect(client.submit(prompt)).rejects.toThrow(ConnectionError);
    expect(server.requests).toHaveLength(1);
  });
});

describe('failures', () => {
  it('tells a refused connection apart', async () => {
    await server.close();
    const failure = await client.queue({ maxRetries: 0 }).catch((thrown: unknown) => thrown);
    server = await ScriptedServer.start();

    expect(failure).toBeInstanceOf(ConnectionError);
    expect(failure).toBeInstanceOf(ClientError);
    expect((failure as Error).message).toContain('ECONNREFUSED');
  });

  it('gives up an attempt after its time limit', async () => {
    server.routes['/queue'] = () => 'hang';
    await expect(client.queue({ timeoutMs: 50, maxRetries: 0 })).rejects.toThrow(RequestTimeoutError);
  });

  it('ends a call when the caller aborts it, without another attempt', async () => {
    const controller = new AbortController();
    server.routes['/queue'] = () => {
      controller.abort();
      return 'hang';
    };
    await expect(client.queue({ signal: controller.signal })).rejects.toThrow(AbortedError);
    expect(server.requests).toHaveLength(1);
  });

  it('repeats a reading request after a passing failure', async () => {
    let calls = 0;
    server.routes['/queue'] = () => {
      calls++;
      return calls === 1
        ? { status: 503, headers: { 'retry-after': '0' } }
        : json({ queue_running: [], queue_pending: [] });
    };
    await expect(client.queue()).resolves.toEqual({ running: [], pending: [] });
    expect(calls).toBe(2);
  });

  it('stops repeating after two further attempts', async () => {
    server.routes['/queue'] = () => ({ status: 500, headers: { 'retry-after': '0' }, body: 'in trouble' });
    const failure = await client.queue().catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ status: 500, body: 'in trouble' });
    expect(server.requests).toHaveLength(3);
  });

  it('does not repeat a request that will always fail', async () => {
    server.routes['/view'] = () => ({ status: 404 });
    const missing = { filename: 'gone.png', subfolder: '', type: 'output' } as const;
    await expect(client.download(missing)).rejects.toMatchObject({ status: 404 });
    expect(server.requests).toHaveLength(1);
  });

  it('does not repeat an interrupt', async () => {
    server.routes['/interrupt'] = () => ({ status: 503, headers: { 'retry-after': '0' } });
    await expect(client.interrupt()).rejects.toMatchObject({ status: 503 });
    expect(server.requests).toHaveLength(1);
  });

  it('refuses addresses that are none', () => {
    expect(() => new SnugClient({ baseUrl: 'localhost' })).toThrow(ClientError);
    expect(() => new SnugClient({ baseUrl: 'ftp://localhost' })).toThrow('no http or https address');
  });
});

describe('reading', () => {
  it('names the parts of queue items', async () => {
    const item = [-1.0, 'abc', prompt, { client_id: 'me' }, ['9']];
    server.routes['/queue'] = () => json({ queue_running: [item], queue_pending: [] });

    const { running } = await client.queue();

    expect(running).toEqual([
      { number: -1, promptId: 'abc', prompt, extraData: { client_id: 'me' }, outputsToExecute: ['9'] },
    ]);
  });

  it('asks for a page of the history', async () => {
    server.routes['/history'] = () => json({});
    await client.history({ maxItems: 3, offset: 2 });
    expect(server.requests[0]?.url).toBe('/history?max_items=3&offset=2');
  });

  it('answers undefined for a prompt that has not ended', async () => {
    server.routes['/history/a%2Fb'] = () => json({});
    await expect(client.historyEntry('a/b')).resolves.toBeUndefined();
  });

  it('keeps big numbers of the node catalogue', async () => {
    server.routes['/object_info/KSampler'] = () => ({ body: '{"KSampler":{"max":18446744073709551615}}' });
    await expect(client.objectInfo('KSampler')).resolves.toMatchObject({
      KSampler: { max: 18446744073709551615n },
    });
  });

  it('works below the path of a reverse proxy', async () => {
    server.routes['/comfy/system_stats'] = () => json({ system: { os: 'linux' } });
    const proxied = new SnugClient({ baseUrl: `${server.url}/comfy` });
    await expect(proxied.systemStats()).resolves.toMatchObject({ system: { os: 'linux' } });
    expect(proxied.viewUrl({ filename: 'a b.png', subfolder: 'x', type: 'temp' })).toBe(
      `${server.url}/comfy/view?filename=a+b.png&subfolder=x&type=temp`,
    );
  });

  it('sends the given headers with every request', async () => {
    server.routes['/queue'] = () => json({ queue_running: [], queue_pending: [] });
    await new SnugClient({ baseUrl: server.url, headers: { authorization: 'Bearer x' } }).queue();
    expect(server.requests[0]?.headers['authorization']).toBe('Bearer x');
  });
});

describe('files', () => {
  it('uploads a file and answers how loader nodes name it', async () => {
    server.routes['/upload/image'] = () => json({ name: 'cat (1).png', subfolder: 'pets', type: 'input' });

    const stored = await client.uploadImage(new Uint8Array([1, 2, 3]), { filename: 'cat.png', subfolder: 'pets' });

    expect(stored).toEqual({ filename: 'cat (1).png', subfolder: 'pets', type: 'input', name: 'pets/cat (1).png' });
    const body = String(server.requests[0]?.body.toString('latin1'));
    expect(body).toContain('name="image"; filename="cat.png"');
    expect(body).toContain('\u0001\u0002\u0003');
    expect(body).not.toContain('name="overwrite"');
  });

  it('downloads the bytes of a file', async () => {
    server.routes['/view'] = () => ({ body: new Uint8Array([137, 80, 78, 71]) });
    const bytes = await client.download({ filename: 'a.png', subfolder: 's', type: 'output' });
    expect([...bytes]).toEqual([137, 80, 78, 71]);
    expect(server.requests[0]?.url).toBe('/view?filename=a.png&subfolder=s&type=output');
  });
});

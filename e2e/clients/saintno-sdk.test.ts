// The npm package @saintno/comfyui-sdk, unmodified and used as its README says: connect, build, call, follow, download.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CallWrapper, ComfyApi, ComfyPool, EQueueMode, type NodeProgress, PromptBuilder } from '@saintno/comfyui-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { colourPrompt, slowPrompt } from '../prompts.ts';
import { repository, type ServerProcess, startServerProcess } from '../server-process.ts';
import { demoCheckpoint, demoModels, demoPrompt, isPng } from './demo-prompt.ts';

let server: ServerProcess;
const clients: ComfyApi[] = [];

beforeAll(async () => {
  const flags = ['--models-directory', demoModels, '--preview-method', 'latent2rgb'];
  server = await startServerProcess({ flags, packs: ['test-nodes.mjs'] });
});

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

afterAll(() => server[Symbol.asyncDispose]());

async function connect(url = server.url, options: ConstructorParameters<typeof ComfyApi>[2] = {}): Promise<ComfyApi> {
  const api = new ComfyApi(url, undefined, options);
  clients.push(api);
  const isConnected = new Promise(resolve => api.on('connected', resolve));
  api.init(5, 200);
  await Promise.all([api.waitForReady(), isConnected]);
  return api;
}

function drawing(seed: number) {
  return new PromptBuilder(demoPrompt(), ['positive', 'seed', 'steps', 'checkpoint'], ['images'])
    .setInputNode('positive', '2.inputs.text')
    .setInputNode('seed', '5.inputs.seed')
    .setInputNode('steps', '5.inputs.steps')
    .setInputNode('checkpoint', '1.inputs.ckpt_name')
    .setOutputNode('images', '7')
    .input('positive', 'a penguin on a red background')
    .input('seed', seed)
    .input('steps', 6);
}

interface Outcome {
  readonly result: unknown;
  readonly failures: readonly Error[];
  readonly progress: readonly NodeProgress[];
  readonly previews: readonly Blob[];
  readonly told: readonly string[];
}

/** Runs with every callback of the wrapper attached. */
// biome-ignore lint/suspicious/noExplicitAny: the wrapper's type parameters say nothing here
async function run(api: ComfyApi, builder: PromptBuilder<any, any, any>, onPending = () => {}): Promise<Outcome> {
  const failures: Error[] = [];
  const progress: NodeProgress[] = [];
  const previews: Blob[] = [];
  const told: string[] = [];
  const result = await new CallWrapper(api, builder)
    .onPending(() => {
      told.push('pending');
      onPending();
    })
    .onStart(() => told.push('start'))
    .onPreview(blob => previews.push(blob))
    .onProgress(info => progress.push(info))
    .onOutput(key => told.push(`output ${String(key)}`))
    .onFinished(() => told.push('finished'))
    .onFailed(error => failures.push(error))
    .run();
  return { result, failures, progress, previews, told };
}

interface ImageList {
  readonly images: { readonly images: { filename: string; subfolder: string; type: string }[] };
}

describe('@saintno/comfyui-sdk', () => {
  it('finds what it asks for when it connects', async () => {
    const api = await connect();
    expect(api.osType).toBe(process.platform);
    expect(api.availableFeatures).toEqual({ manager: false, monitor: false });
    expect(await api.ping()).toMatchObject({ status: true });
    expect(await api.pollStatus()).toEqual({ exec_info: { queue_remaining: 0 } });
    expect(await api.getCheckpoints()).toContain(demoCheckpoint);
    expect((await api.getSamplerInfo()).sampler?.[0]).toContain('euler');
    expect(Object.keys((await api.getNodeDefs('KSampler')) ?? {})).toEqual(['KSampler']);
    expect(await api.getNodeDefs('NoSuchNode')).toBeNull();
    expect(await api.getEmbeddings()).toEqual([]);
    expect(await api.getModelTypes()).toContain('checkpoints');
    expect(await api.getModels('checkpoints')).toContain(demoCheckpoint);
    expect(await api.getFeatures()).toMatchObject({ supports_preview_metadata: true });
    expect(await api.getQueue()).toEqual({ queue_running: [], queue_pending: [] });
    expect(await api.freeMemory(true, true)).toBe(true);
  });

  it('draws with progress and previews, and downloads the picture', async () => {
    const api = await connect();
    const { result, failures, progress, previews, told } = await run(api, drawing(41));
    expect(failures).toEqual([]);
    expect(told).toEqual(['pending', 'start', 'output images', 'finished']);
    expect(progress.at(-1)).toMatchObject({ value: 6, max: 6, node: '5' });
    expect(previews.length).toBeGreaterThan(0);
    const [jpeg] = previews;
    expect([...new Uint8Array((await jpeg?.arrayBuffer()) ?? new ArrayBuffer()).subarray(0, 2)]).toEqual([0xff, 0xd8]);

    const [image] = (result as ImageList).images.images;
    const blob = await api.getImage(image!);
    expect(blob.type).toBe('image/png');
    expect(isPng(new Uint8Array(await blob.arrayBuffer()))).toBe(true);
    expect((await fetch(api.getPathImage(image!))).status).toBe(200);
    expect(Object.keys(await api.getHistories(1))).toHaveLength(1);
  });

  it('answers at once when everything is cached', async () => {
    const api = await connect();
    const first = await run(api, drawing(42));
    const again = await run(api, drawing(42));
    expect(again.failures).toEqual([]);
    expect(again.told).toContain('finished');
    expect(again.result).toEqual(first.result);
  });

  it('tells what is wrong with a prompt', async () => {
    const api = await connect();
    const { result, failures } = await run(api, drawing(43).input('checkpoint', 'missing.safetensors'));
    expect(result).toBe(false);
    expect(failures[0]?.message).toBe('Failed to queue prompt');
    expect(failures[0]?.cause).toMatchObject({
      error: { type: 'prompt_outputs_failed_validation' },
      node_errors: { '1': { class_type: 'CheckpointLoaderSimple', errors: [{ type: 'value_not_in_list' }] } },
    });
  });

  it('hears of its interrupted run', async () => {
    const api = await connect();
    const builder = new PromptBuilder(slowPrompt(60_000, 'sdk-slow') as never, [], ['images']).setRawOutputNode(
      'images',
      '2',
    );
    const stop = api.on('progress', () => void api.interrupt());
    const { result, failures } = await run(api, builder as never);
    stop();
    expect(result).toBe(false);
    expect(failures.map(error => error.message)).toContain('The execution was interrupted!');
  });

  it('uploads a picture and uses it with a node bypassed', async () => {
    const api = await connect();
    const made = await run(api, pictureBuilder(colourPrompt({ prefix: 'sdk-made', color: 99 }), '2'));
    const blob = await api.getImage((made.result as ImageList).images.images[0]!);
    const uploaded = await api.uploadImage(blob, 'sdk upload.png', { override: true, subfolder: 'sdk' });
    expect(uploaded).toMatchObject({ info: { name: 'sdk upload.png', subfolder: 'sdk', type: 'input' } });
    expect(uploaded && (await fetch(encodeURI(uploaded.url))).status).toBe(200);

    const builder = pictureBuilder(
      {
        '1': { class_type: 'LoadImage', inputs: { image: 'sdk/sdk upload.png' } },
        '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
        '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'sdk-bypassed' } },
      },
      '3',
    ).bypass('2' as never);
    const { result, failures } = await run(api, builder);
    expect(failures).toEqual([]);
    const saved = await api.getImage((result as ImageList).images.images[0]!);
    expect(isPng(new Uint8Array(await saved.arrayBuffer()))).toBe(true);
  });

  it('runs jobs at the front, in a row and clears lists', async () => {
    const api = await connect();
    const done = (id: string) =>
      new Promise<void>(resolve => {
        api.on('executing', ({ detail }) => {
          if (detail.prompt_id === id && detail.node === null) resolve();
        });
      });
    const blocker = await api.queuePrompt(null, slowPrompt(60_000, 'sdk-blocker'));
    const waiting = await api.queuePrompt(null, colourPrompt({ prefix: 'sdk-waiting', color: 1 }));
    const front = await api.queuePrompt(-1, colourPrompt({ prefix: 'sdk-front', color: 2 }));
    expect(front.number).toBeLessThan(waiting.number);
    await api.manageQueue({ delete: [waiting.prompt_id] });
    const ended = done(front.prompt_id);
    await untilRunning(api, blocker.prompt_id);
    await api.interrupt();
    await ended;
    expect(await api.getHistory(waiting.prompt_id)).toBeUndefined();
    expect(await api.getHistory(front.prompt_id)).toMatchObject({ status: { status_str: 'success' } });
    await api.clearHistory({ clear: true });
    expect(await api.getHistories()).toEqual({});
  });

  it('keeps settings and files of the user', async () => {
    const api = await connect();
    await api.storeSettings({ 'Sdk.Theme': 'dark' });
    await api.storeSetting('Sdk.Size', 3);
    expect(await api.getSettings()).toMatchObject({ 'Sdk.Theme': 'dark', 'Sdk.Size': 3 });
    expect(await api.getSetting('Sdk.Theme')).toBe('dark');
    expect(await api.getUserConfig()).toMatchObject({ storage: 'server' });

    await api.storeUserData('sdk/notes.json', { a: 1 }, { overwrite: true, stringify: true });
    expect(await (await api.getUserData('sdk/notes.json')).json()).toEqual({ a: 1 });
    expect(await api.listUserData('sdk')).toEqual(['notes.json']);
    expect((await api.moveUserData('sdk/notes.json', 'sdk/kept.json')).status).toBe(200);
    expect((await api.listUserDataV2('')).map(({ name }) => name)).toContain('sdk');
    await api.deleteUserData('sdk/kept.json');
    expect(await api.listUserData('sdk')).toEqual([]);
  });

  it('looks around', async () => {
    const api = await connect();
    expect((await api.getModelFolders()).map(({ name }) => name)).toContain('checkpoints');
    expect((await api.getModelFiles('checkpoints')).map(({ name }) => name)).toContain(demoCheckpoint);
    expect(await api.getViewMetadata('checkpoints', demoCheckpoint)).toMatchObject({ format: 'pt' });
    expect(await api.getWorkflowTemplates()).toEqual({});
    expect(await api.getExtensions()).toBeInstanceOf(Array);
    expect((await api.getTerminalLogs()).entries.length).toBeGreaterThan(0);
  });

  it('shares the jobs of a pool among servers', async () => {
    await using second = await startServerProcess({ packs: ['test-nodes.mjs'] });
    const pool = new ComfyPool([new ComfyApi(server.url), new ComfyApi(second.url)], EQueueMode.PICK_ZERO);
    let countReady = 0;
    const areReady = new Promise<void>(resolve => {
      pool.on('ready', () => {
        countReady++;
        if (countReady === 2) resolve();
      });
    });
    try {
      await areReady;
      const used = await pool.batch(
        [31, 32, 33, 34].map(color => async (api: ComfyApi) => {
          const { failures } = await run(api, pictureBuilder(slowPrompt(40, `pool-${color}`), '2'));
          expect(failures).toEqual([]);
          return api.apiHost;
        }),
      );
      expect(new Set(used)).toEqual(new Set([server.url, second.url]));
    } finally {
      pool.destroy();
    }
  });

  it('runs and downloads from its command line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'snug-cfli-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'workflow.json');
    await writeFile(file, JSON.stringify(demoPrompt()));
    const command = join(repository, 'node_modules', '@saintno', 'comfyui-sdk', 'dist', 'cli.js');
    const flags = ['-f', file, '-H', server.url, '-i', '5.inputs.steps=2', '--json', '-d', '-o', folder];
    const { stdout } = await promisify(execFile)(process.execPath, [command, ...flags], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', outputs: expect.any(Object) });
    const [picture] = (await readdir(folder)).filter(name => name.endsWith('.png'));
    expect(isPng(await readFile(join(folder, picture ?? '')))).toBe(true);
  });

  it('comes back by itself when the server restarts', async () => {
    const first = await startServerProcess();
    const port = Number(new URL(first.url).port);
    const api = await connect(first.url);
    const reconnected = new Promise(resolve => api.on('reconnected', resolve));
    await first.end('SIGTERM');
    await using second = await startServerProcess({ base: first.base, port });
    expect(second.url).toBe(first.url);
    await reconnected;
    const { failures, told } = await run(api, pictureBuilder(colourPrompt({ prefix: 'sdk-again', color: 7 }), '2'));
    expect(failures).toEqual([]);
    expect(told).toContain('finished');
  });
});

function pictureBuilder(prompt: object, output: string) {
  return new PromptBuilder(prompt as never, [], ['images']).setRawOutputNode('images', output);
}

/** Asks until the prompt runs: the run itself announces nothing to clients that only poll. */
async function untilRunning(api: ComfyApi, promptId: string): Promise<void> {
  for (;;) {
    const { queue_running: running } = await api.getQueue();
    if (running.some(item => (item as unknown as unknown[])[1] === promptId)) return;
    await setTimeout(25);
  }
}

// The npm package @stable-canvas/comfyui-client, unmodified and used as its README says: pipelines, workflows, raw prompts.
import {
  BasePipe,
  Client,
  HttpError,
  outToB64Urls,
  Workflow,
  WorkflowInterruptedError,
} from '@stable-canvas/comfyui-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { colourPrompt, slowPrompt } from '../prompts.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';
import { demoCheckpoint, demoModels, isPng } from './demo-prompt.ts';

let server: ServerProcess;
const clients: Client[] = [];

beforeAll(async () => {
  server = await startServerProcess({ flags: ['--models-directory', demoModels], packs: ['test-nodes.mjs'] });
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

afterAll(() => server[Symbol.asyncDispose]());

async function connect(address = server.address): Promise<Client> {
  const client = new Client({ api_host: address, WebSocket, fetch });
  clients.push(client);
  const [stats, isConnected] = await Promise.all([client.getSystemStats(), client.connect()]);
  expect(stats.devices.length).toBeGreaterThan(0);
  expect(isConnected).toBe(true);
  return client;
}

/** The README's minimal case with the checkpoint that is here. */
function drawing(seed: number): Workflow {
  const workflow = new Workflow();
  const { CheckpointLoaderSimple, CLIPTextEncode, EmptyLatentImage, KSampler, SaveImage, VAEDecode } = workflow.classes;
  const [model, clip, vae] = CheckpointLoaderSimple({ ckpt_name: demoCheckpoint });
  const encode = (text: string) => CLIPTextEncode({ text, clip: clip! })[0]!;
  const [samples] = KSampler({
    seed,
    steps: 6,
    cfg: 4,
    sampler_name: 'dpmpp_2m',
    scheduler: 'karras',
    denoise: 1,
    model: model!,
    positive: encode('a penguin on a blue background'),
    negative: encode(''),
    latent_image: EmptyLatentImage({ width: 128, height: 128, batch_size: 1 })[0]!,
  });
  SaveImage({ filename_prefix: 'from-sc', images: VAEDecode({ samples: samples!, vae: vae! })[0]! });
  return workflow;
}

function bytesOf(dataUrl: string | undefined): Uint8Array {
  return Buffer.from(dataUrl?.split(',')[1] ?? '', 'base64');
}

describe('@stable-canvas/comfyui-client', () => {
  it('reads what the server offers', async () => {
    const client = await connect();
    expect(await client.getSDModels()).toContain(demoCheckpoint);
    expect(await client.getSamplers()).toContain('euler');
    expect(await client.getSchedulers()).toContain('karras');
    for (const list of [client.getLoRAs(), client.getVAEs(), client.getCNetModels()]) {
      expect(await list).toBeInstanceOf(Array);
    }
    // What this client takes for a list where a class has the newer shape, with the reference as well.
    expect(await client.getUpscaleModels()).toBe('COMBO');
    expect(await client.getEmbeddings()).toEqual([]);
    expect(await client.getQueue()).toEqual({ Running: [], Pending: [] });
    await client.free({ unload_models: true, free_memory: true });
  });

  it('keeps settings and files of the user, and reads models', async () => {
    const client = await connect();
    await client.storeSettings({ 'Sc.Theme': 'light' });
    await client.storeSetting('Sc.Zoom', 1.5);
    expect(await client.getSettings()).toMatchObject({ 'Sc.Theme': 'light', 'Sc.Zoom': 1.5 });
    expect(await client.getSetting('Sc.Zoom')).toBe(1.5);
    await client.storeUserData('sc.json', { a: [1] }, { stringify: true });
    expect(await (await client.getUserData('sc.json')).json()).toEqual({ a: [1] });
    expect(await client.getUserConfig()).toMatchObject({ storage: 'server' });
    expect((await client.getModelFolders()).map(({ name }) => name)).toContain('checkpoints');
    expect((await client.getModels('checkpoints')).map(({ name }) => name)).toContain(demoCheckpoint);
    expect(await client.viewMetadata('checkpoints', demoCheckpoint)).toMatchObject({ format: 'pt' });
    expect(await client.getExtensions()).toBeInstanceOf(Array);
  });

  it('draws with a workflow in code and tells its progress', async () => {
    const client = await connect();
    const progress: number[] = [];
    const output = await drawing(51).invoke(client, { progress: ({ value }) => progress.push(value) });
    const [picture] = await outToB64Urls(output);
    // The package guesses the type from the end of the address, which for /view is a parameter.
    expect(picture).toMatch(/^data:image\/\w+;base64,/);
    expect(isPng(bytesOf(picture)), 'a PNG').toBe(true);
    expect(progress.at(-1)).toBe(6);
  });

  it('receives the picture of a pipeline over the socket', async () => {
    const client = await connect();
    const { images } = await new BasePipe()
      .with(client)
      .model(demoCheckpoint)
      .prompt('a penguin')
      .negative('low quality')
      .size(128, 128)
      .steps(4)
      .cfg(4)
      .sampler('euler')
      .seed(52)
      .save()
      .wait();
    expect(images.length).toBeGreaterThan(0);
    expect(isPng(new Uint8Array(images.at(-1)!.data))).toBe(true);
  });

  it('saves the picture of a pipeline and finds it by polling', async () => {
    const client = new Client({ api_host: server.address, WebSocket, fetch });
    clients.push(client);
    expect(await client.connect({ polling: { enabled: true, interval: 100 }, websocket: { enabled: false } })).toBe(
      true,
    );
    const pipe = new BasePipe().with(client).model(demoCheckpoint).size(64, 64).steps(2).sampler('euler');
    const { images } = await pipe.seed(53).save('sc-polled').wait_polling();
    expect(images.map(({ mime }) => mime)).toEqual(['image/png']);
    expect(isPng(new Uint8Array(images[0]!.data))).toBe(true);
  });

  it('enqueues raw prompts, over the socket and by polling', async () => {
    const client = await connect();
    const told: number[] = [];
    const prompt = { ...slowPrompt(100, 'sc-raw') };
    const output = await client.enqueue(prompt, { progress: ({ value }) => told.push(value) });
    expect(output.images).toHaveLength(1);
    expect(told.length).toBeGreaterThan(0);

    const polled = await client.enqueue_polling(
      { ...colourPrompt({ prefix: 'sc-poll', color: 5 }) },
      { polling_ms: 20 },
    );
    expect(polled.images).toHaveLength(1);
    const { History: entries } = await client.getHistory(1);
    expect(entries).toHaveLength(1);
  });

  it('tells what is wrong with a prompt', async () => {
    const client = await connect();
    const workflow = new Workflow();
    workflow.node('SaveImage', { images: ['404', 0], filename_prefix: 'never' });
    const failure = await workflow.invoke(client).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(HttpError);
    expect(JSON.stringify(failure)).toContain('400');
  });

  it('interrupts its running prompt', async () => {
    const client = await connect();
    const invoked = new Workflow();
    const [image] = invoked.classes.EmptyImage({ width: 64, height: 64, batch_size: 1, color: 0 });
    const [slow] = invoked.node('TestWait', { image, milliseconds: 60_000 });
    invoked.classes.SaveImage({ images: slow!, filename_prefix: 'sc-interrupted' });
    const instance = invoked.instance(client);
    await instance.enqueue();
    const ended = instance.wait().catch((error: unknown) => error);
    await new Promise<void>(resolve => instance.once('progress', () => resolve()));
    await instance.interrupt();
    expect(await ended).toBeInstanceOf(WorkflowInterruptedError);
  });

  it('empties queue and history', async () => {
    const client = await connect();
    const blocker = await client._enqueue_prompt({ ...slowPrompt(60_000, 'sc-blocker') });
    const waiting = await client._enqueue_prompt({ ...colourPrompt({ prefix: 'sc-waiting', color: 6 }) });
    await client.deleteItem('queue', waiting.prompt_id);
    await client.clearItems('queue');
    expect(await client.getPromptStatus(waiting.prompt_id)).toMatchObject({ done: true });
    await client.interrupt(blocker.prompt_id);
    await client.waitForPrompt(blocker.prompt_id, 20);
    await client.clearItems('history');
    expect(await client.getHistory()).toEqual({ History: [] });
  });

  it('comes back by itself when the server restarts', async () => {
    const first = await startServerProcess();
    const client = await connect(first.address);
    const reconnected = new Promise<void>(resolve => client.on('reconnected', () => resolve()));
    await first.end('SIGTERM');
    await using second = await startServerProcess({ base: first.base, port: Number(new URL(first.url).port) });
    expect(second.url).toBe(first.url);
    await reconnected;
    const output = await client.enqueue({ ...slowPrompt(50) }).catch((error: unknown) => error);
    // The pack of test nodes is not on this server: an answer proves the way there and back.
    expect(output).toBeInstanceOf(Error);
    expect((await client.enqueue({ ...colourPrompt({ prefix: 'sc-again', color: 8 }) })).images).toHaveLength(1);
  });
});

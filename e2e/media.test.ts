// Sound and video from outside: uploaded, turned into files by the running server, fetched back. The library behind it runs in
// the worker's child process, so this is where it must neither crash nor write to the terminal.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, Prompt } from '@snug/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getJson, openSocket } from './prompts.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess();
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

interface FileItem {
  readonly filename: string;
  readonly subfolder: string;
  readonly type: string;
}

interface HistoryEntry {
  readonly outputs: Readonly<Record<string, Readonly<Record<string, readonly FileItem[]>>>>;
  readonly status: { readonly status_str: string; readonly messages: readonly [string, JsonObject][] };
}

async function submit(prompt: Prompt, extra: object = {}): Promise<string> {
  const body = JSON.stringify({ prompt, client_id: 'media', ...extra });
  const response = await fetch(`${server.url}/prompt`, { method: 'POST', body });
  const answer = (await response.json()) as { prompt_id?: string };
  if (answer.prompt_id === undefined) throw new Error(JSON.stringify(answer));
  return answer.prompt_id;
}

/** Submits, waits for the end and answers what the history says. */
async function run(prompt: Prompt, extra: object = {}): Promise<HistoryEntry> {
  const { socket, ended } = await openSocket(server.url, 'media');
  const id = await submit(prompt, extra);
  await ended(id);
  socket.close();
  const history = (await getJson(`${server.url}/history/${id}`)) as unknown as Record<string, HistoryEntry>;
  return history[id] as HistoryEntry;
}

async function fetchFile({ filename, subfolder, type }: FileItem): Promise<{ type: string | null; bytes: Buffer }> {
  const response = await fetch(`${server.url}/view?${new URLSearchParams({ filename, subfolder, type })}`);
  return { type: response.headers.get('content-type'), bytes: Buffer.from(await response.arrayBuffer()) };
}

const silence = { class_type: 'EmptyAudio', inputs: { duration: 1.0, sample_rate: 16_000, channels: 1 } };
const frames = (count: number, size = 64) => ({
  class_type: 'EmptyImage',
  inputs: { width: size, height: size, batch_size: count, color: 0x40_80_c0 },
});

describe('sound and video over HTTP', () => {
  it('saves sound in every format, with the workflow, into the folder of its prefix', async () => {
    const saver = (class_type: string, inputs: JsonObject = {}) => ({
      class_type,
      inputs: { audio: ['1', 0], filename_prefix: 'audio/ComfyUI', ...inputs },
    });
    const entry = await run(
      {
        '1': silence,
        '2': saver('SaveAudio'),
        '3': saver('SaveAudioMP3', { quality: 'V0' }),
        '4': saver('SaveAudioOpus', { quality: '128k' }),
        '5': { class_type: 'PreviewAudio', inputs: { audio: ['1', 0] } },
      },
      { extra_data: { extra_pnginfo: { workflow: { nodes: [] } } } },
    );
    expect(entry.status.status_str).toBe('success');
    const files = Object.values(entry.outputs).flatMap(({ audio = [] }) => audio);
    expect(files.map(({ filename, type }) => `${type} ${filename.replace(/^.*\./, '')}`).sort()).toEqual([
      'output flac',
      'output mp3',
      'output opus',
      'temp flac',
    ]);
    for (const file of files) {
      const { type, bytes } = await fetchFile(file);
      expect(type).toMatch(/^audio\//);
      expect(bytes.includes('"class_type": "EmptyAudio"')).toBe(true);
    }
    expect(files.filter(({ type }) => type === 'output').map(({ subfolder }) => subfolder)).toEqual([
      'audio',
      'audio',
      'audio',
    ]);
  });

  it('takes an upload, makes a video of it with pictures, and takes the video apart again', async () => {
    const first = await run({
      '1': silence,
      '2': { class_type: 'SaveAudio', inputs: { audio: ['1', 0], filename_prefix: 'up' } },
    });
    const { bytes } = await fetchFile(first.outputs['2']?.['audio']?.[0] as FileItem);
    const form = new FormData();
    form.set('image', new File([new Uint8Array(bytes)], 'voice.flac'));
    expect((await fetch(`${server.url}/upload/image`, { method: 'POST', body: form })).status).toBe(200);

    const second = await run({
      '1': { class_type: 'LoadAudio', inputs: { audio: 'voice.flac' } },
      '2': frames(24),
      '3': { class_type: 'CreateVideo', inputs: { images: ['2', 0], fps: 24.0, audio: ['1', 0] } },
      '4': {
        class_type: 'SaveVideo',
        inputs: { video: ['3', 0], filename_prefix: 'video/ComfyUI', format: 'auto', codec: 'auto' },
      },
    });
    expect(second.outputs['4']).toEqual({
      images: [{ filename: 'ComfyUI_00001_.mp4', subfolder: 'video', type: 'output' }],
      animated: [true],
    });

    const third = await run({
      '1': { class_type: 'LoadVideo', inputs: { file: 'video/ComfyUI_00001_.mp4 [output]' } },
      '2': { class_type: 'GetVideoComponents', inputs: { video: ['1', 0] } },
      '3': { class_type: 'SaveAudio', inputs: { audio: ['2', 1], filename_prefix: 'back' } },
      '4': {
        class_type: 'SaveAnimatedPNG',
        inputs: { images: ['2', 0], filename_prefix: 'back', fps: ['2', 2], compress_level: 1 },
      },
    });
    expect(third.status.status_str).toBe('success');
    expect((await fetchFile(third.outputs['4']?.['images']?.[0] as FileItem)).type).toBe('image/png');
  });

  it('refuses files that are not there before it runs, and says what is wrong with others', async () => {
    const load = (audio: string): Prompt => ({
      '1': { class_type: 'LoadAudio', inputs: { audio } },
      '2': { class_type: 'PreviewAudio', inputs: { audio: ['1', 0] } },
    });
    for (const name of ['gone.wav', '../secret.wav', '/etc/passwd']) {
      await expect(submit(load(name))).rejects.toThrow(/Invalid audio file/);
    }
    const form = new FormData();
    form.set('image', new File([new Uint8Array(500)], 'empty.wav'));
    await fetch(`${server.url}/upload/image`, { method: 'POST', body: form });
    const entry = await run(load('empty.wav'));
    const [, failure] = entry.status.messages.find(([type]) => type === 'execution_error') ?? [];
    expect(failure?.['exception_message']).toMatch(/Cannot read "empty.wav"/);
  });

  it('stops encoding at once when it is interrupted, and leaves no file behind', async () => {
    const { socket, ended, until } = await openSocket(server.url, 'media');
    const started = until((type, data) => type === 'executing' && data['node'] === 'long');
    const id = await submit({
      '1': frames(400, 512),
      long: {
        class_type: 'SaveWEBM',
        inputs: { images: ['1', 0], filename_prefix: 'cut/long', codec: 'vp9', fps: 24.0, crf: 10.0 },
      },
    });
    await started;
    const before = server.log;
    await fetch(`${server.url}/interrupt`, { method: 'POST' });
    await ended(id);
    socket.close();
    const history = (await getJson(`${server.url}/history/${id}`)) as unknown as Record<string, HistoryEntry>;
    expect(history[id]?.status.messages.map(([type]) => type)).toContain('execution_interrupted');
    const folder = join(server.base, 'output', 'cut');
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
    // A child that does not stop is killed and replaced, which the log would tell.
    expect(server.log.slice(before.length)).not.toMatch(/kill|replac|crash/i);
    expect(
      (await run({ '1': silence, '2': { class_type: 'PreviewAudio', inputs: { audio: ['1', 0] } } })).status.status_str,
    ).toBe('success');
  });

  it('keeps the terminal free of what FFmpeg has to say', () => {
    expect(server.log).not.toMatch(/Svt\[|libx264|\[mp4 @|\[flac @|Lavf/);
  });
});

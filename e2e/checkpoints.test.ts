// Prompts with a model: a tiny Stable Diffusion 1.x checkpoint that is real in everything but size, and files that are
// no checkpoints.
import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExecutionFailedError, PromptRejectedError, SnugClient } from '@snug/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { colourPrompt, diffusionPrompt } from './prompts.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { writeSmallCheckpoint } from './small-checkpoint.ts';

let server: ServerProcess;
let client: SnugClient;

beforeAll(async () => {
  server = await startServerProcess({ flags: ['--preview-method', 'auto', '--preview-size', '96'] });
  client = new SnugClient({ baseUrl: server.url });
  const folder = join(server.base, 'models', 'checkpoints');
  await mkdir(folder, { recursive: true });
  await writeSmallCheckpoint(join(folder, 'small.safetensors'));
  await writeSmallCheckpoint(join(folder, 'broken.safetensors'), { isBroken: true });
  await copyFile(join(folder, 'small.safetensors'), join(folder, 'truncated.safetensors'));
  await truncate(join(folder, 'truncated.safetensors'), 100_000);
  await writeFile(join(folder, 'garbage.safetensors'), 'this is no safetensors file');
  await writeFile(join(folder, 'lora.safetensors'), loraLikeFile());
});

afterAll(() => server[Symbol.asyncDispose]());

/** A well-formed file with tensors of something else. */
function loraLikeFile(): Buffer {
  const header = JSON.stringify({
    'lora_unet_down.lora_up.weight': { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(16)]);
}

describe('a prompt with a model', () => {
  it('becomes a picture, step by step, with previews', async () => {
    const steps: number[] = [];
    const previews: Uint8Array[] = [];
    const { files } = await client.run(diffusionPrompt('small.safetensors', { steps: 4, seed: 5n }), {
      onProgress: ({ nodeId, value }) => nodeId === '3' && steps.push(value),
      onPreview: ({ image }) => previews.push(image),
    });

    expect(steps).toEqual([1, 2, 3, 4]);
    // A picture that the next one overtakes on its way out may be left out (spec websocket.md 8.4).
    expect(previews.length).toBeGreaterThanOrEqual(1);
    expect(previews.length).toBeLessThanOrEqual(4);
    expect(new Set(previews.map(image => Buffer.from(image.subarray(0, 2)).toString('hex')))).toEqual(
      new Set(['ffd8']),
    );
    const [file] = files;
    const png = Buffer.from(await client.download(file ?? { filename: '', subfolder: '', type: 'output' }));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([64, 64]);
  });

  it('gives the same picture for the same seed, up to the widest, and another one for another', async () => {
    const seed = 18446744073709551615n;
    const pictures: string[] = [];
    for (const wanted of [seed, seed, seed - 1n]) {
      await client.free({ freeMemory: true });
      const { files, promptId } = await client.run(diffusionPrompt('small.safetensors', { seed: wanted }));
      const png = await client.download(files[0] ?? { filename: '', subfolder: '', type: 'output' });
      pictures.push(pixelData(png));
      expect((await client.historyEntry(promptId))?.prompt['3']?.inputs['seed']).toBe(wanted);
    }
    expect(pictures[1]).toBe(pictures[0]);
    expect(pictures[2]).not.toBe(pictures[0]);
    const saved = await readFile(join(server.base, 'output', 'diffusion_00002_.png'), 'latin1');
    expect(saved).toContain(`"seed": ${seed}`);
  });

  it('runs only what changed', async () => {
    await client.run(diffusionPrompt('small.safetensors', { seed: 70n }));
    const nodes: string[] = [];
    await client.run(diffusionPrompt('small.safetensors', { seed: 71n }), { onNode: id => nodes.push(id) });
    expect(nodes).toEqual(['3', '8', '9']);
  });
});

/** The compressed pixels of a PNG: file names and prompts in other chunks differ. */
function pixelData(png: Uint8Array): string {
  const bytes = Buffer.from(png);
  const chunks: Buffer[] = [];
  for (let offset = 8; offset < bytes.length; ) {
    const length = bytes.readUInt32BE(offset);
    if (bytes.toString('latin1', offset + 4, offset + 8) === 'IDAT') {
      chunks.push(bytes.subarray(offset + 8, offset + 8 + length));
    }
    offset += length + 12;
  }
  return Buffer.concat(chunks).toString('base64');
}

describe('a file that is no checkpoint', () => {
  it('is refused before the prompt is queued when there is no such file', async () => {
    const failure = await client.submit(diffusionPrompt('absent.safetensors')).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(PromptRejectedError);
    expect((failure as Error).message).toContain("'absent.safetensors' not in");
  });

  it.each(['truncated', 'garbage', 'lora'])('fails the prompt in its loader: %s', async name => {
    const failure = await client.run(diffusionPrompt(`${name}.safetensors`)).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(ExecutionFailedError);
    const { nodeId, nodeType, exceptionMessage } = (failure as ExecutionFailedError).failure;
    expect([nodeId, nodeType]).toEqual(['4', 'CheckpointLoaderSimple']);
    expect(exceptionMessage).toContain(`${name}.safetensors`);
  });

  it('leaves server and queue alive', async () => {
    const { files } = await client.run(colourPrompt({ prefix: 'alive' }));
    expect(files).toHaveLength(1);
  });
});

describe('a model that answers NaN', () => {
  it('fails the prompt in the sampler instead of painting it black', async () => {
    const failure = await client.run(diffusionPrompt('broken.safetensors')).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(ExecutionFailedError);
    const { nodeType, exceptionMessage } = (failure as ExecutionFailedError).failure;
    expect(nodeType).toBe('KSampler');
    expect(exceptionMessage).toMatch(/NaN/);
  });
});

describe('a picture beyond all memory', () => {
  it('fails with a reason, and the next prompt runs', async () => {
    const failure = await client
      .run(diffusionPrompt('small.safetensors', { size: 16384, steps: 1 }))
      .catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(ExecutionFailedError);
    expect((failure as ExecutionFailedError).failure.exceptionMessage).toMatch(/memory/i);
    const { files } = await client.run(diffusionPrompt('small.safetensors', { seed: 9n }));
    expect(files).toHaveLength(1);
  });
});

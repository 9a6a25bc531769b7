import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSafetensors } from '@snug/engine';
import { parseLossless } from '@snug/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Latent } from '../src/index.ts';
import { createMemoryFiles, type MemoryFiles } from './memory-files.ts';
import { createNodeBench, errorOf } from './node-bench.ts';

const golden = fileURLToPath(new URL('golden/pictures/', import.meta.url));
const empty = { class_type: 'EmptyLatentImage', inputs: { width: 32, height: 16, batch_size: 2 } };
const save = (inputs: object = {}) => ({
  class_type: 'SaveLatent',
  inputs: { samples: ['1', 0], filename_prefix: 'l', ...inputs },
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snug-latents-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Latents are read where they lie, so these files are on disk. */
function benchOn(root: string) {
  const files: MemoryFiles = {
    ...createMemoryFiles(),
    localPath: async ({ filename }) => (filename.startsWith('missing') ? undefined : path.join(root, filename)),
  };
  return createNodeBench({ files });
}

async function load(root: string, latent: string): Promise<Latent> {
  const bench = benchOn(root);
  const { execute } = bench.node('LoadLatent').definition;
  const [value] = (await execute({ latent }, { services: { files: bench.files } } as never)) as [Latent];
  return value;
}

describe('loading a latent', () => {
  it.each(['new', 'old'])('of the %s kind gives the recorded values', async kind => {
    const { samples } = await load(golden, `${kind}.latent`);
    const expected = await (await openSafetensors(`${golden}LoadLatent_${kind}_latent.safetensors`)).readTensor(
      'out.samples',
    );
    expect(samples).toEqual({ data: expected.data, dims: expected.dims });
  });

  it('names the file that is missing before it runs', async () => {
    const bench = benchOn(golden);
    const { validate } = bench.node('LoadLatent').definition;
    const answer = await validate?.check({ latent: 'missing.latent' }, { nodeId: '1', inputTypes: {} }, bench.env);
    expect(answer).toBe('Invalid latent file: missing.latent');
    await expect(load(golden, 'missing.latent')).rejects.toMatchObject({ code: 'LATENT_FILE_MISSING' });
  });

  it('says what is wrong with a file, by its name and not by its path', async () => {
    await writeFile(path.join(folder, 'text.latent'), 'no latent at all, but long enough for a header');
    await writeFile(path.join(folder, 'empty.latent'), '');
    for (const name of ['text.latent', 'empty.latent']) {
      const message = await load(folder, name).catch((error: Error) => error.message);
      expect(message).toContain(`Cannot read latent file "${name}": it`);
      expect(message).not.toContain(folder);
    }
    await expect(load(golden, 'LoadLatent_new_latent.safetensors')).rejects.toThrow('it has no "latent_tensor"');
  });
});

describe('saving a latent', () => {
  it('writes one file with the prompt inside, which loads again', async () => {
    const bench = createNodeBench();
    const extraData = parseLossless('{"extra_pnginfo":{"workflow":{"seed":18446744073709551615,"cfg":8.0}}}');
    const run = await bench.run({ 1: empty, 2: save() }, ['2'], { extraData: extraData as never });
    expect(run.outputs).toEqual({
      2: { latents: [{ filename: 'l_00001_.latent', subfolder: '', type: 'output' }] },
    });
    const file = path.join(folder, 'again.latent');
    await writeFile(file, bench.files.contents.get('output//l_00001_.latent') ?? '');
    const { metadata } = await openSafetensors(file);
    expect(metadata.get('workflow')).toBe('{"seed": 18446744073709551615, "cfg": 8.0}');
    expect(metadata.get('prompt')).toContain('"class_type": "EmptyLatentImage"');
    const { samples } = await load(folder, 'again.latent');
    expect(samples).toEqual({ data: new Float32Array(2 * 4 * 2 * 4), dims: [2, 4, 2, 4] });
  });

  it('leaves the prompt out when metadata is switched off', async () => {
    const bench = createNodeBench({ settings: { disableMetadata: true } });
    await bench.run({ 1: empty, 2: save() }, ['2']);
    const bytes = bench.files.contents.get('output//l_00001_.latent') ?? new Uint8Array();
    expect(Buffer.from(bytes).includes('class_type')).toBe(false);
  });

  it('fails in the words of the file store when its prefix leads out of the folder', async () => {
    const bench = createNodeBench();
    expect(errorOf(await bench.run({ 1: empty, 2: save({ filename_prefix: '../l' }) }, ['2']))).toContain('outside');
    expect(bench.files.contents.size).toBe(0);
  });
});

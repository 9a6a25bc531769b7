import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, type RawConfig } from './config.ts';
import { childOptions, folderOptions, httpOptions } from './server-settings.ts';

function config(flags: RawConfig = {}) {
  return loadConfig({ flags, environment: {} });
}

describe('childOptions', () => {
  it.each([
    [{}, { kind: 'ram' }],
    [{ cacheRam: ['4', '8'] }, { kind: 'ram', activeHeadroomBytes: 4 * 2 ** 30, inactiveHeadroomBytes: 8 * 2 ** 30 }],
    [{ cacheClassic: true }, { kind: 'classic' }],
    [{ cacheLru: '7' }, { kind: 'lru', size: 7 }],
    [{ cacheNone: true }, { kind: 'none' }],
  ])('chooses the cache of %j', (flags, cache) => {
    expect(childOptions(config(flags), []).cache).toEqual(cache);
  });

  it.each([
    [{}, false],
    [{ metadata: 'full' }, false],
    [{ metadata: 'none' }, true],
    [{ disableMetadata: true }, true],
    [{ disableMetadata: true, metadata: 'none' }, true],
  ])('keeps prompts out of files as %j says', (flags, disableMetadata) => {
    expect(childOptions(config(flags), []).settings.disableMetadata).toBe(disableMetadata);
  });

  it('hands settings of nodes and engine on', () => {
    const flags = { previewMethod: 'auto', previewSize: '96', disableMetadata: true, compatNoise: '0.3' };
    const options = childOptions(
      config({ ...flags, device: 'webgpu', threads: '3', deterministic: true, memoryLimit: '1.5' }),
      ['file:///p'],
    );
    expect(options.settings).toEqual({
      disableMetadata: true,
      previewMethod: 'auto',
      previewSize: 96,
      compatNoise: '0.3',
    });
    expect(options.engine).toEqual({
      device: 'webgpu',
      threads: 3,
      deterministic: true,
      memoryBudgetBytes: 1.5 * 2 ** 30,
    });
    expect(options.extraPacks).toEqual(['file:///p']);
  });
});

describe('folderOptions', () => {
  it('names only the folders that the user gave', () => {
    const { environment, ...folders } = folderOptions(config({ outputDirectory: 'o' }));
    expect(environment).toBe(process.env);
    expect(folders).toEqual({ base: '.', output: 'o', extraModelPathFiles: [] });
  });
});

describe('httpOptions', () => {
  it('translates units and reads key and certificate', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'snug-tls-'));
    await writeFile(join(folder, 'key'), 'KEY');
    await writeFile(join(folder, 'cert'), 'CERT');
    const flags = { tlsKeyfile: join(folder, 'key'), tlsCertfile: join(folder, 'cert'), maxUploadSize: '0.5' };
    expect(await httpOptions(config(flags), ['serve'])).toMatchObject({
      argv: ['serve'],
      tls: { key: 'KEY', cert: 'CERT' },
      maxUploadBytes: 524_288,
      corsOrigin: null,
    });
  });

  it('says which file cannot be read', async () => {
    const flags = { tlsKeyfile: '/nowhere/key', tlsCertfile: '/nowhere/cert' };
    await expect(httpOptions(config(flags), [])).rejects.toThrow('/nowhere/key given by --tls-keyfile');
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConfigSources, configKeys, configShape, loadConfig } from './config.ts';
import { CliError } from './errors.ts';
import { settingMeta } from './setting.ts';

function load(sources: Partial<ConfigSources>) {
  return loadConfig({ flags: {}, environment: {}, ...sources });
}

function configFile(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'snug-config-')), 'snug.json');
  writeFileSync(path, content);
  return path;
}

describe('loadConfig', () => {
  it('starts with the defaults of the reference', () => {
    expect(load({})).toMatchObject({
      listen: ['127.0.0.1'],
      port: 8188,
      maxUploadSize: 100,
      previewMethod: 'none',
      previewSize: 512,
      verbose: 'INFO',
      multiUser: false,
      compatNoise: '2026',
    });
  });

  it('lets flags win over the environment, and that over the file', () => {
    const file = configFile('{"port": 1, "previewSize": 64, "threads": 3}');
    const environment = { SNUG_PORT: '2', SNUG_PREVIEW_SIZE: '65' };
    expect(load({ file, environment, flags: { port: '4' } })).toMatchObject({ port: 4, previewSize: 65, threads: 3 });
  });

  it('reads the file that SNUG_CONFIG names', () => {
    const environment = { SNUG_CONFIG: configFile('{"multiUser": true}') };
    expect(load({ environment }).multiUser).toBe(true);
  });

  it('reads switches and lists from the environment', () => {
    const environment = { SNUG_CPU: 'yes', SNUG_LISTEN: '127.0.0.1, ::1', SNUG_CACHE_RAM: '4 8', SNUG_MULTI_USER: '0' };
    expect(load({ environment })).toMatchObject({
      cpu: true,
      listen: ['127.0.0.1', '::1'],
      cacheRam: [4, 8],
      multiUser: false,
    });
  });

  it.each([
    [{ flags: { port: 'abc' } }, '--port: must be a number|--port: must be a whole number'],
    [{ flags: { port: '70000' } }, '--port: must be at most 65535'],
    [{ flags: { previewMethod: 'magic' } }, '--preview-method: must be one of none, auto, latent2rgb, taesd'],
    [{ flags: { maxUploadSize: '-1' } }, '--max-upload-size: must be greater than 0'],
    [{ flags: { baseDirectory: '' } }, '--base-directory: must not be empty'],
    [{ environment: { SNUG_CPU: 'perhaps' } }, 'SNUG_CPU: must be true or false'],
    [{ flags: { cacheNone: true, cacheLru: '3' } }, '--cache-none: cannot be combined with --cache-lru'],
    [{ flags: { cpu: true, device: 'cuda' } }, '--cpu: contradicts --device cuda'],
    [{ flags: { disableMetadata: true, metadata: 'full' } }, '--disable-metadata: contradicts --metadata full'],
    [{ flags: { metadata: 'some' } }, '--metadata: must be one of full, none'],
    [{ flags: { tlsKeyfile: 'key.pem' } }, '--tls-keyfile: key and certificate go together'],
  ] as const)('names the source of a bad value: %j', (sources, message) => {
    expect(() => load(sources)).toThrow(new RegExp(`^(${message.replaceAll('(', '\\(')})`));
    expect(() => load(sources)).toThrow(CliError);
  });

  it('complains about settings that do not exist', () => {
    const file = configFile('{"prot": 1}');
    expect(() => load({ file })).toThrow(`"prot" in ${file}: there is no such setting`);
  });

  it('complains about files that are missing or no object', () => {
    expect(() => load({ file: '/nowhere/snug.json' })).toThrow('Cannot read the configuration file');
    const file = configFile('[]');
    expect(() => load({ file })).toThrow('not an object');
  });
});

describe('the schema', () => {
  it('describes every setting for the help text', () => {
    for (const key of configKeys) {
      expect(settingMeta(configShape[key]).description, key).toMatch(/\.$/);
    }
  });
});

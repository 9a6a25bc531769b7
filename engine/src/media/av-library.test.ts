import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createAvLoader, loadAv } from './av-library.ts';

describe('the audio and video library', () => {
  it('is missed in one sentence that says what to install, and looked for again', async () => {
    let attempts = 0;
    const load = createAvLoader(async () => {
      attempts++;
      throw new Error("Cannot find package 'node-av'\nRequire stack: ...");
    });
    await expect(load()).rejects.toMatchObject({
      code: 'AV_LIBRARY_MISSING',
      message:
        "Audio and video files need the package node-av, which cannot be loaded: Cannot find package 'node-av'. Install it (npm install node-av) on a platform that it supports; everything else works without it.",
    });
    await expect(load()).rejects.toThrow(/node-av/);
    expect(attempts).toBe(2);
  });

  it('is loaded once', async () => {
    const [first, second] = await Promise.all([loadAv(), loadAv()]);
    expect(first).toBe(second);
  });

  it('has every encoder that the nodes write with', async () => {
    const av = await loadAv();
    const names = ['libx264', 'libvpx-vp9', 'libsvtav1', 'aac', 'flac', 'libmp3lame', 'libopus'] as const;
    expect(names.filter(name => av.Codec.findEncoderByName(name as never) === null)).toEqual([]);
  });

  it('writes nothing to the terminal, whatever happens to files', async () => {
    const script = fileURLToPath(new URL('../../test/av-noise.ts', import.meta.url));
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', '--conditions=@snug/source', script]);
    expect(await run).toEqual({ stdout: '', stderr: '' });
  });
});

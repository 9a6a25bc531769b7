import { describe, expect, it } from 'vitest';
import { configKeys } from './config.ts';
import { ignoredFlagNotice, referenceFlags, splitReferenceFlags } from './reference-flags.ts';
import { flagOf } from './setting.ts';

describe('splitReferenceFlags', () => {
  it('takes out flags of the reference with their values', () => {
    const args = [
      'serve',
      '--lowvram',
      '--port',
      '1',
      '--reserve-vram',
      '2',
      '--fast',
      'fp16',
      'x',
      '--directml',
      '--cpu',
    ];
    expect(splitReferenceFlags(args)).toEqual({
      rest: ['serve', '--port', '1', '--cpu'],
      ignored: ['--lowvram', '--reserve-vram', '--fast', '--directml'],
    });
  });

  it('knows families of flags and inline values', () => {
    const args = ['--fp16-vae', '--use-split-cross-attention', '--database-url=sqlite:x', '--bf16-unet', 'next'];
    expect(splitReferenceFlags(args)).toEqual({
      rest: ['next'],
      ignored: ['--fp16-vae', '--use-split-cross-attention', '--database-url', '--bf16-unet'],
    });
  });

  it('leaves unknown flags, values and everything after -- alone', () => {
    const args = ['--nonsense', '3', '--set', '6.text=--lowvram', '--', '--lowvram'];
    expect(splitReferenceFlags(args)).toEqual({ rest: args, ignored: [] });
  });

  it('takes negative numbers for values', () => {
    expect(splitReferenceFlags(['--cuda-device', '-1', 'x']).rest).toEqual(['x']);
  });

  it('hides none of our own flags', () => {
    expect(splitReferenceFlags(configKeys.map(flagOf)).ignored).toEqual([]);
  });
});

describe('ignoredFlagNotice', () => {
  it('says why a flag has no effect, also for one of a family', () => {
    expect(ignoredFlagNotice('--database-url')).toMatch(/no effect: the databases .* --user-directory/);
    expect(ignoredFlagNotice('--fp16-vae')).toMatch(/no effect: weights are used as they are stored/);
  });

  it('knows a reason for every flag and names no flag twice', () => {
    const names = referenceFlags.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, why } of referenceFlags) expect(why, name).not.toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import { compareVersions, frontEndName, isFrontEndVersion, parseFrontEndVersion } from './front-end-version.ts';

describe('front end versions', () => {
  it.each([
    ['Comfy-Org/ComfyUI_frontend@latest', 'Comfy-Org/ComfyUI_frontend@latest'],
    ['a/b.c@v1.2.3', 'a/b.c@1.2.3'],
    ['a/b@1.20.0-rc.1', 'a/b@1.20.0-rc.1'],
    ['a/b@Prerelease', 'a/b@prerelease'],
  ])('%s is understood', (text, name) => {
    const parsed = parseFrontEndVersion(text);
    expect(isFrontEndVersion(text)).toBe(true);
    expect(parsed && frontEndName(parsed)).toBe(name);
  });

  it('takes what launch scripts write for the built-in page as that', () => {
    expect(isFrontEndVersion('comfyanonymous/ComfyUI@latest')).toBe(true);
    expect(parseFrontEndVersion('comfyanonymous/ComfyUI@latest')).toBeUndefined();
  });

  it.each([
    '',
    'a',
    'a/b',
    'a/b@',
    'a/b@1',
    'a/b@main',
    '../b@latest',
    'a/..@latest',
    'a/b/c@latest',
    'a/b@1.2.3/../x',
  ])('"%s" is refused', text => {
    expect(isFrontEndVersion(text)).toBe(false);
  });

  it('are ordered by number', () => {
    const versions = ['1.10.0', '1.9.9', '2.0.0-rc.2', '1.9.10', '2.0.0', '2.0.0-rc.10'];
    expect(versions.sort(compareVersions)).toEqual(['1.9.9', '1.9.10', '1.10.0', '2.0.0-rc.2', '2.0.0-rc.10', '2.0.0']);
  });
});

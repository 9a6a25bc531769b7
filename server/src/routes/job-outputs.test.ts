import { describe, expect, test } from 'vitest';
import { normalizeOutputs, summarizeOutputs } from './job-outputs.ts';

const file = (filename: string, type = 'output'): Record<string, string> => ({ filename, subfolder: '', type });

describe('counting', () => {
  test('takes file items and names of 3D files, no flags and no other texts', () => {
    const outputs = {
      1: { images: [file('a.png'), file('b.png')], animated: [true] },
      2: { text: ['hello'], result: ['mesh.glb', 'other', null, 5] },
      3: { '3d': [file('c.glb')], latents: [file('d.latent')], note: 'x' },
      4: 'nonsense',
    };
    expect(summarizeOutputs(outputs)).toMatchObject({ count: 5, previewableCount: 4 });
  });

  test('knows videos by their format and texts by their name', () => {
    const outputs = { 1: { gifs: [{ ...file('a.bin'), format: 'video/h264' }], files: [file('b.md'), file('c.bin')] } };
    expect(summarizeOutputs(outputs)).toMatchObject({ count: 3, previewableCount: 2 });
  });

  test('of nothing is zero', () => {
    expect(summarizeOutputs({})).toEqual({ count: 0, previewableCount: 0, preview: null });
  });
});

describe('the preview', () => {
  test('is the first saved picture, else the first picture', () => {
    const temporary = { 1: { images: [file('t.png', 'temp')] } };
    expect(summarizeOutputs({ ...temporary, 2: { images: [file('s.png')] } }).preview).toMatchObject({
      filename: 's.png',
      nodeId: '2',
      mediaType: 'images',
    });
    expect(summarizeOutputs(temporary).preview).toMatchObject({ filename: 't.png' });
  });

  test('is a saved text file before a plain text', () => {
    const outputs = { 1: { text: ['hello'] }, 2: { files: [file('a.txt')] } };
    expect(summarizeOutputs(outputs).preview).toMatchObject({ filename: 'a.txt' });
  });

  test('is a text, cut when it is long', () => {
    expect(summarizeOutputs({ 1: { text: ['hello'] } }).preview).toEqual({
      content: 'hello',
      nodeId: '1',
      mediaType: 'text',
    });
    expect(summarizeOutputs({ 1: { text: ['x'.repeat(2000)] } }).preview).toEqual({
      content: 'x'.repeat(1024),
      truncated: true,
      nodeId: '1',
      mediaType: 'text',
    });
  });
});

test('normalised outputs hold file items for the names of 3D files', () => {
  expect(normalizeOutputs({ 1: { result: ['a.obj', 'x'], animated: [true] } })).toEqual({
    1: { result: [{ filename: 'a.obj', type: 'output', subfolder: '', mediaType: '3d' }, 'x'], animated: [true] },
  });
});

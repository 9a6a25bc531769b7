import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ExtraModelPath, readExtraModelPaths } from './extra-model-paths.ts';

describe('readExtraModelPaths', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snug-yaml-'));
    file = join(folder, 'extra.yaml');
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function read(text: string): Promise<ExtraModelPath[]> {
    await writeFile(file, text);
    return readExtraModelPaths(file, { environment: { MODELS: '/big/models', EMPTY: '' }, homeFolder: '/home/me' });
  }

  it('joins every line of every key to the base path', async () => {
    const text = `a111:
    base_path: /sd/webui
    checkpoints: models/Stable-diffusion
    loras: |
         models/Lora

         models/LyCORIS
         /absolute/loras
`;
    expect(await read(text)).toEqual([
      { key: 'checkpoints', path: '/sd/webui/models/Stable-diffusion', isDefault: false },
      { key: 'loras', path: '/sd/webui/models/Lora', isDefault: false },
      { key: 'loras', path: '/sd/webui/models/LyCORIS', isDefault: false },
      { key: 'loras', path: '/absolute/loras', isDefault: false },
    ]);
  });

  it('takes paths without a base, and relative bases, from the folder of the file', async () => {
    expect((await read('a:\n  vae: ./x/../vaes\nb:\n  base_path: sub\n  vae: vaes')).map(extra => extra.path)).toEqual([
      join(folder, 'vaes'),
      join(folder, 'sub', 'vaes'),
    ]);
  });

  it.each([
    ['~/models', '/home/me/models/x'],
    ['"~"', '/home/me/x'],
    ['$MODELS/sd', '/big/models/sd/x'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of the file
    ['${MODELS}s', '/big/modelss/x'],
    ['/a/$EMPTY/b', '/a/b/x'],
    ['/a/$UNKNOWN/$', '/a/$UNKNOWN/$/x'],
    ['/a/~/b', '/a/~/b/x'],
  ])('expands the base path %s', async (base, path) => {
    expect((await read(`a:\n  base_path: ${base}\n  loras: x`))[0]?.path).toBe(path);
  });

  it.each(['true', 'yes', 'True'])('marks the paths of a section with is_default: %s', async value => {
    expect((await read(`a:\n  is_default: ${value}\n  loras: /x`))[0]?.isDefault).toBe(true);
  });

  it('skips empty documents, sections and keys', async () => {
    expect(await read('')).toEqual([]);
    expect(await read('# nothing but comments\n')).toEqual([]);
    expect(await read('a:\nb:\n  loras:\n  vae: |\n\n')).toEqual([]);
  });

  it('accepts lists of paths and keys such as __proto__', async () => {
    expect(await read('a:\n  loras: [/x, /y]\n  __proto__: /z')).toEqual([
      { key: 'loras', path: '/x', isDefault: false },
      { key: 'loras', path: '/y', isDefault: false },
      { key: '__proto__', path: '/z', isDefault: false },
    ]);
  });

  it.each([
    ['a:\n  loras: x\n bad indent: y', 3, ''],
    ['a:\n  loras: "x', 2, ''],
    ['a:\n\t- x', 2, ''],
    ['- a\n- b', 1, 'map of sections'],
    ['just text', 1, 'map of sections'],
    ['a:\n  loras: x\nb: 5', 3, 'section "b"'],
    ['a:\n  base_path: 7\n  loras: x', 2, '"base_path" must be a text'],
    ['a:\n  loras: x\n  is_default: maybe', 3, '"is_default" must be true or false'],
    ['a:\n  vae: v\n  loras: {x: z}', 3, '"loras" must be a text'],
    ['a:\n  vae: [x, 5]', 2, '"vae" must be a text'],
    ['a:\n  vae: *nowhere', 1, ''],
  ])('names file and line of what is wrong in %j', async (text, line, problem) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'EXTRA_MODEL_PATHS_INVALID',
      details: { file, line: expect.any(Number) },
      message: expect.stringContaining(problem),
    });
    await expect(read(text)).rejects.toThrow(`${file}, line ${line}: `);
  });

  it('does not blow up on aliases of aliases', async () => {
    const layers = Array.from(
      { length: 30 },
      (_, i) => `l${i + 1}: &l${i + 1} [${'*l0, '.replace('0', String(i)).repeat(9)}]`,
    );
    await expect(read(`l0: &l0 [x]\n${layers.join('\n')}`)).rejects.toMatchObject({
      code: 'EXTRA_MODEL_PATHS_INVALID',
    });
  });

  it('says that the file cannot be read', async () => {
    const options = { environment: {}, homeFolder: '/' };
    await expect(readExtraModelPaths(join(folder, 'nope.yaml'), options)).rejects.toMatchObject({
      code: 'EXTRA_MODEL_PATHS_UNREADABLE',
      message: expect.stringContaining('nope.yaml" cannot be read (ENOENT)'),
    });
    await expect(readExtraModelPaths(folder, options)).rejects.toMatchObject({ code: 'EXTRA_MODEL_PATHS_UNREADABLE' });
  });
});

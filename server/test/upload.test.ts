// `POST /upload/image` and `/upload/mask` over real HTTP (spec http.md 6.1, 6.2).
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PNG_SIGNATURE } from './fake-image-codec.ts';
import { type Answer, type FormPart, formOf } from './http-client.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeEach(async () => {
  server = await startTestServer();
});

afterEach(() => server.close());

const upload = (parts: readonly FormPart[], path = '/upload/image'): Promise<Answer> =>
  server.send(path, { method: 'POST', ...formOf(parts) });

const image = (filename: string, value: string | Buffer = 'bytes'): FormPart => ({
  name: 'image',
  filename,
  value,
  type: 'image/png',
});

const stored = (...path: string[]): Promise<string> => readFile(join(server.folder, ...path), 'utf8');

test('a file is stored byte by byte and named in the answer', async () => {
  const bytes = Buffer.from([0, 1, 2, 13, 10, 45, 45, 255]);
  const answer = await upload([image('ünï (1).png', bytes)]);
  expect(answer.json()).toEqual({ name: 'ünï (1).png', subfolder: '', type: 'input' });
  expect(await readFile(join(server.folder, 'input', 'ünï (1).png'))).toEqual(bytes);
});

test('type and subfolder choose the place; the subfolder is repeated as sent', async () => {
  const answer = await upload([
    image('a.png'),
    { name: 'type', value: 'temp' },
    { name: 'subfolder', value: './x/../y' },
  ]);
  expect(answer.json()).toEqual({ name: 'a.png', subfolder: './x/../y', type: 'temp' });
  expect(await stored('temp', 'y', 'a.png')).toBe('bytes');
});

test('fields may come after the file', async () => {
  const answer = await upload([
    { name: 'type', value: 'output' },
    image('a.png'),
    { name: 'overwrite', value: 'true' },
  ]);
  expect(answer.json()).toMatchObject({ type: 'output' });
});

test('a folder in front of the name is kept below the target', async () => {
  const answer = await upload([image('x/y.png'), { name: 'subfolder', value: 'a' }]);
  expect(answer.json()).toEqual({ name: 'x/y.png', subfolder: 'a', type: 'input' });
  expect(await stored('input', 'a', 'x', 'y.png')).toBe('bytes');
});

describe('a name that is taken', () => {
  test('gets a number, unless the content is the same', async () => {
    const names: unknown[] = [];
    for (const content of ['1', '1', '2', '2', '3']) names.push((await upload([image('u.tar.gz', content)])).json());
    expect(names.map(answer => (answer as { name: string }).name)).toEqual([
      'u.tar.gz',
      'u.tar.gz',
      'u.tar (1).gz',
      'u.tar (1).gz',
      'u.tar (2).gz',
    ]);
    expect(await stored('input', 'u.tar.gz')).toBe('1');
  });

  test.each(['true', '1'])('is overwritten with overwrite=%s', async overwrite => {
    await upload([image('u.png', 'old')]);
    const answer = await upload([image('u.png', 'new'), { name: 'overwrite', value: overwrite }]);
    expect(answer.json()).toMatchObject({ name: 'u.png' });
    expect(await stored('input', 'u.png')).toBe('new');
  });

  test.each(['false', 'True', '', 'yes'])('is kept with overwrite=%s', async overwrite => {
    await upload([image('u.png', 'old')]);
    const answer = await upload([image('u.png', 'new'), { name: 'overwrite', value: overwrite }]);
    expect(answer.json()).toMatchObject({ name: 'u (1).png' });
  });

  test('is never shared by uploads that arrive together', async () => {
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(content => upload([image('u.png', content)])));
    const names = answers.map(answer => (answer.json() as { name: string }).name);
    expect(new Set(names).size).toBe(5);
  });
});

describe('an upload is refused with an empty 400', () => {
  test.each<[string, readonly FormPart[]]>([
    ['without a file', [{ name: 'overwrite', value: 'true' }]],
    ['with a text instead of a file', [{ name: 'image', value: 'plain field' }]],
    ['without a file name', [image('')]],
    ['for an unknown place', [image('a.png'), { name: 'type', value: 'nope' }]],
    ['for an empty place', [image('a.png'), { name: 'type', value: '' }]],
    ['with a name that leaves', [image('../evil.png')]],
    ['with an absolute name', [image('/evil.png')]],
    ['with a name that ends in a folder', [image('x/.')]],
    ['with a folder that leaves', [image('a.png'), { name: 'subfolder', value: '../../evil' }]],
    ['with an absolute folder', [image('a.png'), { name: 'subfolder', value: '/evil' }]],
    ['with a name too long to exist', [image(`${'x'.repeat(300)}.png`)]],
  ])('%s', async (_case, parts) => {
    const answer = await upload(parts);
    expect([answer.status, answer.text]).toEqual([400, '']);
    expect(await readdir(server.folder)).not.toContain('evil.png');
  });

  test('when a folder has its name, or a file stands where a folder is needed', async () => {
    await mkdir(join(server.folder, 'input', 'taken'), { recursive: true });
    await writeFile(join(server.folder, 'input', 'file'), '');
    expect((await upload([image('taken')])).status).toBe(400);
    expect((await upload([image('a.png'), { name: 'subfolder', value: 'file' }])).status).toBe(400);
  });

  test.each<[string, Record<string, string>, string]>([
    ['no body', {}, ''],
    ['JSON', { 'content-type': 'application/json' }, '{"image":"x"}'],
    ['a urlencoded form', { 'content-type': 'application/x-www-form-urlencoded' }, 'image=x'],
    ['a form without boundary', { 'content-type': 'multipart/form-data' }, 'x'],
    [
      'a form that ends early',
      { 'content-type': 'multipart/form-data; boundary=b' },
      '--b\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\nxx',
    ],
    ['no form at all', { 'content-type': 'multipart/form-data; boundary=b' }, 'nonsense'],
  ])('with %s', async (_case, headers, body) => {
    const answer = await server.send('/upload/image', { method: 'POST', headers, body });
    expect([answer.status, answer.text]).toEqual([400, '']);
  });
});

test('GET finds nothing here', async () => {
  const answer = await server.send('/upload/image');
  expect([answer.status, answer.text]).toEqual([404, '']);
});

describe('a mask', () => {
  const picture = Buffer.concat([PNG_SIGNATURE, Buffer.from('mask')]);
  const reference = (value: string): FormPart => ({ name: 'original_ref', value });

  beforeEach(async () => {
    await upload([image('orig.png', Buffer.concat([PNG_SIGNATURE, Buffer.from('orig')]))]);
  });

  test.each([
    '{"filename":"orig.png","type":"input"}',
    '{"filename":"orig.png [input]"}',
    '{"filename":"orig.png","subfolder":"","type":"input"}',
  ])('is put into the original named by %s', async ref => {
    const answer = await upload([image('mask.png', picture), reference(ref)], '/api/upload/mask');
    expect(answer.json()).toEqual({ name: 'mask.png', subfolder: '', type: 'input' });
    expect(await stored('input', 'mask.png')).toContain('masked');
  });

  test.each([
    ['{"filename":"missing.png","type":"input"}', 404],
    ['{"filename":"orig.png"}', 404],
    ['{"filename":"../x.png","type":"input"}', 400],
    ['{"filename":"orig.png","type":"input","subfolder":"../.."}', 403],
    ['{"filename":"orig.png","type":"nope"}', 400],
    ['{"filename":"","type":"input"}', 400],
    ['{}', 500],
    ['not json', 500],
  ])('with the original %s is answered with %i and not stored', async (ref, status) => {
    expect((await upload([image('mask.png', picture), reference(ref)], '/upload/mask')).status).toBe(status);
    await expect(access(join(server.folder, 'input', 'mask.png'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('without an original fails like in the reference', async () => {
    expect((await upload([image('mask.png', picture)], '/upload/mask')).status).toBe(500);
  });

  test('that is no picture fails', async () => {
    const ref = reference('{"filename":"orig.png","type":"input"}');
    expect((await upload([image('mask.png', 'text'), ref], '/upload/mask')).status).toBe(500);
  });
});

test('no form is an error of the server or writes outside its place', async () => {
  const part = fc.constantFrom(
    '..',
    '.',
    '/',
    '\\',
    'sub',
    'a.png',
    '\u{1f600}',
    ' ',
    ':',
    'C:',
    '%2e',
    ';',
    "'",
    '~',
    '\t',
  );
  const text = fc.oneof(
    fc.array(part, { maxLength: 6 }).map(parts => parts.join('')),
    fc.string(),
  );
  const form = fc.record({
    filename: text,
    subfolder: text,
    type: fc.constantFrom('input', 'output', 'temp', 'x'),
    overwrite: fc.constantFrom('true', ''),
  });
  await fc.assert(
    fc.asyncProperty(form, async ({ filename, subfolder, type, overwrite }) => {
      const fields = Object.entries({ subfolder, type, overwrite }).map(([name, value]) => ({ name, value }));
      const payload = formOf([image(filename.replaceAll('"', '%22').replaceAll(/[\r\n]/g, ''), 'x'), ...fields]);
      const answer = await server.server.app.inject({
        method: 'POST',
        url: '/upload/image',
        headers: payload.headers,
        payload: payload.body,
      });
      expect([200, 400]).toContain(answer.statusCode);
    }),
    { numRuns: 300 },
  );
  const all = await readdir(server.folder, { recursive: true, withFileTypes: true });
  for (const entry of all.filter(item => item.isFile() && !item.name.startsWith('jobs.db'))) {
    expect(entry.parentPath.slice(server.folder.length).split(sep)[1]).toMatch(/^(?:input|output|temp)$/);
  }
});

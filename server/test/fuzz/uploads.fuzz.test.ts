// Forms with hostile names, fields and boundaries: nothing is written outside of the three places, and whatever was
// answered as stored can be fetched again with the same bytes.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fuzzRuns, MARK, nastyText } from '../../../testkit/src/hostile-input.ts';
import { type FuzzServer, startFuzzServer } from './fuzz-server.ts';

let server: FuzzServer;
beforeAll(async () => {
  server = await startFuzzServer();
});
afterAll(() => server.close());

const BOUNDARY = 'fuzz-boundary';

interface Part {
  readonly name: string;
  readonly filename: string | null;
  readonly type: string | null;
  readonly value: string;
}

/** A header parameter must not end the header; everything else may stand in it. */
const quoted = (text: string): string => text.replace(/[\r\n"]/g, '_');

function bodyOf(parts: readonly Part[], ending = `--${BOUNDARY}--\r\n`): Buffer {
  const pieces = parts.map(({ name, filename, type, value }) => {
    const file = filename === null ? '' : `; filename="${quoted(filename)}"`;
    const typeLine = type === null ? '' : `Content-Type: ${quoted(type)}\r\n`;
    return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${quoted(name)}"${file}\r\n${typeLine}\r\n${value}\r\n`;
  });
  return Buffer.from(pieces.join('') + ending);
}

const formType = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

async function upload(path: string, body: Buffer, headers: Record<string, string> = formType) {
  const answer = await server.ask(path, { method: 'POST', headers, body });
  expect(server.takeFailures()).toEqual([]);
  return answer;
}

const place = fc.constantFrom('input', 'output', 'temp', undefined);

describe('a form', () => {
  test('with a hostile name and folder is refused, or stored where it says', async () => {
    const overwrite = fc.constantFrom('true', '1', 'false', '', undefined);
    await fc.assert(
      fc.asyncProperty(
        nastyText,
        nastyText,
        place,
        overwrite,
        fc.string(),
        async (filename, subfolder, type, again, value) => {
          const parts: Part[] = [
            { name: 'image', filename: `${MARK}${filename}`, type: 'image/png', value },
            { name: 'subfolder', filename: null, type: null, value: subfolder },
          ];
          if (type !== undefined) parts.push({ name: 'type', filename: null, type: null, value: type });
          if (again !== undefined) parts.push({ name: 'overwrite', filename: null, type: null, value: again });
          const answer = await upload('/upload/image', bodyOf(parts));
          expect([200, 400]).toContain(answer.status);
          if (answer.status !== 200) return;
          const stored = answer.json() as { name: string; subfolder: string; type: string };
          expect(stored.type).toBe(type ?? 'input');
          const folders = stored.name.split('/').slice(0, -1);
          const query = new URLSearchParams({
            filename: stored.name.split('/').at(-1) ?? '',
            subfolder: [stored.subfolder, ...folders].filter(part => part !== '').join('/'),
            type: stored.type,
          });
          // Names with two points, a place in brackets or a hash in front mean something else to `/view`.
          if (/\.\.|\[(?:input|output|temp)\]$|(?:^|\/)blake3:/.test(stored.name)) return;
          const found = await server.ask(`/view?${query}`);
          expect([found.status, found.text]).toEqual([200, Buffer.from(value).toString()]);
        },
      ),
      fuzzRuns(120),
    );
    expect(server.strayFiles()).toEqual([]);
  });

  test('with parts of every kind is answered', async () => {
    const name = fc.oneof(
      fc.constantFrom('image', 'type', 'subfolder', 'overwrite', 'original_ref', '__proto__'),
      nastyText,
    );
    const type = fc.option(
      fc.constantFrom('application/json', 'text/plain; charset=utf-16', 'multipart/mixed', ';;', ''),
    );
    const part = fc.record({ name, filename: fc.option(nastyText), type, value: nastyText });
    const ending = fc.constantFrom(undefined, '', `--${BOUNDARY}`, `--${BOUNDARY}--`, '\r\n', `--${BOUNDARY}\r\n\r\n`);
    const path = fc.constantFrom('/upload/image', '/upload/mask', '/api/upload/image');
    await fc.assert(
      fc.asyncProperty(path, fc.array(part, { maxLength: 6 }), ending, async (route, parts, end) => {
        const { status } = await upload(route, bodyOf(parts, end));
        expect([200, 400, 403, 404, 500]).toContain(status);
      }),
      fuzzRuns(120),
    );
    expect(server.strayFiles()).toEqual([]);
  });

  test('with bytes that are no form is answered', async () => {
    const types = [
      'multipart/form-data',
      'multipart/form-data; boundary=',
      `multipart/form-data; boundary="${'x'.repeat(100)}"`,
    ];
    const type = fc.constantFrom(
      ...types,
      formType['content-type'],
      'multipart/mixed; boundary=a',
      'application/json',
      '',
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map(array => Buffer.from(array)),
      fc
        .constantFrom('', '--', `--${BOUNDARY}`, `--${BOUNDARY}\r\n`, `--${BOUNDARY}\r\n:\r\n\r\n`)
        .map(text => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(type, bytes, async (contentType, body) => {
        const { status } = await upload('/upload/image', body, { 'content-type': contentType });
        expect(status).toBe(400);
      }),
      fuzzRuns(80),
    );
  });

  test('for a mask names an original outside and gets nothing', async () => {
    const reference = fc.record({ filename: nastyText, subfolder: nastyText, type: fc.oneof(place, nastyText) });
    await fc.assert(
      fc.asyncProperty(reference, async original => {
        const answer = await upload(
          '/upload/mask',
          bodyOf([
            { name: 'image', filename: `${MARK}.png`, type: null, value: 'x' },
            { name: 'original_ref', filename: null, type: null, value: JSON.stringify(original) },
          ]),
        );
        expect([200, 400, 403, 404, 500]).toContain(answer.status);
      }),
      fuzzRuns(80),
    );
    expect(server.strayFiles()).toEqual([]);
  });
});

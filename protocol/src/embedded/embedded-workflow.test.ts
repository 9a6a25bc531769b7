import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringifyLossless, stringifyPython } from '../lossless-json/stringify-lossless.ts';
import { canEmbedWorkflow, readEmbeddedWorkflow } from './embedded-workflow.ts';

const prompt = '{"3": {"class_type": "A", "inputs": {"seed": 18446744073709551615, "cfg": 8.0}, "is_changed": [NaN]}}';
const workflow = '{"nodes": [], "note": "\\u00e4\\ud83d\\ude00"}';

function chunk(type: string, ...parts: (string | Uint8Array)[]): Buffer {
  const data = Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
}

function png(...chunks: Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', new Uint8Array(13)),
    ...chunks,
    chunk('IEND'),
  ]);
}

const text = (keyword: string, value: string) => chunk('tEXt', `${keyword}\0${value}`);

/** A WebP file whose EXIF chunk holds these texts in ASCII tags. */
function webp(texts: readonly string[], { order = 'MM', prefix = '', odd = '' } = {}): Buffer {
  const little = order === 'II';
  const write = (size: 2 | 4, value: number) => {
    const bytes = Buffer.alloc(size);
    if (little) bytes.writeUIntLE(value, 0, size);
    else bytes.writeUIntBE(value, 0, size);
    return bytes;
  };
  const data = texts.map(value => Buffer.from(`${value}\0`));
  let offset = 8 + 2 + texts.length * 12 + 4;
  const entries = data.map((bytes, index) => {
    const at = offset;
    if (bytes.length > 4) offset += bytes.length;
    const where = bytes.length > 4 ? write(4, at) : Buffer.concat([bytes, Buffer.alloc(4 - bytes.length)]);
    return Buffer.concat([write(2, 0x0110 - index), write(2, 2), write(4, bytes.length), where]);
  });
  const long = data.filter(bytes => bytes.length > 4);
  const exif = Buffer.concat([
    Buffer.from(prefix + order, 'latin1'),
    write(2, 42),
    write(4, 8),
    write(2, texts.length),
    ...entries,
    write(4, 0),
    ...long,
  ]);
  const riff = (name: string, body: Buffer) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(body.length);
    return Buffer.concat([Buffer.from(name), size, body, Buffer.alloc(body.length % 2)]);
  };
  return riff('RIFF', Buffer.concat([Buffer.from('WEBP'), riff('VP8X', Buffer.from(odd)), riff('EXIF', exif)]));
}

async function read(bytes: Uint8Array) {
  const found = await readEmbeddedWorkflow(bytes);
  return (
    found && {
      prompt: found.prompt && stringifyPython(found.prompt),
      workflow: found.workflow && stringifyPython(found.workflow),
    }
  );
}

describe('PNG files', () => {
  const utf8 = Buffer.from('{"nodes": [], "note": "ä😀"}');
  test.each([
    ['plain texts', png(text('prompt', prompt), text('workflow', workflow))],
    [
      'packed texts',
      png(chunk('zTXt', 'prompt\0\0', deflateSync(prompt)), chunk('zTXt', 'workflow\0\0', deflateSync(workflow))),
    ],
    [
      'international texts',
      png(chunk('iTXt', 'prompt\0\0\0\0\0', prompt), chunk('iTXt', 'workflow\0\0\0de\0Ablauf\0', utf8)),
    ],
    [
      'packed international texts',
      png(
        chunk('iTXt', 'prompt\0\x01\0\0\0', deflateSync(prompt)),
        chunk('iTXt', 'workflow\0\x01\0\0\0', deflateSync(utf8)),
      ),
    ],
    ['texts of animations', png(chunk('comf', `prompt\0${prompt}`), chunk('comf', `workflow\0${workflow}`))],
    ['texts behind the pixels', png(chunk('IDAT', 'x'), text('prompt', prompt), text('workflow', workflow))],
  ])('are read from %s, numbers as they are', async (_, bytes) => {
    expect(await read(bytes)).toEqual({ prompt, workflow });
  });

  test('may carry one of the two; the first of a keyword counts', async () => {
    expect(await read(png(text('prompt', prompt), text('prompt', '{}')))).toEqual({ prompt, workflow: undefined });
    expect(await read(png(text('workflow', workflow)))).toEqual({ prompt: undefined, workflow });
  });

  test('may carry nothing, other things under the same names, or damaged texts', async () => {
    expect(await read(png())).toBeUndefined();
    expect(
      await read(png(text('prompt', 'a cat'), text('workflow', '[1]'), text('parameters', 'a cat'))),
    ).toBeUndefined();
    expect(
      await read(png(chunk('zTXt', 'prompt\0\0', 'no zlib'), chunk('iTXt', 'workflow\0\0'), chunk('tEXt', 'x'))),
    ).toBeUndefined();
  });

  test('may be cut anywhere', async () => {
    const whole = png(text('prompt', prompt), text('workflow', workflow));
    for (let length = 0; length < whole.length; length += 7) {
      const found = await read(whole.subarray(0, length));
      if (found?.prompt !== undefined) expect(found.prompt).toBe(prompt);
    }
  });

  test('that unpack to more than any workflow has are not unpacked to the end', async () => {
    const bomb = deflateSync(Buffer.alloc(80 * 2 ** 20, 0x20));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await read(png(chunk('zTXt', 'prompt\0\0', bomb), text('workflow', workflow)))).toEqual({
      prompt: undefined,
      workflow,
    });
  });
});

describe('WebP files', () => {
  test.each([
    ['big-endian', webp([`prompt:${prompt}`, `workflow:${workflow}`])],
    ['little-endian', webp([`prompt:${prompt}`, `workflow:${workflow}`], { order: 'II' })],
    ['after a chunk of odd length', webp([`prompt:${prompt}`, `workflow:${workflow}`], { odd: 'odd' })],
    ['with other tags', webp(['abc', 'Camera: good', `prompt:${prompt}`, `workflow:${workflow}`])],
  ])('are read, %s', async (_, bytes) => {
    expect(await read(bytes)).toEqual({ prompt, workflow });
  });

  test('may have the prefix of JPEG files, against the rule', async () => {
    const [found] = await Promise.all([read(webp([`prompt:${prompt}`], { prefix: 'Exif\0\0' }))]);
    expect(found).toEqual({ prompt, workflow: undefined });
  });

  test('may be damaged in every way', async () => {
    const whole = webp([`prompt:${prompt}`, `workflow:${workflow}`]);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), async (at, value, length) => {
        const bytes = Uint8Array.from(whole);
        bytes[at] = value;
        await readEmbeddedWorkflow(bytes.subarray(0, length));
      }),
    );
  });
});

test('other files carry nothing', async () => {
  for (const bytes of [Buffer.from('{"nodes": []}'), Buffer.from('RIFF1234WAVE'), new Uint8Array()]) {
    expect(canEmbedWorkflow(bytes)).toBe(false);
    expect(await readEmbeddedWorkflow(bytes)).toBeUndefined();
  }
  expect(canEmbedWorkflow(png())).toBe(true);
});

test('any document survives being written as the reference writes it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async document => {
      const found = await readEmbeddedWorkflow(png(text('workflow', stringifyPython(document))));
      expect(stringifyLossless(found?.workflow)).toBe(stringifyLossless(document));
    }),
  );
});

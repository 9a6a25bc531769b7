// The modules of the start page that need no browser: what they read out of files, and the words they find for problems.
import { describe, expect, it } from 'vitest';

/** They are plain scripts for browsers, checked with their own project. */
// biome-ignore lint/suspicious/noExplicitAny: their types are not known to the compiler of the server
async function page(name: string): Promise<any> {
  return import(new URL(`./files/${name}`, import.meta.url).href);
}

const { parseJson, stringifyJson } = await page('lossless-json.js');
const { fieldsOf, summaryOf } = await page('prompt-fields.js');
const { problemsOf, failureOf } = await page('problems.js');
const { RefusedError } = await page('server-api.js');
const { readWorkflowFile, UnusableFileError } = await page('workflow-file.js');
const { textsInPicture } = await page('picture-metadata.js');

const prompt = {
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'a.safetensors' } },
  '2': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['1', 1] } },
  '3': { class_type: 'CLIPTextEncode', inputs: { text: 'a cat', clip: ['1', 1] } },
  '4': { class_type: 'KSampler', inputs: { positive: ['3', 0], negative: ['2', 0], seed: 5 } },
};

describe('numbers', () => {
  it.each([
    '{"seed":18446744073709551615,"cfg":5.0,"small":1e-7,"list":[-0,7,0.1]}',
    '{"text":"5.0 \\" 18446744073709551615 \\\\","nan":NaN,"big":-Infinity}',
    '"\ue000number: is a text"',
  ])('of %s come out as they went in', text => {
    expect(stringifyJson(parseJson(text))).toBe(text);
  });
});

describe('fields', () => {
  it('are the texts by their role, the checkpoint and the seed', () => {
    const fields = fieldsOf(prompt).map(({ label, value }: { label: string; value: unknown }) => [label, value]);
    expect(fields).toEqual([
      ['Prompt', 'a cat'],
      ['Negative prompt', 'blurry'],
      ['Checkpoint', 'a.safetensors'],
      ['Seed', 5],
    ]);
    expect(summaryOf(prompt)).toBe('a cat');
  });

  it('keep away from connected inputs', () => {
    const linked = { '1': { class_type: 'X', inputs: { text: ['2', 0], seed: ['2', 1] } } };
    expect(fieldsOf(linked)).toEqual([]);
    expect(summaryOf(linked)).toBe('1 node');
  });
});

describe('problems', () => {
  it('name the node and what is missing', () => {
    const body = {
      error: { type: 'prompt_outputs_failed_validation', message: 'Prompt outputs failed validation', details: '' },
      node_errors: {
        '1': {
          class_type: 'CheckpointLoaderSimple',
          errors: [
            {
              type: 'value_not_in_list',
              message: 'Value not in list',
              details: '',
              extra_info: {
                input_name: 'ckpt_name',
                received_value: 'x.ckpt',
                input_config: [['a.ckpt', 'b.ckpt'], {}],
              },
            },
          ],
        },
      },
    };
    expect(problemsOf(new RefusedError(400, body), prompt)).toEqual([
      { title: 'CheckpointLoaderSimple', lines: ['The file “x.ckpt” is not there. There is: a.ckpt, b.ckpt.'] },
    ]);
  });

  it('tell the words of the server when no node is at fault', () => {
    const body = {
      error: { type: 'prompt_no_outputs', message: 'Prompt has no outputs', details: '' },
      node_errors: {},
    };
    expect(problemsOf(new RefusedError(400, body))).toEqual([{ title: 'Prompt has no outputs', lines: [] }]);
    expect(problemsOf(new RefusedError(413, 'Too much'))[0].title).toBe('Too much');
    expect(problemsOf(new TypeError('fetch failed'))[0].title).toBe('The server cannot be reached.');
  });

  it('say where a run failed', () => {
    const messages = [['execution_error', { node_id: '4', exception_message: 'out of memory\n' }]];
    expect(failureOf({ prompt: [0, 'id', prompt, {}, []], status: { messages } })).toEqual({
      title: 'Failed at KSampler',
      lines: ['out of memory'],
    });
  });
});

describe('files', () => {
  const read = (name: string, text: string | Uint8Array<ArrayBuffer>) => readWorkflowFile(new File([text], name));

  it('bring a prompt, an editor workflow or the body of a request', async () => {
    expect(await read('a.json', JSON.stringify(prompt))).toEqual({ name: 'a.json', prompt });
    const workflow = { nodes: [{ id: 1 }], links: [] };
    expect(await read('w.json', JSON.stringify(workflow))).toEqual({ name: 'w.json', workflow });
    const body = { prompt, extra_data: { extra_pnginfo: { workflow } } };
    expect(await read('b.json', JSON.stringify(body))).toEqual({ name: 'b.json', prompt, workflow });
  });

  it('bring what is inside PNG and WebP pictures', async () => {
    const text = JSON.stringify(prompt);
    expect(await read('p.png', png('prompt', text))).toMatchObject({ prompt });
    expect(await read('p.webp', webp(`prompt:${text}`))).toMatchObject({ prompt });
  });

  it.each([
    ['not.json', 'nothing', 'cannot be read as JSON'],
    ['empty.json', '', 'cannot be read as JSON'],
    ['list.json', '[1,2]', 'no workflow'],
    ['null.json', 'null', 'no workflow'],
    ['settings.json', '{"a":{"inputs":null,"class_type":"X"}}', 'no workflow'],
    ['plain.png', png('Comment', 'hello'), 'no workflow inside'],
    ['cut.png', png('prompt', '{"1":{}}').subarray(0, 24), 'no workflow inside'],
    ['cut.webp', webp('prompt:{}').subarray(0, 30), 'no workflow inside'],
    ['text.png', 'not a picture', 'no workflow inside'],
  ])('that cannot be used say so: %s', async (name, content, words) => {
    const failure = await read(name, content as string).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnusableFileError);
    expect((failure as Error).message).toContain(words);
  });

  it('with international texts keep them', () => {
    const bytes = png('iTXt', 'Grüße 你好', 'iTXt');
    expect(textsInPicture(bytes.buffer).get('iTXt')).toBe('Grüße 你好');
  });
});

function png(keyword: string, text: string, kind = 'tEXt'): Uint8Array<ArrayBuffer> {
  const gap = kind === 'tEXt' ? '\0' : '\0\0\0\0\0';
  const data = Buffer.from(`${keyword}${gap}${text}`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Uint8Array.from(Buffer.concat([signature, length, Buffer.from(kind), data, Buffer.alloc(4)]));
}

/** A WebP file whose EXIF block holds one ASCII entry. */
function webp(text: string): Uint8Array<ArrayBuffer> {
  const ascii = Buffer.from(`${text}\0`);
  const tiff = Buffer.alloc(26);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(0x0110, 10);
  tiff.writeUInt16BE(2, 12);
  tiff.writeUInt32BE(ascii.length, 14);
  tiff.writeUInt32BE(26, 18);
  const exif = Buffer.concat([tiff, ascii]);
  const head = Buffer.alloc(20);
  head.write('RIFF', 0);
  head.writeUInt32LE(12 + exif.length, 4);
  head.write('WEBPEXIF', 8);
  head.writeUInt32LE(exif.length, 16);
  return Uint8Array.from(Buffer.concat([head, exif]));
}

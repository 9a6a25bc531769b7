// Prompts that are wrong as documents or as graphs: each has a clear answer, and the server and the queue go on.
import { type JsonValue, parseLossless, stringifyLossless } from '@snug/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { at } from '../prompts.ts';
import { type Answer, SturdyServer } from './sturdy-server.ts';

let server: SturdyServer;

beforeAll(async () => {
  server = await SturdyServer.start();
});

afterEach(() => server.worksStill());

afterAll(() => server[Symbol.asyncDispose]());

/** The types of the errors of a node. */
const errorTypes = ({ body }: Answer, id: string): JsonValue[] =>
  (at(body, 'node_errors', id, 'errors') as JsonValue[]).map(error => at(error, 'type') ?? null);

const node = (classType: string, inputs: object) => ({ class_type: classType, inputs });

describe('a cycle', () => {
  it('is refused, and every node of it is named', async () => {
    const answer = await server.submit(
      JSON.stringify({
        a: node('ImageInvert', { image: ['b', 0] }),
        b: node('ImageInvert', { image: ['a', 0] }),
        o: node('PreviewImage', { images: ['a', 0] }),
      }),
    );
    expect(answer).toMatchObject({ status: 400, body: { error: { type: 'prompt_outputs_failed_validation' } } });
    expect([errorTypes(answer, 'a'), errorTypes(answer, 'b')]).toEqual([['dependency_cycle'], ['dependency_cycle']]);
  });

  it('of one node is refused', async () => {
    const answer = await server.submit('{"a":{"class_type":"Sink","inputs":{"value":["a",0]}}}');
    expect(answer.status).toBe(400);
  });

  it('through inputs that are not declared ends the run with an error', async () => {
    const { error, status } = await server.run({
      a: node('Picture', { hidden: ['b', 0] }),
      b: node('Picture', { hidden: ['a', 0] }),
      o: node('PreviewImage', { images: ['a', 0] }),
    });
    expect(status).toBe('error');
    expect(error).toMatchObject({ exception_message: expect.stringContaining('Dependency cycle detected') });
  });

  it('of 100,000 nodes is refused with an answer of reasonable size', async () => {
    const count = 100_000;
    const nodes = Array.from(
      { length: count },
      (_, n) => `"n${n}":{"class_type":"ImageInvert","inputs":{"image":["n${(n + 1) % count}",0]}}`,
    );
    const answer = await server.submit(
      `{${nodes.join(',')},"o":{"class_type":"PreviewImage","inputs":{"images":["n0",0]}}}`,
    );
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.body['node_errors'] as object).length).toBeLessThanOrEqual(10_000);
  });
});

describe('a million nodes', () => {
  const many = (classType: string, more = '') => {
    const nodes = Array.from({ length: 1_000_000 }, (_, n) => `"${n}":{"class_type":"${classType}","inputs":{}}`);
    return `{${nodes.join(',')}${more}}`;
  };

  it('of no known class are refused', async () => {
    const answer = await server.submit(many('Nope'));
    expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid_prompt' } } });
  }, 300_000);

  it('that nobody needs do not keep the one that is needed from running', async () => {
    const shown = node('ShowArguments', { x: 1 });
    const answer = await server.submit(many('Picture', `,"o":${JSON.stringify(shown)}`));
    expect(answer.status).toBe(200);
    expect(await server.ended(answer.body['prompt_id'] as string)).toMatchObject({
      status: 'success',
      outputs: { o: { text: ['x=1'] } },
    });
  }, 300_000);
});

/** What clients know as the answer to a body that cannot be read (spec http.md 1.2); the log says what is wrong with it. */
const unreadable = { status: 500, body: { text: expect.stringContaining('Server got itself in trouble') } };

describe('a document', () => {
  it.each([
    ['arrays', '['.repeat(10_000), ']'.repeat(10_000)],
    ['objects', '{"a":'.repeat(10_000), '}'.repeat(10_000)],
  ])('nested 10,000 deep in %s is refused', async (_, open, close) => {
    expect(await server.submit(`{"o":{"class_type":"Sink","inputs":{"value":${open}1${close}}}}`)).toEqual(unreadable);
    expect(server.process.log).toMatch(/POST \/prompt is not valid JSON: .*2000/);
  });

  it('nested 1,000 deep runs', async () => {
    const answer = await server.submit(
      `{"o":{"class_type":"ShowArguments","inputs":{"value":{"deep":${'['.repeat(1000)}${']'.repeat(1000)}}}}}`,
    );
    expect(answer.status).toBe(200);
    expect(await server.ended(answer.body['prompt_id'] as string)).toMatchObject({ status: 'success' });
  });

  it('of 100 MB in one text is accepted and runs', async () => {
    const text = 'x'.repeat(99 * 2 ** 20);
    const answer = await server.submit(
      `{"o":{"class_type":"ShowArguments","inputs":{"number":1},"_meta":{"t":"${text}"}}}`,
    );
    expect(answer.status).toBe(200);
    expect(await server.ended(answer.body['prompt_id'] as string)).toMatchObject({ status: 'success' });
  }, 300_000);

  it('of 100 MB that ends in a mistake is refused', async () => {
    expect(await server.post(`{"prompt":[${'1,'.repeat(50 * 2 ** 20 - 20)}`)).toEqual(unreadable);
  }, 300_000);

  it('beyond the limit is refused unread', async () => {
    expect((await server.post(new Uint8Array(101 * 2 ** 20))).status).toBe(413);
  });

  it.each(['', '{', '{"prompt":', 'null', '5', '\u0000', '{"prompt":5}'])('that reads %j is refused', async body => {
    expect(await server.post(body)).toEqual(unreadable);
  });

  it.each(['{}', '[]', '{"prompt":{}}', '{"prompt":{"1":5}}', '{"prompt":{"1":null}}', '{"prompt":{"1":{}}}'])(
    'that reads %j is refused as a prompt',
    async body => {
      const answer = await server.post(body);
      expect(answer.status).toBe(400);
      expect(at(answer.body, 'error', 'message')).toEqual(expect.any(String));
    },
  );

  it('that is not UTF-8 is refused', async () => {
    expect(await server.post(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]))).toEqual(unreadable);
    expect(server.process.log).toContain('it is not UTF-8');
  });
});

describe('numbers that are none', () => {
  it.each(['NaN', 'Infinity', '-Infinity', '1e999'])('%s reaches a node and the history', async number => {
    const answer = await server.submit(`{"o":{"class_type":"ShowArguments","inputs":{"number":${number}}}}`);
    expect(answer.status).toBe(200);
    const id = answer.body['prompt_id'] as string;
    expect(await server.ended(id)).toMatchObject({ status: 'success', outputs: { o: { text: ['number=null'] } } });
    const history = parseLossless(await (await fetch(`${server.url}/history/${id}`)).text());
    const kept = at(history, id, 'prompt', 2, 'o', 'inputs', 'number');
    expect(stringifyLossless(kept)).toBe(number === '1e999' ? 'Infinity' : number);
  });

  it.each(['NaN', 'Infinity', '"NaN"'])('%s is no integer', async number => {
    const answer = await server.submit(
      `{"1":{"class_type":"EmptyImage","inputs":{"width":${number},"height":8,"batch_size":1,"color":0}},` +
        '"o":{"class_type":"PreviewImage","inputs":{"images":["1",0]}}}',
    );
    expect(answer.status).toBe(400);
    expect(errorTypes(answer, '1')).toEqual(['invalid_input_type']);
  });
});

describe('names of JavaScript', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'length', '0', ''];

  it.each(names)('"%s" is as good a node id as any', async id => {
    const key = JSON.stringify(id);
    const answer = await server.submit(
      `{${key}:{"class_type":"Picture","inputs":{}},"o":{"class_type":"PreviewImage","inputs":{"images":[${key},0]}},` +
        `"p":{"class_type":"ShowArguments","inputs":{"number":1}}}`,
    );
    expect(answer.status).toBe(200);
    const ended = await server.ended(answer.body['prompt_id'] as string);
    expect(ended.error).toBeUndefined();
    expect(Object.keys(ended.outputs).sort()).toEqual(['o', 'p']);
  });

  it.each(names)('"%s" is as good an output node as any', async id => {
    const answer = await server.submit(`{${JSON.stringify(id)}:{"class_type":"ShowArguments","inputs":{"number":1}}}`);
    expect(answer.status).toBe(200);
    const ended = await server.ended(answer.body['prompt_id'] as string);
    expect(Object.entries(ended.outputs)).toEqual([[id, { text: ['number=1'] }]]);
  });

  it.each(names)('"%s" is an input like any other', async name => {
    const answer = await server.submit(`{"o":{"class_type":"ShowArguments","inputs":{${JSON.stringify(name)}:"v"}}}`);
    expect(answer.status).toBe(200);
    expect(await server.ended(answer.body['prompt_id'] as string)).toMatchObject({
      status: 'success',
      outputs: { o: { text: [`${name}="v"`] } },
    });
  });

  it.each(names)('"%s" is no class', async classType => {
    const answer = await server.submit(`{"o":{"class_type":${JSON.stringify(classType)},"inputs":{}}}`);
    expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid_prompt' } } });
  });

  it.each(names)('"%s" names no node that a link could come from', async id => {
    const answer = await server.submit(`{"o":{"class_type":"Sink","inputs":{"value":[${JSON.stringify(id)},0]}}}`);
    expect(answer.status).toBe(400);
  });
});

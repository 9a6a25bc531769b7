// Nodes that misbehave cost their own prompt and nothing else: each ends with one clear error, and the next prompt runs.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SturdyServer } from './sturdy-server.ts';

let server: SturdyServer;

beforeAll(async () => {
  server = await SturdyServer.start(['--interrupt-grace', '1']);
});

afterEach(() => server.worksStill());

afterAll(() => server[Symbol.asyncDispose]());

/** The node under test, shown by an output node. */
const promptWith = (classType: string, inputs: object = {}) => ({
  bad: { class_type: classType, inputs },
  sink: { class_type: 'Sink', inputs: { value: ['bad', 0] } },
});

describe('a node that throws', () => {
  it.each([
    ['text', 'only a text'],
    ['nothing', 'undefined'],
    ['null', 'null'],
    ['number', '42'],
    ['object', 'an object'],
    ['frozen', 'frozen'],
    ['empty', ''],
    ['hostile', ''],
  ])('%s ends its prompt with an error at that node', async (what, message) => {
    const { error, status } = await server.run(promptWith('BadThrow', { what }));
    expect(status).toBe('error');
    expect(error).toMatchObject({ node_id: 'bad', node_type: 'BadThrow', exception_type: expect.any(String) });
    expect(error?.['exception_message']).toContain(message);
  });

  it('by rejecting with a text ends its prompt with that text', async () => {
    const { error } = await server.run(promptWith('BadReject'));
    expect(error).toMatchObject({ node_id: 'bad', exception_message: 'rejected with a text\n' });
  });

  it('by overflowing the stack ends its prompt', async () => {
    const { error } = await server.run(promptWith('BadStack'));
    expect(error).toMatchObject({ node_id: 'bad', exception_type: 'RangeError' });
  });
});

describe('a node that returns', () => {
  it.each([
    ['BadTooMany', 'returned 2 outputs but declares 1'],
    ['BadTooFew', 'returned 0 outputs but declares 1'],
    ['BadNoArray', 'returned str; return an array of outputs'],
    ['BadUi', '"images" is not an array'],
    ['BadUiValue', '"images" holds something that is no JSON'],
  ])('as %s does ends its prompt with what is wrong', async (classType, message) => {
    const { error, status } = await server.run(promptWith(classType));
    expect(status).toBe('error');
    expect(error).toMatchObject({ node_id: 'bad', node_type: classType });
    expect(error?.['exception_message']).toContain(message);
  });
});

describe('a node that takes the worker process with it', () => {
  it.each([
    ['BadExit', 'exit code 3'],
    ['BadKill', 'SIGKILL'],
    ['BadUnhandled', 'nobody handles this'],
    ['BadTimer', 'thrown by a timer'],
  ])('as %s does is named, and a new process runs what follows', async (classType, message) => {
    const waiting = server.run(promptWith(classType));
    const { error, status } = await waiting;
    expect(status).toBe('error');
    expect(error).toMatchObject({ node_id: 'bad', node_type: classType });
    expect(JSON.stringify([error?.['exception_message'], error?.['traceback']])).toContain(message);
  });
});

describe('a node that never ends', () => {
  it.each(['BadForever', 'BadLoop'])(
    'as %s does is killed after an interrupt, and what waits runs',
    async classType => {
      const stubborn = await server.start(promptWith(classType));
      const next = await server.start({ p: { class_type: 'Sink', inputs: { value: 'next' } } });
      await server.running(stubborn, 'bad');
      expect((await fetch(`${server.url}/interrupt`, { method: 'POST' })).status).toBe(200);
      expect(await server.ended(stubborn)).toMatchObject({ status: 'error', error: undefined });
      expect(await server.ended(next)).toMatchObject({ status: 'success', outputs: { p: { text: ['next'] } } });
    },
  );
});

import { describe, expect, it } from 'vitest';
import { worldOf } from './recorded-world.ts';
import { parseTrace } from './trace-format.ts';

const save = (prefix: string) => ({
  '1': { class_type: 'EmptyImage', inputs: { width: 64 } },
  '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: prefix } },
});

function request(seq: number, path: string, body: unknown, response: unknown, status = 200) {
  const method = body === null ? 'GET' : 'POST';
  return { seq, seq_response: seq + 1, method, path, body, status, response, response_headers: {} };
}

function world(requests: readonly unknown[], ws: readonly unknown[] = []) {
  return worldOf(parseTrace(JSON.stringify({ name: 'test', server_args: [], requests, ws })));
}

const accepted = (number: number, id = '<uuid:1>') => ({ prompt_id: id, number, node_errors: {} });

describe('what a recording shows of its server', () => {
  it('goes on from the recorded prompt number, counting prompts that were refused', () => {
    expect(world([request(1, '/prompt', { prompt: save('x') }, accepted(7))]).nextNumber).toBe(7);
    const refused = request(1, '/prompt', { prompt: {} }, { error: {}, node_errors: {} }, 400);
    expect(world([refused, request(3, '/prompt', { prompt: save('x') }, accepted(7))]).nextNumber).toBe(6);
    const explicit = request(1, '/prompt', { prompt: save('x'), number: 3 }, accepted(3));
    expect(world([explicit]).nextNumber).toBeUndefined();
  });

  it('goes on from the recorded file number', () => {
    const shown = { '<uuid:1>': { outputs: { '2': { images: [{ filename: 'x_00005_.png', subfolder: '' }] } } } };
    const requests = [
      request(1, '/prompt', { prompt: save('x') }, accepted(7)),
      request(3, '/history/<uuid:1>', null, shown),
    ];
    expect(world(requests).savedFiles).toEqual([{ place: 'output', name: 'x_00004_.png' }]);
  });

  it('has the files that accepted prompts load and that were not uploaded before', () => {
    const load = (image: string) => ({ '1': { class_type: 'LoadImage', inputs: { image } } });
    const upload = request(1, '/upload/image', { multipart: [] }, { name: 'new.png', subfolder: '', type: 'input' });
    const requests = [
      upload,
      request(3, '/prompt', { prompt: load('new.png') }, accepted(7)),
      request(5, '/prompt', { prompt: load('old.png') }, accepted(8, '<uuid:2>')),
      request(7, '/prompt', { prompt: load('no.png') }, { error: {}, node_errors: { '1': {} } }, 400),
    ];
    expect(world(requests).inputFiles.map(({ name }) => name)).toEqual(['old.png']);
  });

  it('has run what the first prompt finds cached', () => {
    const cached = { conn: 'A', seq: 3, type: 'execution_cached', data: { prompt_id: '<uuid:1>', nodes: ['1'] } };
    const requests = [request(1, '/prompt', { prompt: save('x') }, accepted(7))];
    expect(world(requests, [cached]).cached?.nodes).toEqual(['1']);
  });

  it('has run what shows no progress when nobody is told what is cached', () => {
    const state = (nodes: object) => ({
      conn: 'A',
      seq: 3,
      type: 'progress_state',
      data: { prompt_id: '<uuid:1>', nodes },
    });
    const requests = [request(1, '/prompt', { prompt: save('x') }, accepted(7))];
    expect(world(requests, [state({ '2': { state: 'finished' } })]).cached?.nodes).toEqual(['1']);
    expect(world(requests, [state({ '1': { state: 'running' } })]).cached).toBeUndefined();
  });
});

import { JsonFloat, parseLossless, stringifyLossless } from '@snug/protocol';
import { describe, expect, test } from 'vitest';
import { ServerError } from '../errors.ts';
import { readSubmission, type Submission, type SubmissionProblem } from './submission.ts';

function reader(): {
  read: (json: string) => Submission;
  problemOf: (json: string) => SubmissionProblem;
  counter: { next(): number };
} {
  let value = 0;
  const counter = { next: () => value++ };
  const settings = { counter, strictPromptIds: false, usageSource: undefined, nowMs: 1234 };
  const outcomeOf = (json: string): ReturnType<typeof readSubmission> => readSubmission(parseLossless(json), settings);
  return {
    counter,
    read: json => {
      const outcome = outcomeOf(json);
      if ('problem' in outcome) throw new Error(outcome.problem.type);
      return outcome.submission;
    },
    problemOf: json => {
      const outcome = outcomeOf(json);
      if ('submission' in outcome) throw new Error('accepted');
      return outcome.problem;
    },
  };
}

describe('the number', () => {
  test('counts submissions, and front makes it negative', () => {
    const { read } = reader();
    expect(read('{"prompt":{}}')).toMatchObject({ number: 0, numberIsFloat: false });
    expect(read('{"prompt":{}}').number).toBe(1);
    expect(read('{"prompt":{},"front":true}').number).toBe(-2);
    expect(read('{"prompt":{},"front":false}').number).toBe(3);
  });

  test('is zero, not minus zero, when the first prompt goes to the front', () => {
    expect(Object.is(reader().read('{"prompt":{},"front":true}').number, 0)).toBe(true);
  });

  test.each([
    ['3', 3],
    ['2.5', 2.5],
    ['-1000', -1000],
    ['"7"', 7],
    ['" -1.5e2 "', -150],
    ['true', 1],
  ])('can be chosen as %s, becomes a float and leaves the counter alone', (text, number) => {
    const { read } = reader();
    expect(read(`{"prompt":{},"number":${text},"front":true}`)).toMatchObject({ number, numberIsFloat: true });
    expect(read('{"prompt":{}}').number).toBe(0);
  });

  test.each(['"abc"', 'null', '[]', '""', '1e999', 'NaN', '"Infinity"', '"0x10"'])(
    '%s fails like in the reference',
    text => {
      expect(() => reader().read(`{"prompt":{},"number":${text}}`)).toThrow(ServerError);
    },
  );

  test('advances for bodies without a prompt, but not for bodies that cannot hold one', () => {
    const { problemOf, read, counter } = reader();
    for (const body of ['{}', '[]', '"text"']) expect(problemOf(body).type).toBe('no_prompt');
    for (const body of ['5', 'null', 'true']) expect(() => read(body)).toThrow(ServerError);
    expect(counter.next()).toBe(3);
  });
});

describe('the prompt id', () => {
  test('is made when it is absent or null', () => {
    expect(reader().read('{"prompt":{}}').promptId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(reader().read('{"prompt":{},"prompt_id":null}').promptId).toHaveLength(36);
  });

  test('is taken from the client', () => {
    expect(reader().read('{"prompt":{},"prompt_id":"my-own-id"}').promptId).toBe('my-own-id');
    expect(reader().read('{"prompt":{},"prompt_id":42}').promptId).toBe('42');
  });

  test('is refused with an explanation when it is empty', () => {
    expect(reader().problemOf('{"prompt":{},"prompt_id":""}').type).toBe('invalid_prompt_id');
  });
});

describe('extra data', () => {
  test('gets the client id and the time, and keeps the numbers and keys of the client', () => {
    const { extraData, clientId } = reader().read(
      '{"prompt":{},"client_id":"a","extra_data":{"extra_pnginfo":{"workflow":{"version":1.0}},"client_id":"b","create_time":5}}',
    );
    expect(stringifyLossless(extraData)).toBe(
      '{"extra_pnginfo":{"workflow":{"version":1.0}},"client_id":"a","create_time":1234}',
    );
    expect(clientId).toBe('a');
  });

  test('may hold the client id itself', () => {
    expect(reader().read('{"prompt":{},"extra_data":{"client_id":"b"}}').clientId).toBe('b');
    expect(reader().read('{"prompt":{}}').clientId).toBeNull();
    expect(reader().read('{"prompt":{},"client_id":null}').clientId).toBeNull();
    expect(reader().read('{"prompt":{},"client_id":""}').clientId).toBe('');
  });

  test('loses its secrets, which are kept apart', () => {
    const { extraData, sensitive } = reader().read(
      '{"prompt":{},"extra_data":{"auth_token_comfy_org":"a","api_key_comfy_org":"b","mine":1}}',
    );
    expect({ ...extraData }).toEqual({ mine: 1, create_time: 1234 });
    expect({ ...sensitive }).toEqual({ auth_token_comfy_org: 'a', api_key_comfy_org: 'b' });
    expect(reader().read('{"prompt":{}}').sensitive).toBeNull();
  });

  test('takes the usage source from the header unless it names one', () => {
    const settings = { counter: { next: () => 0 }, strictPromptIds: false, usageSource: 'header', nowMs: 0 };
    const sourceOf = (extra: string): unknown => {
      const outcome = readSubmission(parseLossless(`{"prompt":{},"extra_data":${extra}}`), settings);
      return 'submission' in outcome && outcome.submission.extraData['comfy_usage_source'];
    };
    expect(sourceOf('{}')).toBe('header');
    expect(sourceOf('{"comfy_usage_source":"own"}')).toBe('own');
  });
});

test('targets are texts; an empty list is not the same as none', () => {
  const { read } = reader();
  expect(read('{"prompt":{}}').targets).toBeNull();
  expect(read('{"prompt":{},"partial_execution_targets":[]}').targets).toEqual([]);
  expect(read('{"prompt":{},"partial_execution_targets":["4",5]}').targets).toEqual(['4', '5']);
});

test.each(['null', '"abc"', '5', '[1]'])('the prompt %s fails like in the reference', prompt => {
  expect(() => reader().read(`{"prompt":${prompt}}`)).toThrow(ServerError);
});

test('an empty list is an empty graph', () => {
  expect(reader().read('{"prompt":[]}').prompt).toEqual({});
});

test('strict servers accept canonical UUIDs only', () => {
  const settings = { counter: { next: () => 0 }, strictPromptIds: true, usageSource: undefined, nowMs: 0 };
  const read = (id: string): ReturnType<typeof readSubmission> =>
    readSubmission({ prompt: {}, prompt_id: id, number: new JsonFloat(1) }, settings);
  expect(read('my-own-id')).toMatchObject({ problem: { type: 'invalid_prompt_id' } });
  expect(read('1b4e28ba-2fa1-41d2-883f-0016d3cca427')).toHaveProperty('submission');
});

describe('the failure policy', () => {
  test('reaches the executor and no listing', () => {
    const submission = reader().read('{"prompt":{},"node_failure_policy":"continue_independent"}');
    expect(submission.sensitive).toEqual({ node_failure_policy: 'continue_independent' });
    expect(stringifyLossless(submission.extraData)).not.toContain('continue_independent');
  });

  test.each(['"fail_fast"', 'null'])('%s is what prompts have anyway', policy => {
    expect(reader().read(`{"prompt":{},"node_failure_policy":${policy}}`).sensitive).toBeNull();
  });

  test.each(['"x"', '5', '[]', 'true'])('cannot be %s', policy => {
    const problem = reader().problemOf(`{"prompt":{},"node_failure_policy":${policy}}`);
    expect(problem.type).toBe('invalid_node_failure_policy');
  });
});

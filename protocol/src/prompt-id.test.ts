import { describe, expect, it } from 'vitest';
import { JsonFloat, type JsonValue } from './lossless-json/json-value.ts';
import { isCanonicalPromptId, newPromptId, resolvePromptId } from './prompt-id.ts';

function accepted(value: JsonValue | undefined, strict = false): string | undefined {
  const outcome = resolvePromptId(value, { strict });
  return outcome.ok ? outcome.promptId : undefined;
}

describe('newPromptId', () => {
  it('makes distinct version 4 UUIDs in canonical form', () => {
    const ids = Array.from({ length: 200 }, newPromptId);
    expect(new Set(ids).size).toBe(200);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('resolvePromptId', () => {
  it('makes an id when none or null is sent', () => {
    expect(isCanonicalPromptId(accepted(undefined) ?? '')).toBe(true);
    expect(isCanonicalPromptId(accepted(null, true) ?? '')).toBe(true);
  });

  it('takes any non-empty text and the text of numbers by default', () => {
    expect(
      ['job-1', 'ABC', 'with space/ä', 7, 7.5, new JsonFloat(7), 18446744073709551615n].map(id => accepted(id)),
    ).toEqual(['job-1', 'ABC', 'with space/ä', '7', '7.5', '7.0', '18446744073709551615']);
  });

  it.each(['', 'a\0b', 'a\nb', '\ud800', 'x'.repeat(513), true, [], {}])('refuses %j', value => {
    expect(resolvePromptId(value as JsonValue)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('prompt_id'),
    });
  });

  it('takes only canonical UUIDs in strict mode', () => {
    const id = '0b5f8f5e-9d43-4c5b-8b7a-3f0f5d7f1a2b';
    expect(accepted(id, true)).toBe(id);
    expect(
      [id.toUpperCase(), id.replaceAll('-', ''), `{${id}}`, 'job-1', 5].map(value => accepted(value, true)),
    ).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
});

// Who may choose a prompt id and how it looks (spec decisions.md 2, http.md 2.2): absent ids are made here as UUIDv4;
// by default any non-empty text is accepted, in strict mode only a canonical UUID as the newest reference wants it.
import { JsonFloat, type JsonValue } from './lossless-json/json-value.ts';
import { pythonFloatRepr } from './lossless-json/python-float.ts';

export type PromptIdOutcome =
  | { readonly ok: true; readonly promptId: string }
  | { readonly ok: false; readonly problem: string };

const CANONICAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Ids are keys in stores and parts of URLs: longer ones are refused even in lenient mode. */
const MAX_LENGTH = 512;

/** A random UUIDv4. Works where `crypto.randomUUID` does not: in browser pages served without TLS. */
export function newPromptId(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte, i) => {
    if (i === 6) return ((byte & 0x0f) | 0x40).toString(16).padStart(2, '0');
    if (i === 8) return ((byte & 0x3f) | 0x80).toString(16).padStart(2, '0');
    return byte.toString(16).padStart(2, '0');
  }).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** True for a UUID in lower case with hyphens. */
export function isCanonicalPromptId(id: string): boolean {
  return CANONICAL_UUID.test(id);
}

/**
 * Decides the id of a submission from the member `prompt_id` of its body: absent or null makes a new one, numbers are
 * taken by their text as older servers did.
 */
export function resolvePromptId(
  value: JsonValue | undefined,
  options: { readonly strict?: boolean } = {},
): PromptIdOutcome {
  if (value === undefined || value === null) return { ok: true, promptId: newPromptId() };
  if (options.strict === true) {
    if (typeof value === 'string' && isCanonicalPromptId(value)) return { ok: true, promptId: value };
    return refused('prompt_id must be a UUID in canonical form: lower-case hexadecimal digits, 8-4-4-4-12');
  }
  const text = promptIdText(value);
  if (text === undefined) return refused('prompt_id must be a text');
  if (text === '') return refused('prompt_id must not be empty; leave it out to get one');
  if (text.length > MAX_LENGTH)
    return refused(`prompt_id has ${text.length} characters, at most ${MAX_LENGTH} are allowed`);
  // Neither survives storage and URLs unchanged.
  if (/\p{Cc}/u.test(text)) return refused('prompt_id must not contain control characters');
  if (/\p{Surrogate}/u.test(text)) return refused('prompt_id must not contain unpaired surrogates');
  return { ok: true, promptId: text };
}

function promptIdText(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof JsonFloat) return pythonFloatRepr(value.value);
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : pythonFloatRepr(value);
  return typeof value === 'bigint' ? String(value) : undefined;
}

function refused(problem: string): PromptIdOutcome {
  return { ok: false, problem };
}

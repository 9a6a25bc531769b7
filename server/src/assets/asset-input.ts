// Hashes, tags, metadata and ids as clients write them, checked.
import { isJsonObject, type JsonValue, parseLossless, stringifyLossless } from '@snug/protocol';
import { MISSING_TAG } from '@snug/store';
import { type AssetFailure, refuse } from './asset-errors.ts';
import { HASH_PREFIX } from './asset-json.ts';

const MAX_TAG_LENGTH = 200;
const MAX_TAGS = 100;
const MAX_NAME_LENGTH = 512;

/** Media types that may become a header. */
const MEDIA_TYPE = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/;

/** 64 hexadecimal digits of `blake3:<digits>`. */
export function readHash(text: string): string {
  const digits = text.toLowerCase().startsWith(HASH_PREFIX) ? text.slice(HASH_PREFIX.length).toLowerCase() : '';
  if (!/^[0-9a-f]{64}$/.test(digits)) {
    refuse('INVALID_HASH', `A hash is ${HASH_PREFIX} with 64 hexadecimal digits.`, { hash: text });
  }
  return digits;
}

/** Trimmed, each once, in the order in which they came. */
export function readTags(texts: readonly string[], failure: AssetFailure): string[] {
  const tags = [...new Set(texts.map(text => text.trim()).filter(text => text !== ''))];
  const tooLong = tags.find(tag => tag.length > MAX_TAG_LENGTH);
  if (tooLong !== undefined) refuse(failure, `Tags have at most ${MAX_TAG_LENGTH} characters.`, { tag: tooLong });
  if (tags.length > MAX_TAGS) refuse(failure, `At most ${MAX_TAGS} tags are possible.`);
  return tags;
}

/** Tags of a JSON body; those that the server gives itself are refused. */
export function readTagList(value: JsonValue | undefined): string[] {
  if (!Array.isArray(value) || !value.every(tag => typeof tag === 'string')) {
    refuse('INVALID_BODY', '"tags" must be an array of texts.');
  }
  const tags = readTags(value, 'INVALID_BODY');
  if (tags.length === 0) refuse('INVALID_BODY', '"tags" must not be empty.');
  return withoutSystemTags(tags);
}

export function withoutSystemTags(tags: string[]): string[] {
  if (tags.includes(MISSING_TAG)) {
    refuse('SYSTEM_TAG_FORBIDDEN', `Only the server gives the tag "${MISSING_TAG}".`, { tag: MISSING_TAG });
  }
  return tags;
}

/** JSON text of an object. */
export function readMetadata(value: JsonValue | undefined): string {
  if (!isJsonObject(value)) refuse('INVALID_BODY', '"user_metadata" must be an object.');
  return stringifyLossless(value);
}

/** JSON of a form field; undefined when it is none. */
export function parseField(text: string): JsonValue | undefined {
  try {
    return parseLossless(text);
  } catch {
    return undefined; // The caller says what it expected.
  }
}

export function readName(value: JsonValue | undefined): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > MAX_NAME_LENGTH) {
    refuse('INVALID_BODY', `"name" must be a text of 1 to ${MAX_NAME_LENGTH} characters.`);
  }
  return value.trim();
}

export function readMediaType(value: JsonValue | undefined): string {
  if (typeof value !== 'string' || !MEDIA_TYPE.test(value)) {
    refuse('INVALID_BODY', '"mime_type" must be a media type such as image/png.');
  }
  return value;
}

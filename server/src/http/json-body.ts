// Request bodies as JSON whatever their declared content type (spec http.md 1.2): urllib and curl label JSON as a form.
// Numbers stay lossless. What cannot be parsed is answered like the reference does, with 500.
import { isUtf8 } from 'node:buffer';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  numericValue,
  parseLossless,
  parseLosslessInSlices,
} from '@snug/protocol';
import type { FastifyRequest } from 'fastify';
import { reasonOf, ServerError } from '../errors.ts';

/** The parsed body. Throws `JSON_UNREADABLE` for an empty or malformed one. */
export function jsonBody(request: FastifyRequest): JsonValue {
  const text = bodyText(request);
  try {
    return parseLossless(text);
  } catch (error) {
    throw unreadable(request, reasonOf(error), error);
  }
}

/** As `jsonBody`; a body of many megabytes does not keep other requests waiting. */
export async function largeJsonBody(request: FastifyRequest): Promise<JsonValue> {
  const text = bodyText(request);
  try {
    return await parseLosslessInSlices(text, nextTurn);
  } catch (error) {
    throw unreadable(request, reasonOf(error), error);
  }
}

/** Resolves when everything else that is ready has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

function bodyText(request: FastifyRequest): string {
  const { body } = request;
  if (!(body instanceof Buffer) || body.length === 0) throw unreadable(request, 'it is empty');
  if (!isUtf8(body)) throw unreadable(request, 'it is not UTF-8');
  return body.toString('utf8');
}

function unreadable(request: FastifyRequest, reason: string, cause?: unknown): ServerError {
  return new ServerError('JSON_UNREADABLE', { route: `${request.method} ${request.url}`, reason }, { cause });
}

/** The body as an object. Throws `REQUEST_NOT_USABLE` for any other JSON. */
export function jsonObjectBody(request: FastifyRequest): JsonObject {
  const value = jsonBody(request);
  if (!isJsonObject(value)) {
    throw new ServerError('REQUEST_NOT_USABLE', {
      route: `${request.method} ${request.url}`,
      part: 'top level',
      expected: 'an object',
    });
  }
  return value;
}

/** Truth as the reference's language sees it: `0`, `""`, `[]`, `{}` and null are false. */
export function isTruthy(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isJsonObject(value)) return Object.keys(value).length > 0;
  const number = numericValue(value);
  return number === undefined ? Boolean(value) : number !== 0;
}

/** The strings of a JSON array; anything else in it, or instead of it, is left out. */
export function stringsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

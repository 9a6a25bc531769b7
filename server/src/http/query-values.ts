// Query parameters: the first of several values counts, unknown ones are ignored (spec http.md 1.2).
import type { FastifyRequest } from 'fastify';

/** Value of a query parameter, undefined when it is absent. */
export function queryValue(request: FastifyRequest, name: string): string | undefined {
  const values = (request.query as Readonly<Record<string, string | string[] | undefined>>)[name];
  return Array.isArray(values) ? values[0] : values;
}

/** An integer as the reference reads it (surrounding blanks and a sign are fine), undefined for anything else. */
export function parseInteger(text: string): number | undefined {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : Math.sign(value) * Number.MAX_SAFE_INTEGER;
}

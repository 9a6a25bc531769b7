// The answers that several routes give (spec http.md 0): "empty", "text" and "JSON".
import type { FastifyReply } from 'fastify';

export const JSON_TYPE = 'application/json; charset=utf-8';
export const TEXT_TYPE = 'text/plain; charset=utf-8';
export const OCTET_STREAM_TYPE = 'application/octet-stream';

/** A bare status: no body, the content type that the reference gives to it. */
export function emptyReply(reply: FastifyReply, status = 200): FastifyReply {
  return reply.code(status).header('content-type', OCTET_STREAM_TYPE).send('');
}

export function textReply(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).header('content-type', TEXT_TYPE).send(text);
}

/** Sends JSON text as it is. */
export function jsonTextReply(reply: FastifyReply, json: string, status = 200): FastifyReply {
  return reply.code(status).header('content-type', JSON_TYPE).send(json);
}

/** For documents without large integers or floats of integral value, which `JSON.stringify` would change. */
export function jsonReply(reply: FastifyReply, document: unknown, status = 200): FastifyReply {
  return jsonTextReply(reply, JSON.stringify(document), status);
}

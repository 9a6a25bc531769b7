// Sends a long JSON document that is made of many stored texts. Up to a limit it goes out as one string; beyond, it is
// streamed in pieces, so that ten thousand waiting prompts neither block the event loop nor stand in memory twice.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { JSON_TYPE, jsonTextReply } from './replies.ts';

/** Characters gathered before something is handed to the socket. */
const PIECE_LENGTH = 64 * 1024;

/** Documents up to this length are sent whole, with a `Content-Length`. */
const WHOLE_LENGTH = 256 * 1024;

function* gathered(pieces: Iterator<string>, length: number): Generator<string> {
  let text = '';
  for (let piece = pieces.next(); piece.done !== true; piece = pieces.next()) {
    text += piece.value;
    if (text.length >= length) {
      yield text;
      text = '';
    }
  }
  if (text !== '') yield text;
}

/** @param pieces texts that together are one JSON document; consumed once, lazily. */
export function jsonPiecesReply(reply: FastifyReply, pieces: Iterable<string>): FastifyReply {
  const iterator = pieces[Symbol.iterator]();
  const first = gathered(iterator, WHOLE_LENGTH).next();
  const start = first.done === true ? '' : first.value;
  if (start.length < WHOLE_LENGTH) return jsonTextReply(reply, start);
  return reply
    .header('content-type', JSON_TYPE)
    .send(Readable.from(withStart(start, gathered(iterator, PIECE_LENGTH))));
}

function* withStart(start: string, rest: Iterable<string>): Generator<string> {
  yield start;
  yield* rest;
}

/** The texts of `items` with commas between them. */
export function* commaSeparated<Item>(items: Iterable<Item>, textOf: (item: Item) => string): Generator<string> {
  let isFirst = true;
  for (const item of items) {
    yield isFirst ? textOf(item) : `,${textOf(item)}`;
    isFirst = false;
  }
}

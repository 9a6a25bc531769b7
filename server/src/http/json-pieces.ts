// Sends a long JSON document that is made of many stored texts. Up to a limit it goes out as one string; beyond, it is
// streamed in pieces, so that ten thousand waiting prompts neither block the event loop nor stand in memory at once.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { JSON_TYPE, jsonTextReply } from './replies.ts';

/** Characters gathered before something is handed to the socket. */
const PIECE_LENGTH = 64 * 1024;

/** Documents up to this length are sent whole, with a `Content-Length`. */
const WHOLE_LENGTH = 256 * 1024;

/** The next `length` characters or more; less means that nothing follows. */
async function gather(pieces: AsyncIterator<string>, length: number): Promise<string> {
  const gathered: string[] = [];
  let found = 0;
  while (found < length) {
    const piece = await pieces.next();
    if (piece.done === true) break;
    gathered.push(piece.value);
    found += piece.value.length;
  }
  return gathered.join('');
}

/** @param pieces texts that together are one JSON document; read once, as fast as the client takes them. */
export async function jsonPiecesReply(
  reply: FastifyReply,
  pieces: AsyncGenerator<string, void, undefined>,
): Promise<FastifyReply> {
  const start = await gather(pieces, WHOLE_LENGTH);
  if (start.length < WHOLE_LENGTH) return jsonTextReply(reply, start);
  return reply.header('content-type', JSON_TYPE).send(Readable.from(allOf(start, pieces)));
}

async function* allOf(
  start: string,
  pieces: AsyncGenerator<string, void, undefined>,
): AsyncGenerator<string, void, undefined> {
  try {
    for (let text = start; text !== ''; text = await gather(pieces, PIECE_LENGTH)) yield text;
  } finally {
    // A client that leaves early must not keep the rest of the list alive.
    await pieces.return();
  }
}

/** The texts of all items with commas between them, one piece a batch. */
export async function* commaSeparated<Item>(
  batches: AsyncIterable<readonly Item[]>,
  textOf: (item: Item) => string,
): AsyncGenerator<string, void, undefined> {
  let comma = '';
  for await (const batch of batches) {
    yield comma + batch.map(textOf).join(',');
    comma = ',';
  }
}

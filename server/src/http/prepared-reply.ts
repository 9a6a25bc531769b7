// Sends documents that are kept ready and asked for again and again, such as the node catalogue of several megabytes: their bytes
// are made once, and so are their compressed forms, on the thread pool. They are compressed only where the server is told to
// compress answers at all (spec http.md 1.6).
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PreparedJson } from '../ports.ts';
import { acceptedEncodings } from './accepted-encodings.ts';
import { isNotModified } from './conditional-request.ts';
import { JSON_TYPE } from './replies.ts';

type Encoding = 'br' | 'gzip';

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** 5 of 11 for brotli: as small as gzip's best, in a tenth of a second for a large catalogue. */
const compress: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: bytes => brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: bytes => deflate(bytes),
};

/** Smaller documents are not worth it. */
const MIN_LENGTH = 1024;

interface PreparedForms {
  readonly plain: Buffer;
  readonly compressed: Map<Encoding, Promise<Buffer>>;
}

export type PreparedReply = (
  request: FastifyRequest,
  reply: FastifyReply,
  document: PreparedJson,
) => Promise<FastifyReply>;

/** Answers the function that sends a document, or 304 to a client that has it. Each form of it has a strong entity tag. */
export function createPreparedReply({ compressResponses }: { readonly compressResponses: boolean }): PreparedReply {
  // A document of an older catalogue is forgotten with its forms.
  const known = new WeakMap<PreparedJson, PreparedForms>();
  const formsOf = (document: PreparedJson): PreparedForms => {
    const forms = known.get(document) ?? { plain: Buffer.from(document.json), compressed: new Map() };
    known.set(document, forms);
    return forms;
  };
  return async (request, reply, document) => {
    if (compressResponses) reply.header('vary', 'Accept-Encoding');
    const isWorthIt = compressResponses && document.json.length >= MIN_LENGTH;
    const encoding = isWorthIt ? bestEncoding(request.headers['accept-encoding']) : undefined;
    const etag = encoding === undefined ? document.etag : document.etag.replace(/"$/, `-${encoding}"`);
    reply.header('etag', etag);
    if (isNotModified(request.headers, { etag })) return reply.code(304).send();
    const forms = formsOf(document);
    const bytes = encoding === undefined ? forms.plain : await compressedForm(forms, encoding);
    if (encoding !== undefined) reply.header('content-encoding', encoding);
    return reply.header('content-type', JSON_TYPE).send(bytes);
  };
}

function compressedForm({ plain, compressed }: PreparedForms, encoding: Encoding): Promise<Buffer> {
  const form = compressed.get(encoding) ?? compress[encoding](plain);
  compressed.set(encoding, form);
  return form;
}

/** The better of what the client takes. */
function bestEncoding(header: string | string[] | undefined): Encoding | undefined {
  const names = acceptedEncodings(header);
  return (['br', 'gzip'] as const).find(encoding => names.includes(encoding));
}

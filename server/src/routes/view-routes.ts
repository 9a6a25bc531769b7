// `GET /view`: files of the three places, as they are or as a picture in another form (spec http.md 6.3).
import { readFile } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HASH_PREFIX } from '../assets/asset-json.ts';
import { reasonOf, ServerError } from '../errors.ts';
import { contentDisposition } from '../http/content-disposition.ts';
import { contentTypeOf, isDangerousType } from '../http/content-types.ts';
import { findFile, type ServableFile, sendFile } from '../http/file-response.ts';
import { queryValue } from '../http/query-values.ts';
import { emptyReply, OCTET_STREAM_TYPE } from '../http/replies.ts';
import type { Route } from '../http/route-table.ts';
import type { ImageCodec } from '../ports.ts';
import type { ServerContext } from '../server-context.ts';
import { viewDoc } from './file-docs.ts';
import { readNamedFile } from './named-file.ts';
import { readViewMode, type ViewMode } from './view-mode.ts';

export function viewRoutes(context: ServerContext): readonly Route[] {
  return [
    { method: 'GET', path: '/view', doc: viewDoc, handler: (request, reply) => viewFile(request, reply, context) },
  ];
}

async function viewFile(request: FastifyRequest, reply: FastifyReply, context: ServerContext): Promise<FastifyReply> {
  const filename = queryValue(request, 'filename');
  if (filename === undefined) return emptyReply(reply, 404);
  const target = filename.startsWith(HASH_PREFIX)
    ? await findByContent(filename, context)
    : await findByName(request, filename, context);
  if (typeof target === 'number') return emptyReply(reply, target);
  const file = await findFile(target.path);
  if (typeof file === 'string') return emptyReply(reply, 404);
  const mode = readViewMode(queryValue(request, 'preview'), queryValue(request, 'channel'));
  return mode.kind === 'plain'
    ? sendPlain(request, reply, file, target.filename)
    : sendPicture(reply, file, { filename: target.filename, mode, codec: context.imageCodec });
}

interface ViewedFile {
  readonly path: string;
  readonly filename: string;
}

/** The file, or the status of an empty answer. */
async function findByName(
  request: FastifyRequest,
  filename: string,
  { blobs }: ServerContext,
): Promise<ViewedFile | 400 | 403 | 404> {
  const type = queryValue(request, 'type');
  const target = readNamedFile({ filename, type, subfolder: queryValue(request, 'subfolder') });
  if (typeof target === 'number') return target;
  const path = await blobs.localPath(target);
  return path === undefined ? 404 : { path, filename: target.filename };
}

/** A file by the hash of its content; only assets know it. */
async function findByContent(name: string, { assets }: ServerContext): Promise<ViewedFile | 404> {
  const file = await assets?.fileOf(name.slice(HASH_PREFIX.length).toLowerCase());
  return file === undefined ? 404 : { path: file.localPath, filename: file.name };
}

/** The file's own bytes. What could act as a page or script of this origin is offered as a download. */
function sendPlain(request: FastifyRequest, reply: FastifyReply, file: ServableFile, filename: string): FastifyReply {
  const contentType = contentTypeOf(filename);
  reply.headers({ 'x-content-type-options': 'nosniff', 'content-disposition': contentDisposition(filename) });
  if (!isDangerousType(contentType)) return sendFile(request, reply, file, contentType);
  reply.headers({ vary: 'Sec-Fetch-Dest', 'cache-control': 'no-store' });
  // Scripts inside an SVG do not run where it is shown by an <img>.
  const isShownAsImage = contentType === 'image/svg+xml' && request.headers['sec-fetch-dest'] === 'image';
  if (isShownAsImage) return sendFile(request, reply, file, contentType);
  reply.header('content-disposition', contentDisposition(filename, 'attachment'));
  return sendFile(request, reply, file, OCTET_STREAM_TYPE);
}

interface PictureRequest {
  readonly filename: string;
  readonly mode: Exclude<ViewMode, { kind: 'plain' }>;
  readonly codec: ImageCodec;
}

async function sendPicture(reply: FastifyReply, file: ServableFile, request: PictureRequest): Promise<FastifyReply> {
  const { filename, mode } = request;
  const picture = await encodePicture(await readFile(file.path), request);
  const format = mode.kind === 'preview' ? mode.format : 'png';
  reply.headers({ 'content-type': `image/${format}`, 'content-disposition': contentDisposition(filename) });
  return reply.send(Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength));
}

async function encodePicture(bytes: Uint8Array, { filename, mode, codec }: PictureRequest): Promise<Uint8Array> {
  try {
    if (mode.kind === 'color') return await codec.colorChannels(bytes);
    if (mode.kind === 'alpha') return await codec.alphaChannel(bytes);
    return await codec.encode(bytes, mode);
  } catch (error) {
    throw new ServerError('IMAGE_UNREADABLE', { name: filename, reason: reasonOf(error) }, { cause: error });
  }
}

// `GET /experiment/models...` and `GET /view_metadata/{folder}`: what model browsers show (spec http.md 6.4 and 9.3 to 9.5).
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fileEtag, isNotModified } from '../http/conditional-request.ts';
import { pathInsidePlace } from '../http/place-path.ts';
import { parseInteger, queryValue } from '../http/query-values.ts';
import { emptyReply, jsonReply } from '../http/replies.ts';
import { pathParameter, type Route } from '../http/route-table.ts';
import { findModelPreview, type PreviewSource } from '../model-files/model-preview.ts';
import { readSafetensorsMetadata } from '../model-files/safetensors-metadata.ts';
import type { ImageCodec, ModelFolders } from '../ports.ts';
import type { ServerContext } from '../server-context.ts';
import { browseFolderDoc, listBrowsableFoldersDoc, modelPreviewDoc, viewMetadataDoc } from './model-browser-docs.ts';

/** Folders of the installation that hold no models. */
const NOT_MODELS: ReadonlySet<string> = new Set(['configs', 'custom_nodes']);

const MAX_METADATA_HEADER_BYTES = 2 ** 20;

const PREVIEW_QUALITY = 90;

export function modelBrowserRoutes({ models, imageCodec }: ServerContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/experiment/models',
      doc: listBrowsableFoldersDoc,
      handler: (_request, reply) => jsonReply(reply, browsableFolders(models)),
    },
    {
      method: 'GET',
      path: '/experiment/models/:folder',
      doc: browseFolderDoc,
      handler: (request, reply) => browseFolder(request, reply, models),
    },
    {
      method: 'GET',
      path: '/experiment/models/preview/:folder/:path_index/*',
      doc: modelPreviewDoc,
      handler: (request, reply) => sendPreview(request, reply, { models, imageCodec }),
    },
    {
      method: 'GET',
      path: '/view_metadata/:folder',
      doc: viewMetadataDoc,
      handler: async (request, reply) => {
        const metadata = await metadataOf(models, pathParameter(request, 'folder'), queryValue(request, 'filename'));
        return metadata === undefined ? emptyReply(reply, 404) : jsonReply(reply, metadata);
      },
    },
  ];
}

function browsableFolders(models: ModelFolders): readonly object[] {
  const keys = models.keys().filter(key => !NOT_MODELS.has(key));
  return keys.map(name => ({
    name,
    folders: models.foldersOf(name) ?? [],
    extensions: [...(models.extensionsOf(name) ?? [])].sort(),
  }));
}

async function browseFolder(request: FastifyRequest, reply: FastifyReply, models: ModelFolders): Promise<FastifyReply> {
  const [offset, limit] = [countOf(request, 'offset', 0), countOf(request, 'limit', Number.MAX_SAFE_INTEGER)];
  if (offset === undefined || limit === undefined) return emptyReply(reply, 400);
  const page = await models.weightFiles(pathParameter(request, 'folder'), { offset, limit });
  if (page === undefined) return emptyReply(reply, 404);
  reply.header('x-total-count', page.total);
  const files = page.files.map(({ name, pathIndex, modifiedMs, createdMs, sizeBytes }) => {
    return { name, pathIndex, modified: modifiedMs / 1000, created: createdMs / 1000, size: sizeBytes };
  });
  return jsonReply(reply, files);
}

/** A count in the query, `fallback` when it is absent, undefined when it is none. */
function countOf(request: FastifyRequest, name: string, fallback: number): number | undefined {
  const text = queryValue(request, name);
  const count = text === undefined ? fallback : parseInteger(text);
  return count === undefined || count < 0 ? undefined : count;
}

async function metadataOf(
  models: ModelFolders,
  key: string,
  filename: string | undefined,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (filename === undefined || !filename.endsWith('.safetensors')) return undefined;
  const path = models.resolve(key, filename);
  return path === undefined ? undefined : readSafetensorsMetadata(path, MAX_METADATA_HEADER_BYTES);
}

async function sendPreview(
  request: FastifyRequest,
  reply: FastifyReply,
  { models, imageCodec }: Pick<ServerContext, 'imageCodec' | 'models'>,
): Promise<FastifyReply> {
  const folders = models.foldersOf(pathParameter(request, 'folder'));
  const index = parseInteger(pathParameter(request, 'path_index'));
  const name = pathInsidePlace(pathParameter(request, '*'));
  if (folders === undefined) return emptyReply(reply, 404);
  if (index === undefined || name === '') return emptyReply(reply, 400);
  const folder = folders[index];
  if (folder === undefined) return emptyReply(reply, 404);
  if (name === undefined) return emptyReply(reply, 403);
  const source = await findModelPreview(folder, name);
  if (source === undefined) return emptyReply(reply, 404);
  const etag = fileEtag(source.file.sizeBytes, source.file.modifiedMs);
  const { modifiedMs } = source.file;
  reply.headers({ etag, 'last-modified': new Date(modifiedMs).toUTCString() });
  if (isNotModified(request.headers, { etag, modifiedMs })) return reply.code(304).send();
  const picture = await firstPicture(source, imageCodec);
  if (picture === undefined) return emptyReply(reply.removeHeader('etag').removeHeader('last-modified'), 404);
  reply.header('content-type', 'image/webp');
  return reply.send(Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength));
}

async function firstPicture(source: PreviewSource, codec: ImageCodec): Promise<Uint8Array | undefined> {
  for await (const image of source.images()) {
    try {
      return await codec.encode(image, { format: 'webp', quality: PREVIEW_QUALITY, keepAlpha: true });
    } catch {
      // No image that can be read; the next candidate may be one.
    }
  }
  return undefined;
}

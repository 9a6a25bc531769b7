// Assets: lists, one asset, its content (spec http.md section 12).
import { isJsonObject, type JsonObject, stringifyLossless } from '@snug/protocol';
import type { Asset, AssetChanges } from '@snug/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../assets/asset-errors.ts';
import { readHash, readMediaType, readMetadata, readName, readTagList } from '../assets/asset-input.ts';
import { assetJson } from '../assets/asset-json.ts';
import { choiceIn, readPage } from '../assets/asset-query.ts';
import { type AssetRequest, assetRoute, namedAsset, ownAsset } from '../assets/asset-request.ts';
import { readPreviewId } from '../assets/asset-upload.ts';
import { contentTypeOf, isDangerousType } from '../http/content-types.ts';
import { findFile, sendFile } from '../http/file-response.ts';
import { jsonBody } from '../http/json-body.ts';
import { emptyReply, jsonTextReply, OCTET_STREAM_TYPE } from '../http/replies.ts';
import { pathParameter, type Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { assetDocs } from './asset-docs.ts';

export function assetRoutes(context: ServerContext): readonly Route[] {
  return [
    assetRoute(context, { method: 'GET', path: '/assets', doc: assetDocs.list, handler: listAssets }),
    assetRoute(context, {
      method: 'GET',
      path: '/assets/:id',
      doc: assetDocs.one,
      handler: async (request, reply, about) => assetReply(reply, await namedAsset(request, about)),
    }),
    assetRoute(context, { method: 'GET', path: '/assets/:id/content', doc: assetDocs.content, handler: sendContent }),
    assetRoute(context, {
      method: 'GET',
      path: '/assets/hash/:hash',
      doc: assetDocs.hash,
      handler: async (request, reply, { assets }) => {
        const found = await assets.fileOf(readHash(pathParameter(request, 'hash')));
        return emptyReply(reply, found === undefined ? 404 : 200);
      },
    }),
    assetRoute(context, { method: 'POST', path: '/assets/from-hash', doc: assetDocs.fromHash, handler: addFromHash }),
    assetRoute(context, { method: 'PUT', path: '/assets/:id', doc: assetDocs.change, handler: changeAsset }),
    assetRoute(context, {
      method: 'DELETE',
      path: '/assets/:id',
      doc: assetDocs.remove,
      handler: async (request, reply, about) => {
        await about.assets.remove((await ownAsset(request, about)).id);
        return reply.code(204).send();
      },
    }),
  ];
}

/** @param more members beside those of the asset. */
export function assetReply(reply: FastifyReply, asset: Asset, status = 200, more: JsonObject = {}): FastifyReply {
  return jsonTextReply(reply, stringifyLossless({ ...assetJson(asset), ...more }), status);
}

async function listAssets(request: FastifyRequest, reply: FastifyReply, about: AssetRequest): Promise<FastifyReply> {
  const page = readPage(request, about.viewerId);
  const { assets, total, nextCursor } = await about.assets.list(page);
  const answer = {
    assets: assets.map(assetJson),
    total,
    has_more: nextCursor !== null,
    ...(nextCursor !== null && { next_cursor: nextCursor }),
  };
  return jsonTextReply(reply, stringifyLossless(answer));
}

async function sendContent(request: FastifyRequest, reply: FastifyReply, about: AssetRequest): Promise<FastifyReply> {
  const wanted = choiceIn(request, 'disposition', ['inline', 'attachment']);
  const asset = await namedAsset(request, about);
  const file = await findFile(asset.localPath);
  if (typeof file === 'string') return refuse('FILE_NOT_FOUND', 'The file of this asset is gone.', { id: asset.id });
  if (request.method === 'GET') await about.assets.touch(asset.id);
  const contentType = asset.mimeType ?? contentTypeOf(asset.name);
  // What the file is called may say more than what its owner says that it is.
  const isDangerous = [contentType, contentTypeOf(asset.name), contentTypeOf(file.path)].some(isDangerousType);
  const disposition = isDangerous ? 'attachment' : wanted;
  reply.headers({
    'x-content-type-options': 'nosniff',
    'content-disposition': `${disposition}; filename*=UTF-8''${encodedName(asset.name)}`,
  });
  return sendFile(request, reply, file, isDangerous ? OCTET_STREAM_TYPE : contentType);
}

/** A name in a header parameter (RFC 8187). */
function encodedName(name: string): string {
  const text = name.replace(/[\ud800-\udfff]/gu, '\ufffd');
  return encodeURIComponent(text).replace(/['()*]/g, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

async function addFromHash(request: FastifyRequest, reply: FastifyReply, about: AssetRequest): Promise<FastifyReply> {
  const body = objectBody(request);
  const hash = body['hash'];
  if (typeof hash !== 'string') return refuse('INVALID_BODY', '"hash" must be a text.');
  const details = {
    ownerId: about.ownerId,
    tags: readTagList(body['tags']),
    ...(isGiven(body, 'name') && { name: readName(body['name']) }),
    ...(isGiven(body, 'user_metadata') && { userMetadataJson: readMetadata(body['user_metadata']) }),
    ...(isGiven(body, 'mime_type') && { mimeType: readMediaType(body['mime_type']) }),
    ...(isGiven(body, 'preview_id') && { previewId: await readPreviewId(String(body['preview_id']), about) }),
  };
  const asset = await about.assets.addFromHash(readHash(hash), details);
  if (asset === undefined) return refuse('ASSET_NOT_FOUND', 'This content is not known.', { hash });
  return assetReply(reply, asset, 201, { created_new: true });
}

/** Members that exist on the wire of Comfy Cloud and cannot be changed here. */
const FIXED_MEMBERS = ['tags', 'mime_type', 'hash'];

async function changeAsset(request: FastifyRequest, reply: FastifyReply, about: AssetRequest): Promise<FastifyReply> {
  const body = objectBody(request);
  const fixed = FIXED_MEMBERS.find(name => Object.hasOwn(body, name));
  if (fixed !== undefined) return refuse('UNSUPPORTED_FIELD', `"${fixed}" cannot be changed here.`, { field: fixed });
  const changes: AssetChanges = {
    ...(isGiven(body, 'name') && { name: readName(body['name']) }),
    ...(isGiven(body, 'user_metadata') && { userMetadataJson: readMetadata(body['user_metadata']) }),
    ...(Object.hasOwn(body, 'preview_id') && {
      previewId: isGiven(body, 'preview_id') ? await readPreviewId(String(body['preview_id']), about) : null,
    }),
  };
  if (Object.keys(changes).length === 0) {
    return refuse('INVALID_BODY', 'Give at least one of name, user_metadata and preview_id.');
  }
  const asset = await ownAsset(request, about);
  const changed = await about.assets.change(asset.id, changes);
  return changed === undefined ? refuse('ASSET_NOT_FOUND', 'There is no such asset.') : assetReply(reply, changed);
}

/** Null counts as absent. */
function isGiven(body: JsonObject, name: string): boolean {
  return Object.hasOwn(body, name) && body[name] !== null;
}

export function objectBody(request: FastifyRequest): JsonObject {
  const body = jsonBody(request);
  return isJsonObject(body) ? body : refuse('INVALID_BODY', 'The body must be an object.');
}

// Tags of assets: given, taken, listed, counted (spec http.md section 12).

import type { FastifyReply, FastifyRequest } from 'fastify';
import { readTagList } from '../assets/asset-input.ts';
import { choiceIn, integerIn, readFilter } from '../assets/asset-query.ts';
import { type AssetRequest, assetRoute, namedAsset, ownAsset } from '../assets/asset-request.ts';
import { queryValue } from '../http/query-values.ts';
import { jsonReply } from '../http/replies.ts';
import type { Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { assetDocs } from './asset-docs.ts';
import { objectBody } from './asset-routes.ts';

const LIMIT = { fallback: 100, min: 1, max: 1000 };

export function assetTagRoutes(context: ServerContext): readonly Route[] {
  return [
    assetRoute(context, { method: 'GET', path: '/tags', doc: assetDocs.tags, handler: listTags }),
    assetRoute(context, {
      method: 'GET',
      path: '/assets/tags/refine',
      doc: assetDocs.refine,
      handler: async (request, reply, { assets, viewerId }) => {
        const filter = readFilter(request, viewerId);
        const counts = await assets.tagCounts(filter, integerIn(request, 'limit', LIMIT));
        return jsonReply(reply, { tag_counts: Object.fromEntries(counts.map(({ name, count }) => [name, count])) });
      },
    }),
    assetRoute(context, { method: 'POST', path: '/assets/:id/tags', doc: assetDocs.addTags, handler: addTags }),
    assetRoute(context, { method: 'DELETE', path: '/assets/:id/tags', doc: assetDocs.removeTags, handler: removeTags }),
  ];
}

async function listTags(
  request: FastifyRequest,
  reply: FastifyReply,
  { assets, viewerId }: AssetRequest,
): Promise<FastifyReply> {
  const offset = integerIn(request, 'offset', { fallback: 0, min: 0, max: Number.MAX_SAFE_INTEGER });
  const { tags, total } = await assets.tags({
    viewerId,
    prefix: queryValue(request, 'prefix') ?? '',
    limit: integerIn(request, 'limit', LIMIT),
    offset,
    order: choiceIn(request, 'order', ['count_desc', 'name_asc']),
    includesUnused: choiceIn(request, 'include_zero', ['false', 'true']) === 'true',
  });
  return jsonReply(reply, { tags, total, has_more: offset + tags.length < total });
}

async function addTags(request: FastifyRequest, reply: FastifyReply, about: AssetRequest): Promise<FastifyReply> {
  const tags = readTagList(objectBody(request)['tags']);
  const { id } = await ownAsset(request, about);
  const added = await about.assets.addTags(id, tags);
  const { tags: all } = await namedAsset(request, about);
  return jsonReply(reply, { added, already_present: tags.filter(tag => !added.includes(tag)), total_tags: all });
}

async function removeTags(request: FastifyRequest, reply: FastifyReply, about: AssetRequest): Promise<FastifyReply> {
  const tags = readTagList(objectBody(request)['tags']);
  const { id, root, folderKey } = await ownAsset(request, about);
  const isProtected = (tag: string): boolean => tag === root || tag === `model_type:${folderKey}`;
  const free = tags.filter(tag => !isProtected(tag));
  const removed = await about.assets.removeTags(id, free);
  const { tags: all } = await namedAsset(request, about);
  return jsonReply(reply, {
    removed,
    not_present: free.filter(tag => !removed.includes(tag)),
    total_tags: all,
    protected: tags.filter(isProtected),
  });
}

// Control of the look through the folders (spec http.md section 12).
import type { AssetRoot } from '@snug/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../assets/asset-errors.ts';
import { choiceIn } from '../assets/asset-query.ts';
import { type AssetRequest, assetRoute } from '../assets/asset-request.ts';
import { seedJson } from '../assets/seed-announcement.ts';
import { jsonReply } from '../http/replies.ts';
import type { Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { assetDocs } from './asset-docs.ts';
import { objectBody } from './asset-routes.ts';

const ROOTS: readonly AssetRoot[] = ['models', 'input', 'output'];

export function assetSeedRoutes(context: ServerContext): readonly Route[] {
  return [
    assetRoute(context, { method: 'POST', path: '/assets/seed', doc: assetDocs.seed, handler: startSeed }),
    assetRoute(context, {
      method: 'GET',
      path: '/assets/seed/status',
      doc: assetDocs.seedStatus,
      handler: async (_request, reply, { assets }) => {
        const { state, stats, error } = assets.seedStatus();
        return jsonReply(reply, { state, progress: stats && seedJson(stats), error });
      },
    }),
    assetRoute(context, {
      method: 'POST',
      path: '/assets/seed/cancel',
      doc: assetDocs.seedCancel,
      handler: async (_request, reply, { assets }) =>
        jsonReply(reply, { status: assets.cancelSeed() ? 'cancelling' : 'idle' }),
    }),
    assetRoute(context, {
      method: 'POST',
      path: '/assets/prune',
      doc: assetDocs.prune,
      handler: async (_request, reply, { assets }) =>
        jsonReply(reply, { status: 'completed', removed: await assets.prune() }),
    }),
  ];
}

async function startSeed(
  request: FastifyRequest,
  reply: FastifyReply,
  { assets }: AssetRequest,
): Promise<FastifyReply> {
  const isWaiting = choiceIn(request, 'wait', ['false', 'true']) === 'true';
  const running = assets.seed(rootsIn(request));
  if (running === undefined) return jsonReply(reply, { status: 'already_running' }, 409);
  if (!isWaiting) return jsonReply(reply, { status: 'started' }, 202);
  return jsonReply(reply, seedJson(await running));
}

/** All, unless the body names some. */
function rootsIn(request: FastifyRequest): readonly AssetRoot[] {
  if (!(request.body instanceof Buffer) || request.body.length === 0) return ROOTS;
  const wanted = objectBody(request)['roots'] ?? null;
  if (wanted === null) return ROOTS;
  if (!Array.isArray(wanted) || wanted.length === 0 || !wanted.every(root => ROOTS.some(known => known === root))) {
    return refuse('INVALID_BODY', `"roots" must name some of ${ROOTS.join(', ')}.`);
  }
  return ROOTS.filter(root => wanted.includes(root));
}

// What every asset route begins with: is the service on, and for whom is this (spec http.md sections 10 and 12).
import type { Asset, AssetStore } from '@snug/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { reasonOf } from '../errors.ts';
import type { RouteDoc } from '../http/route-doc.ts';
import { pathParameter, type Route, type RouteMethod } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { userOf } from '../users/request-user.ts';
import { envelopeOf, failureEnvelope, refuse } from './asset-errors.ts';

export interface AssetRequest {
  readonly assets: AssetStore;
  /** Whose private assets are seen; null when nobody has any. */
  readonly viewerId: string | null;
  /** Whom new assets belong to; empty for everybody. */
  readonly ownerId: string;
}

type AssetHandler = (request: FastifyRequest, reply: FastifyReply, about: AssetRequest) => Promise<FastifyReply>;

/** A route below `/api` alone; without assets it answers 503, and its own failures become envelopes. */
export function assetRoute(
  context: ServerContext,
  { method, path, doc, handler }: { method: RouteMethod; path: string; doc: RouteDoc; handler: AssetHandler },
): Route {
  return {
    method,
    path,
    doc,
    prefixes: 'api-only',
    handler: async (request, reply) => {
      const { assets, isMultiUser, logger } = context;
      if (assets === null) {
        return failureEnvelope(reply, 'SERVICE_DISABLED', 'Assets are off; start the server with --enable-assets.');
      }
      const userId = await userOf(request, context);
      if (userId === undefined) return failureEnvelope(reply, 'FORBIDDEN', 'The header comfy-user names nobody.');
      try {
        const about = { assets, viewerId: isMultiUser ? userId : null, ownerId: isMultiUser ? userId : '' };
        return await handler(request, reply, about);
      } catch (error) {
        const envelope = envelopeOf(reply, error);
        if (envelope === undefined && !hasStatus(error)) {
          logger.error({ err: error }, `${request.method} ${request.url} failed: ${reasonOf(error)}`);
          return failureEnvelope(reply, 'INTERNAL', 'The request failed; the log of the server says why.');
        }
        if (envelope === undefined) throw error;
        if (reply.statusCode >= 500) logger.error({ err: error }, reasonOf(error));
        return envelope;
      }
    },
  };
}

/** Errors that already know their answer, such as that of a body that is too large. */
function hasStatus(error: unknown): boolean {
  const { status, statusCode } = (error ?? {}) as { status?: unknown; statusCode?: unknown };
  return typeof status === 'number' || typeof statusCode === 'number';
}

/** The asset that the path names. */
export async function namedAsset(request: FastifyRequest, { assets, viewerId }: AssetRequest): Promise<Asset> {
  const id = pathParameter(request, 'id').toLowerCase();
  return (await assets.find(id, viewerId)) ?? refuse('ASSET_NOT_FOUND', 'There is no such asset.', { id });
}

/** As `namedAsset`, for a change: with several users, what belongs to everybody or another one stays as it is. */
export async function ownAsset(request: FastifyRequest, about: AssetRequest): Promise<Asset> {
  const asset = await namedAsset(request, about);
  if (asset.ownerId !== about.ownerId) refuse('FORBIDDEN', 'This asset belongs to somebody else.', { id: asset.id });
  return asset;
}

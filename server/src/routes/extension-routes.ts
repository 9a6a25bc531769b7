// What node packs bring for the web side: scripts, example workflows, translations, subgraphs and successors of old node classes
// (spec http.md 7.3 and 7.6 to 7.9).
import { type JsonValue, stringifyLossless } from '@snug/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { webPathOf } from '../http/front-end-path.ts';
import { pathOf } from '../http/generic-failures.ts';
import { jsonReply, jsonTextReply, textReply } from '../http/replies.ts';
import { pathParameter, type Route } from '../http/route-table.ts';
import { sendBelow } from '../http/static-file.ts';
import { extensionScripts, webFolders } from '../packs/pack-scripts.ts';
import { listSubgraphs, readSubgraph } from '../packs/pack-subgraphs.ts';
import { packTemplates, templateFolders } from '../packs/pack-templates.ts';
import { packTranslations } from '../packs/pack-translations.ts';
import type { ServerContext } from '../server-context.ts';
import {
  extensionFileDoc,
  listSubgraphsDoc,
  listTemplatesDoc,
  nodeReplacementsDoc,
  showSubgraphDoc,
  templateFileDoc,
  translationsDoc,
} from './extension-docs.ts';
import { sendWebFile } from './front-end.ts';
import { extensionsDoc } from './system-docs.ts';

export function extensionRoutes(context: ServerContext): readonly Route[] {
  return [...scriptRoutes(context), ...workflowRoutes(context), ...textRoutes(context)];
}

function scriptRoutes(context: ServerContext): readonly Route[] {
  const folders = webFolders(context.nodePacks);
  return [
    {
      method: 'GET',
      path: '/extensions',
      doc: extensionsDoc,
      handler: async (_request, reply) => jsonReply(reply, await extensionScripts(context)),
    },
    {
      method: 'GET',
      path: '/extensions/:pack/*',
      prefixes: 'bare-only',
      doc: extensionFileDoc,
      handler: (request, reply) => {
        const folder = folders.get(pathParameter(request, 'pack'));
        // What belongs to no pack is the front end's own.
        return folder === undefined ? sendWebFile(request, reply, context) : sendRest(request, reply, [folder], 2);
      },
    },
  ];
}

function workflowRoutes({ nodePacks }: ServerContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/workflow_templates',
      doc: listTemplatesDoc,
      handler: async (_request, reply) => jsonReply(reply, await packTemplates(nodePacks)),
    },
    {
      method: 'GET',
      path: '/workflow_templates/:pack/*',
      prefixes: 'api-only',
      doc: templateFileDoc,
      handler: (request, reply) =>
        sendRest(request, reply, templateFolders(nodePacks, pathParameter(request, 'pack')), 3),
    },
    {
      method: 'GET',
      path: '/global_subgraphs',
      doc: listSubgraphsDoc,
      handler: async (_request, reply) => jsonReply(reply, await listSubgraphs(nodePacks)),
    },
    {
      method: 'GET',
      path: '/global_subgraphs/:id',
      doc: showSubgraphDoc,
      handler: async (request, reply) => jsonReply(reply, await readSubgraph(nodePacks, pathParameter(request, 'id'))),
    },
  ];
}

function textRoutes({ nodePacks, nodeReplacements, logger }: ServerContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/i18n',
      doc: translationsDoc,
      handler: async (_request, reply) =>
        jsonTextReply(reply, stringifyLossless((await packTranslations(nodePacks, logger)) as JsonValue)),
    },
    {
      method: 'GET',
      path: '/node_replacements',
      doc: nodeReplacementsDoc,
      handler: async (_request, reply) => {
        const replacements = Object.fromEntries(await nodeReplacements.list());
        return jsonTextReply(reply, stringifyLossless(replacements as unknown as JsonValue));
      },
    },
  ];
}

/** Sends what the path of the request names below `roots`, without its first `skipped` segments. */
function sendRest(
  request: FastifyRequest,
  reply: FastifyReply,
  roots: readonly string[],
  skipped: number,
): FastifyReply | Promise<FastifyReply> {
  const path = webPathOf(pathOf(request));
  if (path === undefined) return textReply(reply, 404, '404: Not Found');
  return sendBelow(request, reply, roots, path.split('/').slice(skipped).join('/'));
}

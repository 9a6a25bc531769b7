// `/internal/...`: what the web front end alone asks for (spec http.md 11). These paths have no `/api` form.
import { type FilePlace, isFilePlace } from '@snug/protocol';
import type { BlobStore } from '@snug/store';
import { isTruthy, jsonObjectBody } from '../http/json-body.ts';
import { emptyReply, jsonReply } from '../http/replies.ts';
import { pathParameter, type Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { folderPathsDoc, listFilesDoc, logEntriesDoc, logTextDoc, subscribeLogsDoc } from './internal-docs.ts';

export function internalRoutes(context: ServerContext): readonly Route[] {
  const { models, blobs } = context;
  const routes: readonly Omit<Route, 'prefixes'>[] = [
    ...logRoutes(context),
    {
      method: 'GET',
      path: '/internal/folder_paths',
      doc: folderPathsDoc,
      handler: (_request, reply) =>
        jsonReply(reply, Object.fromEntries(models.keys().map(key => [key, models.foldersOf(key) ?? []]))),
    },
    {
      method: 'GET',
      path: '/internal/files/:directory_type',
      doc: listFilesDoc,
      handler: async (request, reply) => {
        const place = pathParameter(request, 'directory_type');
        if (!isFilePlace(place)) return jsonReply(reply, { error: 'Invalid directory type' }, 400);
        return jsonReply(reply, await namesByAge(blobs, place));
      },
    },
  ];
  return routes.map(route => ({ ...route, prefixes: 'bare-only' }));
}

function logRoutes({ logs, logSubscriptions }: ServerContext): readonly Omit<Route, 'prefixes'>[] {
  return [
    {
      method: 'GET',
      path: '/internal/logs',
      doc: logTextDoc,
      handler: (_request, reply) =>
        jsonReply(
          reply,
          logs
            .entries()
            .map(({ t, m }) => `${t} - ${m}`)
            .join(''),
        ),
    },
    {
      method: 'GET',
      path: '/internal/logs/raw',
      doc: logEntriesDoc,
      handler: (_request, reply) => jsonReply(reply, { entries: logs.entries(), size: logs.size }),
    },
    {
      method: 'PATCH',
      path: '/internal/logs/subscribe',
      doc: subscribeLogsDoc,
      handler: (request, reply) => {
        const { clientId, enabled } = jsonObjectBody(request);
        if (typeof clientId !== 'string') return emptyReply(reply, 400);
        logSubscriptions.set(clientId, isTruthy(enabled));
        return emptyReply(reply);
      },
    },
  ];
}

/** Names of the files directly in a place, the newest first. */
async function namesByAge(blobs: BlobStore, place: FilePlace): Promise<string[]> {
  const files = [...(await blobs.listFiles(place))];
  return files.sort((a, b) => b.modifiedMs - a.modifiedMs).map(({ name }) => name);
}

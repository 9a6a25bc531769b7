// `GET /v2/userdata`: everything below a user's folder in one list (spec http.md 10.2).
import { posix } from 'node:path';
import { compareCodePoints, JsonFloat, type JsonObject, stringifyLossless } from '@snug/protocol';
import { StoreError, type UserEntry, type UserFiles } from '@snug/store';
import { reasonOf } from '../errors.ts';
import { queryValue } from '../http/query-values.ts';
import { jsonTextReply, textReply } from '../http/replies.ts';
import type { Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { forUser } from '../users/request-user.ts';
import { unquoteStrictly } from '../users/unquote.ts';
import { userdataDocs } from './userdata-docs.ts';

interface Refusal {
  readonly status: number;
  readonly text: string;
}

export function userdataTreeRoutes(context: ServerContext): readonly Route[] {
  const unknownUser = { status: 403, text: 'Invalid user specified in request' } as const;
  return [
    {
      method: 'GET',
      path: '/v2/userdata',
      doc: userdataDocs.tree,
      handler: forUser(
        context,
        async (request, reply, userId) => {
          const found = await treeOf(context, userId, queryValue(request, 'path') ?? '');
          if ('status' in found) return textReply(reply, found.status, found.text);
          return jsonTextReply(reply, stringifyLossless(found.map(nodeOf)));
        },
        unknownUser,
      ),
    },
  ];
}

async function treeOf(context: ServerContext, userId: string, encoded: string): Promise<UserEntry[] | Refusal> {
  const path = unquoteStrictly(encoded);
  if (path === undefined || path.includes('\0')) return { status: 400, text: 'Invalid characters in path parameter' };
  try {
    return await readTree(context.users.files, userId, path);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code === 'USER_PATH_OUTSIDE') return { status: 400, text: 'Invalid path requested' };
    context.logger.error({ err: error }, `The user data of ${userId} cannot be listed: ${reasonOf(error)}`);
    return { status: 500, text: 'Error reading directory contents' };
  }
}

async function readTree(files: UserFiles, userId: string, path: string): Promise<UserEntry[] | Refusal> {
  const found = await files.find(userId, path);
  const isRoot = posix.normalize(path) === '.';
  if (found === undefined) return isRoot ? [] : { status: 404, text: 'Requested path not found' };
  if (found.kind === 'file') return { status: 400, text: 'Requested path is not a directory' };
  const entries = (await files.list(userId, path, { isRecursive: true, skipsHidden: false })) ?? [];
  return entries.sort(byKindAndName);
}

/** Folders first, then names without regard to case. */
function byKindAndName(a: UserEntry, b: UserEntry): number {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1;
  return compareCodePoints(sortName(a), sortName(b)) || compareCodePoints(a.path, b.path);
}

function sortName({ path }: UserEntry): string {
  return posix.basename(path).toLowerCase();
}

function nodeOf({ path, kind, sizeBytes, modifiedMs }: UserEntry): JsonObject {
  const name = posix.basename(path);
  if (kind === 'folder') return { name, path, type: 'directory' };
  // Seconds are a float even when they are whole.
  const seconds = modifiedMs / 1000;
  const modified = Number.isInteger(seconds) ? new JsonFloat(seconds) : seconds;
  return { name, path, type: 'file', size: sizeBytes, modified };
}

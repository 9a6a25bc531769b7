// `/userdata`: files that a front end keeps for its user (spec http.md 10.1). A path is one URL segment whose slashes are encoded.
import { posix } from 'node:path';
import { StoreError, type UserEntry } from '@snug/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contentTypeOf, isDangerousType } from '../http/content-types.ts';
import { sendFile } from '../http/file-response.ts';
import { queryValue } from '../http/query-values.ts';
import { emptyReply, jsonReply, OCTET_STREAM_TYPE, textReply } from '../http/replies.ts';
import type { RouteDoc } from '../http/route-doc.ts';
import { pathParameter, type Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { forUser } from '../users/request-user.ts';
import { unquote } from '../users/unquote.ts';
import { userdataDocs } from './userdata-docs.ts';

/** Reason phrase of a 400 for a name that the file system does not take. */
const UNUSABLE_NAME = 'Invalid filename. Please avoid special characters like :\\/*?"<>|';

export function userdataRoutes(context: ServerContext): readonly Route[] {
  const { files } = context.users;
  const route = (
    method: Route['method'],
    path: string,
    doc: RouteDoc,
    handler: (request: FastifyRequest, reply: FastifyReply, userId: string) => Promise<FastifyReply>,
  ): Route => ({
    method,
    path,
    doc,
    handler: forUser(context, (request, reply, userId) => withFailures(reply, () => handler(request, reply, userId))),
  });
  return [
    route('GET', '/userdata', userdataDocs.list, (request, reply, userId) =>
      listFiles(request, reply, { context, userId }),
    ),
    route('GET', '/userdata/:file', userdataDocs.read, async (request, reply, userId) => {
      const found = await files.find(userId, pathIn(request, 'file'));
      if (found === undefined) return emptyReply(reply, 404);
      if (found.kind === 'folder') return emptyReply(reply, 403);
      const { disposition, contentType } = presentationOf(found.path);
      reply.header('x-content-type-options', 'nosniff');
      if (disposition !== undefined) reply.header('content-disposition', disposition);
      return sendFile(request, reply, { ...found, path: found.localPath }, contentType);
    }),
    route('POST', '/userdata/:file', userdataDocs.write, async (request, reply, userId) => {
      const bytes = request.body instanceof Buffer ? request.body : new Uint8Array();
      const written = await files.write(userId, pathIn(request, 'file'), bytes, { ifExists: ifExistsIn(request) });
      return jsonReply(reply, isOn(request, 'full_info') ? infoOf(written, written.path) : written.path);
    }),
    route('DELETE', '/userdata/:file', userdataDocs.remove, async (request, reply, userId) => {
      const path = pathIn(request, 'file');
      if ((await files.find(userId, path))?.kind === 'folder') return emptyReply(reply, 403);
      return (await files.remove(userId, path)) ? reply.code(204).send() : emptyReply(reply, 404);
    }),
    route('POST', '/userdata/:file/move/:dest', userdataDocs.move, async (request, reply, userId) => {
      const [from, to] = [pathIn(request, 'file'), pathIn(request, 'dest')];
      const moved = await files.move(userId, from, to, { ifExists: ifExistsIn(request) });
      if (moved === undefined) return emptyReply(reply, 404);
      return jsonReply(reply, isOn(request, 'full_info') ? infoOf(moved, moved.path) : moved.path);
    }),
  ];
}

async function listFiles(
  request: FastifyRequest,
  reply: FastifyReply,
  { context, userId }: { readonly context: ServerContext; readonly userId: string },
): Promise<FastifyReply> {
  const folder = queryValue(request, 'dir') ?? '';
  if (folder === '') return textReply(reply, 400, 'Directory not provided');
  try {
    const options = { isRecursive: isOn(request, 'recurse'), skipsHidden: true };
    const entries = await context.users.files.list(userId, folder, options);
    if (entries === undefined) return textReply(reply, 404, 'Directory not found');
    const base = posix.normalize(folder.replaceAll('\\', '/'));
    const found = entries
      .filter(({ kind }) => kind === 'file')
      .map(entry => ({ entry, path: posix.relative(base, entry.path) }));
    if (isOn(request, 'full_info'))
      return jsonReply(
        reply,
        found.map(({ entry, path }) => infoOf(entry, path)),
      );
    const isSplit = isOn(request, 'split');
    return jsonReply(
      reply,
      found.map(({ path }) => (isSplit ? [path, ...path.split('/')] : path)),
    );
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'USER_PATH_OUTSIDE') throw error;
    return textReply(reply, 403, 'Invalid directory');
  }
}

/** Answers for what the store refuses. */
async function withFailures(reply: FastifyReply, work: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code === 'USER_PATH_OUTSIDE') return emptyReply(reply, 403);
    if (error.code === 'USER_FILE_EXISTS') return textReply(reply, 409, 'File already exists');
    if (error.code !== 'USER_FILE_NAME_UNUSABLE') throw error;
    reply.raw.statusMessage = UNUSABLE_NAME;
    return emptyReply(reply, 400);
  }
}

/** A path parameter; what still holds a `%` was encoded twice. */
function pathIn(request: FastifyRequest, name: string): string {
  const path = pathParameter(request, name);
  return path.includes('%') ? unquote(path) : path;
}

function isOn(request: FastifyRequest, name: string): boolean {
  return queryValue(request, name)?.toLowerCase() === 'true';
}

function ifExistsIn(request: FastifyRequest): 'replace' | 'fail' {
  return queryValue(request, 'overwrite') === 'false' ? 'fail' : 'replace';
}

/** The user's own style sheet may act; whatever else could is sent as plain bytes to be saved. */
function presentationOf(path: string): { readonly contentType: string; readonly disposition?: string } {
  if (path === 'user.css') return { contentType: 'text/css' };
  const contentType = contentTypeOf(path);
  return { contentType: isDangerousType(contentType) ? OCTET_STREAM_TYPE : contentType, disposition: 'attachment' };
}

function infoOf({ sizeBytes, modifiedMs, createdMs }: UserEntry, path: string): object {
  return { path, size: sizeBytes, modified: Math.trunc(modifiedMs), created: Math.trunc(createdMs) };
}

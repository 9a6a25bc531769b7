// Whose data a request is about (spec http.md section 10). A server for one person ignores the header; with several users it
// names one of them by id.
import { DEFAULT_USER_ID } from '@snug/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { textReply } from '../http/replies.ts';
import type { Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';

type UserContext = Pick<ServerContext, 'users' | 'isMultiUser'>;

/** Id of the user; undefined when the server does not know it. */
export async function userOf(request: FastifyRequest, context: UserContext): Promise<string | undefined> {
  if (!context.isMultiUser) return DEFAULT_USER_ID;
  const header = request.headers['comfy-user'];
  const id = (Array.isArray(header) ? header[0] : header) ?? DEFAULT_USER_ID;
  return (await context.users.registry.list()).has(id) ? id : undefined;
}

type UserHandler = (request: FastifyRequest, reply: FastifyReply, userId: string) => Promise<FastifyReply>;

/** What an unknown user is told. */
export interface UnknownUserAnswer {
  readonly status: 401 | 403;
  readonly text: string;
}

const UNKNOWN_USER: UnknownUserAnswer = { status: 401, text: 'Unknown user' };

/** A handler that is only called for known users. */
export function forUser(
  context: UserContext,
  handler: UserHandler,
  { status, text }: UnknownUserAnswer = UNKNOWN_USER,
): Route['handler'] {
  return async (request, reply) => {
    const userId = await userOf(request, context);
    return userId === undefined ? textReply(reply, status, text) : handler(request, reply, userId);
  };
}

// `GET /users` and `POST /users` (spec http.md section 10).
import { isJsonObject, type JsonValue } from '@snug/protocol';
import { DEFAULT_USER_ID, StoreError } from '@snug/store';
import { jsonBody } from '../http/json-body.ts';
import { jsonReply } from '../http/replies.ts';
import { jsonAnswer, type RouteDoc } from '../http/route-doc.ts';
import type { Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';

const listDoc: RouteDoc = {
  tag: 'users',
  summary: 'Tell whether the server keeps users apart, and list them',
  answers: {
    200: jsonAnswer('For one user whether anything is stored for them; for several their names by id', {
      type: 'object',
      properties: {
        storage: { const: 'server' },
        migrated: { type: 'boolean' },
        users: { type: 'object', additionalProperties: { type: 'string' } },
      },
      required: ['storage'],
    }),
  },
};

const addDoc: RouteDoc = {
  tag: 'users',
  summary: 'Add a user',
  description: 'Clients send the answered id as header `comfy-user`.',
  body: jsonAnswer('Name of the user', {
    type: 'object',
    properties: { username: { type: 'string' } },
    required: ['username'],
  }),
  answers: {
    200: jsonAnswer('Id of the new user', { type: 'string' }),
    400: jsonAnswer('The name is taken or cannot be used', {
      type: 'object',
      properties: { error: { type: 'string' } },
    }),
  },
};

export function usersRoutes({ users: { registry }, isMultiUser }: ServerContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/users',
      doc: listDoc,
      handler: async (_request, reply) => {
        const known = isMultiUser
          ? { users: Object.fromEntries(await registry.list()) }
          : { migrated: await registry.hasData(DEFAULT_USER_ID) };
        return jsonReply(reply, { storage: 'server', ...known });
      },
    },
    {
      method: 'POST',
      path: '/users',
      doc: addDoc,
      handler: async (request, reply) => {
        const name = nameIn(jsonBody(request));
        if (name === undefined) return jsonReply(reply, { error: 'A username is required.' }, 400);
        try {
          return jsonReply(reply, await registry.add(name));
        } catch (error) {
          const problem = problemOf(error);
          if (problem === undefined) throw error;
          return jsonReply(reply, { error: problem }, 400);
        }
      },
    },
  ];
}

function nameIn(body: JsonValue): string | undefined {
  const name = isJsonObject(body) ? body['username'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** What is wrong with a name; undefined for failures that are not the name's. */
function problemOf(error: unknown): string | undefined {
  if (!(error instanceof StoreError)) return undefined;
  if (error.code === 'USER_NAME_TAKEN') return 'Duplicate username.';
  return error.code === 'USER_NAME_INVALID' ? `Invalid username: ${error.details['problem']}.` : undefined;
}

// `/settings` and `/settings/{id}` (spec http.md section 10): what a front end remembers for its user. Values go through as they came.
import { orderedObject, stringifyLossless } from '@snug/protocol';
import { jsonBody, jsonObjectBody } from '../http/json-body.ts';
import { emptyReply, jsonTextReply } from '../http/replies.ts';
import { emptyAnswer, jsonAnswer, type ParameterDoc, type RouteDoc, textAnswer } from '../http/route-doc.ts';
import { pathParameter, type Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { forUser } from '../users/request-user.ts';

const unknownUser = { 401: textAnswer('The header `comfy-user` names nobody') };
const parameters = { id: { description: 'Name of the setting, for example `Comfy.Locale`' } } satisfies Record<
  string,
  ParameterDoc
>;

const docs = {
  all: {
    tag: 'users',
    summary: 'List all settings of the user',
    answers: { 200: jsonAnswer('Values by name', { type: 'object' }), ...unknownUser },
  },
  one: {
    tag: 'users',
    summary: 'Read one setting',
    parameters,
    answers: { 200: jsonAnswer('Its value, null when it was never set'), ...unknownUser },
  },
  change: {
    tag: 'users',
    summary: 'Set several settings',
    description: 'Settings that are not named stay as they are.',
    body: jsonAnswer('Values by name', { type: 'object' }),
    answers: { 200: emptyAnswer('They are stored'), ...unknownUser },
  },
  set: {
    tag: 'users',
    summary: 'Set one setting',
    parameters,
    body: jsonAnswer('Its value, any JSON'),
    answers: { 200: emptyAnswer('It is stored'), ...unknownUser },
  },
} satisfies Record<string, RouteDoc>;

export function settingsRoutes(context: ServerContext): readonly Route[] {
  const { settings } = context.users;
  return [
    {
      method: 'GET',
      path: '/settings',
      doc: docs.all,
      handler: forUser(context, async (_request, reply, userId) =>
        jsonTextReply(reply, stringifyLossless(await settings.read(userId))),
      ),
    },
    {
      method: 'GET',
      path: '/settings/:id',
      doc: docs.one,
      handler: forUser(context, async (request, reply, userId) => {
        const id = pathParameter(request, 'id');
        const all = await settings.read(userId);
        return jsonTextReply(reply, stringifyLossless(Object.hasOwn(all, id) ? (all[id] ?? null) : null));
      }),
    },
    {
      method: 'POST',
      path: '/settings',
      doc: docs.change,
      handler: forUser(context, async (request, reply, userId) => {
        await settings.change(userId, jsonObjectBody(request));
        return emptyReply(reply);
      }),
    },
    {
      method: 'POST',
      path: '/settings/:id',
      doc: docs.set,
      handler: forUser(context, async (request, reply, userId) => {
        await settings.change(userId, orderedObject([[pathParameter(request, 'id'), jsonBody(request)]]));
        return emptyReply(reply);
      }),
    },
  ];
}

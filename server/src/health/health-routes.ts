// `GET /health/live` and `GET /health/ready`, for supervisors and load balancers. Neither is part of the reference's wire.

import { jsonReply } from '../http/replies.ts';
import { type JsonSchema, jsonAnswer } from '../http/route-doc.ts';
import type { Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { readinessOf } from './readiness.ts';

function checkSchema(more: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  const properties = { ok: { type: 'boolean' }, reason: { type: ['string', 'null'] }, ...more };
  return { type: 'object', required: Object.keys(properties), properties };
}

const readinessSchema: JsonSchema = {
  type: 'object',
  required: ['status', 'checks'],
  properties: {
    status: { enum: ['ready', 'not ready'] },
    checks: {
      type: 'object',
      required: ['store', 'worker'],
      properties: {
        store: checkSchema(),
        worker: checkSchema({ state: { enum: ['ready', 'starting', 'failing', 'stopped'] } }),
      },
    },
  },
};

const aliveSchema: JsonSchema = {
  type: 'object',
  required: ['status'],
  properties: { status: { const: 'alive' } },
};

export function healthRoutes(context: ServerContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/health/live',
      doc: {
        tag: 'system',
        summary: 'Say that the process works',
        description: 'When this is not answered, the process should be restarted.',
        answers: { 200: jsonAnswer('It does', aliveSchema) },
      },
      handler: (_request, reply) => jsonReply(reply.header('cache-control', 'no-store'), { status: 'alive' }),
    },
    {
      method: 'GET',
      path: '/health/ready',
      doc: {
        tag: 'system',
        summary: 'Say whether prompts can be accepted and run',
        description: 'A worker process that is starting counts: prompts wait for it.',
        answers: {
          200: jsonAnswer('They can', readinessSchema),
          503: jsonAnswer('They cannot; the checks say why', readinessSchema),
        },
      },
      handler: async (_request, reply) => {
        const readiness = await readinessOf(context);
        reply.header('cache-control', 'no-store');
        return jsonReply(reply, readiness, readiness.status === 'ready' ? 200 : 503);
      },
    },
  ];
}

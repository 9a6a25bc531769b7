// `POST /workflow/convert`: an editor's workflow in, the prompt that it stands for out. Nothing is queued. This route is our
// own, so that it says what is wrong with a body where the compatible ones answer with a bare 500.
import { isJsonObject, type JsonObject, stringifyLosslessInSlices } from '@snug/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServerError } from '../errors.ts';
import { largeJsonBody, nextTurn } from '../http/json-body.ts';
import { jsonTextReply } from '../http/replies.ts';
import type { Route } from '../http/route-table.ts';
import { problemsJson, refusalOf } from '../workflows/submitted-workflow.ts';
import type { WorkflowConverter } from '../workflows/workflow-converter.ts';
import { convertWorkflowDoc } from './workflow-docs.ts';

/** The largest workflows that people share take a few megabytes; what is larger holds something else. */
const MAX_WORKFLOW_BYTES = 32 * 1024 * 1024;

export function workflowRoutes(converter: WorkflowConverter): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/workflow/convert',
      doc: convertWorkflowDoc,
      handler: (request, reply) => convert(request, reply, converter),
    },
  ];
}

async function convert(
  request: FastifyRequest,
  reply: FastifyReply,
  converter: WorkflowConverter,
): Promise<FastifyReply> {
  refuseHuge(request);
  const body = await readBody(request);
  if ('reason' in body) {
    const message = 'The body is no workflow';
    const error = { type: 'invalid_workflow', message, details: body.reason, extra_info: {} };
    return answer(reply, 400, { error, node_errors: {}, problems: [] });
  }
  const conversion = await converter.convert(body.workflow);
  const result = { prompt: conversion.prompt as JsonObject, problems: problemsJson(conversion.problems) };
  if (conversion.ok) return answer(reply, 200, result);
  const { error, nodeErrors } = refusalOf(conversion);
  // The problems stand once, beside the prompt as far as it could be made.
  return answer(reply, 400, { error: { ...error, extra_info: {} }, node_errors: nodeErrors, ...result });
}

function refuseHuge({ body }: FastifyRequest): void {
  const actual = body instanceof Buffer ? body.length : 0;
  if (actual > MAX_WORKFLOW_BYTES) throw new ServerError('BODY_TOO_LARGE', { limit: MAX_WORKFLOW_BYTES, actual });
}

/** The document itself, or the member `workflow` of a body around it. */
async function readBody(
  request: FastifyRequest,
): Promise<{ readonly workflow: JsonObject } | { readonly reason: string }> {
  try {
    const body = await largeJsonBody(request);
    if (!isJsonObject(body)) return { reason: 'It is no JSON object.' };
    const workflow = Object.hasOwn(body, 'nodes') ? body : (body['workflow'] ?? body);
    return isJsonObject(workflow) ? { workflow } : { reason: 'Its member "workflow" is no object.' };
  } catch (error) {
    if (error instanceof ServerError && error.code === 'JSON_UNREADABLE') return { reason: error.message };
    throw error;
  }
}

async function answer(reply: FastifyReply, status: number, document: unknown): Promise<FastifyReply> {
  return jsonTextReply(reply, await stringifyLosslessInSlices(document, nextTurn), status);
}

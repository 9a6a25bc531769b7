// What the OpenAPI document says of the conversion of workflows.
import { jsonAnswer, type RouteDoc } from '../http/route-doc.ts';
import { schemaRef } from '../openapi/schemas.ts';

const problems = {
  type: 'array',
  description: 'What could not be taken over as it is. Errors stop a conversion, warnings do not.',
  items: {
    type: 'object',
    required: ['code', 'severity', 'node_id', 'node_type', 'message'],
    properties: {
      code: { type: 'string', description: 'Stable name, for example `MISSING_NODE_TYPE`.' },
      severity: { enum: ['error', 'warning'] },
      node_id: { type: ['string', 'null'], description: 'Id in the prompt; members of subgraphs are `outer:inner`.' },
      node_type: { type: ['string', 'null'] },
      message: { type: 'string' },
    },
  },
} as const;

export const convertWorkflowDoc: RouteDoc = {
  tag: 'workflows',
  summary: "Convert an editor's workflow to a prompt",
  description:
    'Takes both schema versions, with subgraphs, reroutes, primitives, bypassed and muted nodes. Nothing is queued; `POST /prompt` accepts workflows, too.',
  body: {
    description: 'The workflow, or an object that holds it',
    content: {
      'application/json': {
        type: 'object',
        properties: {
          nodes: { type: 'array', description: 'Present when the body is the workflow itself.' },
          workflow: { type: 'object', description: 'The workflow, when the body is an object around it.' },
        },
      },
    },
  },
  answers: {
    200: jsonAnswer('The prompt', {
      type: 'object',
      required: ['prompt', 'problems'],
      properties: { prompt: schemaRef('Prompt'), problems },
    }),
    400: jsonAnswer('No workflow, or one that cannot be converted without loss', {
      type: 'object',
      required: ['error', 'node_errors', 'problems'],
      properties: {
        error: schemaRef('Problem'),
        node_errors: schemaRef('NodeErrors'),
        problems,
        prompt: schemaRef('Prompt'),
      },
    }),
  },
};

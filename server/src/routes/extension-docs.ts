// What the OpenAPI document says of what node packs bring for the web side (spec http.md 7.3 and 7.6 to 7.9).
import { emptyAnswer, jsonAnswer, type RouteDoc, textAnswer } from '../http/route-doc.ts';

const pack = { description: 'Name of the pack' } as const;
const file = { '*': { description: 'Path of the file' } } as const;
const fileAnswers = {
  200: { description: 'The file', content: { 'application/octet-stream': {} } },
  206: { description: 'The part that the header Range asks for', content: { 'application/octet-stream': {} } },
  304: emptyAnswer('Not changed'),
  403: textAnswer('It is a folder'),
  404: emptyAnswer('There is no such file'),
  416: emptyAnswer('The file is shorter'),
} as const;

const subgraph = {
  type: 'object',
  required: ['source', 'name', 'info'],
  properties: {
    source: { type: 'string' },
    name: { type: 'string' },
    info: { type: 'object', properties: { node_pack: { type: 'string' } } },
    data: { type: 'string', description: 'The blueprint, as JSON text.' },
  },
} as const;

export const extensionFileDoc: RouteDoc = {
  tag: 'system',
  summary: 'Send a file of a node pack to the web front end',
  parameters: { pack, ...file },
  answers: fileAnswers,
};

export const listTemplatesDoc: RouteDoc = {
  tag: 'workflows',
  summary: 'List the example workflows of node packs',
  answers: {
    200: jsonAnswer('Pack name to template names', {
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string' } },
    }),
  },
};

export const templateFileDoc: RouteDoc = {
  tag: 'workflows',
  summary: 'Send an example workflow of a node pack, or its thumbnail',
  parameters: { pack, ...file },
  answers: fileAnswers,
};

export const translationsDoc: RouteDoc = {
  tag: 'system',
  summary: 'List the translations that node packs bring',
  answers: { 200: jsonAnswer('Language to texts', { type: 'object', additionalProperties: { type: 'object' } }) },
};

export const listSubgraphsDoc: RouteDoc = {
  tag: 'workflows',
  summary: 'List the subgraph blueprints of node packs',
  answers: { 200: jsonAnswer('Id to blueprint, without data', { type: 'object', additionalProperties: subgraph }) },
};

export const showSubgraphDoc: RouteDoc = {
  tag: 'workflows',
  summary: 'Send one subgraph blueprint',
  parameters: { id: { description: 'Id from the list' } },
  answers: { 200: jsonAnswer('The blueprint; null for an unknown id', { anyOf: [subgraph, { type: 'null' }] }) },
};

export const nodeReplacementsDoc: RouteDoc = {
  tag: 'nodes',
  summary: 'List node classes that others took the place of',
  description: 'Prompts with a class that is gone are changed accordingly when they are submitted.',
  answers: {
    200: jsonAnswer('Old class to its replacements', {
      type: 'object',
      additionalProperties: {
        type: 'array',
        items: {
          type: 'object',
          required: ['new_node_id', 'old_node_id', 'old_widget_ids', 'input_mapping', 'output_mapping'],
          properties: {
            new_node_id: { type: 'string' },
            old_node_id: { type: 'string' },
            old_widget_ids: { type: ['array', 'null'] },
            input_mapping: { type: ['array', 'null'] },
            output_mapping: { type: ['array', 'null'] },
          },
        },
      },
    }),
  },
};

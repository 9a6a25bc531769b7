// What the OpenAPI document says of nodes, models and of the server itself (spec http.md 7 to 9).
import { emptyAnswer, jsonAnswer, type RouteDoc, textAnswer } from '../http/route-doc.ts';
import { schemaRef } from '../openapi/schemas.ts';

const names = { type: 'array', items: { type: 'string' } } as const;
const nodes = { type: 'object', additionalProperties: schemaRef('NodeInfo') } as const;
const notChanged = emptyAnswer('Not changed');

const noWorkerYet = textAnswer('No worker process has told its nodes yet; `Retry-After` says when to try again');

export const listNodesDoc: RouteDoc = {
  tag: 'nodes',
  summary: 'Describe all node classes',
  description: 'Lists of files are live. The answer is large and has an entity tag.',
  answers: { 200: jsonAnswer('Class type to description', nodes), 304: notChanged, 503: noWorkerYet },
};

export const showNodeDoc: RouteDoc = {
  tag: 'nodes',
  summary: 'Describe one node class',
  parameters: { class_type: { description: 'Name of the class' } },
  answers: {
    200: jsonAnswer('The description under its name; an empty object when it is unknown', nodes),
    304: notChanged,
    503: noWorkerYet,
  },
};

export const listModelFoldersDoc: RouteDoc = {
  tag: 'models',
  summary: 'List the kinds of models',
  answers: { 200: jsonAnswer('Folder keys', names) },
};

export const listModelsDoc: RouteDoc = {
  tag: 'models',
  summary: 'List the models of a kind',
  parameters: { folder: { description: 'Folder key' } },
  answers: {
    200: jsonAnswer('File names with `/`, sorted', names),
    404: emptyAnswer('There is no such folder key'),
  },
};

export const listEmbeddingsDoc: RouteDoc = {
  tag: 'models',
  summary: 'List embeddings by name',
  answers: { 200: jsonAnswer('Names without extension', names) },
};

export const systemStatsDoc: RouteDoc = {
  tag: 'system',
  summary: 'Report versions, memory and devices',
  answers: { 200: jsonAnswer('All sizes in bytes', schemaRef('SystemStats')) },
};

export const featuresDoc: RouteDoc = {
  tag: 'system',
  summary: 'List what this server supports',
  answers: {
    200: jsonAnswer('Feature flags', {
      type: 'object',
      required: ['supports_preview_metadata', 'max_upload_size'],
      properties: {
        supports_preview_metadata: { type: 'boolean' },
        max_upload_size: { type: 'number', description: 'Bytes.' },
      },
    }),
  },
};

export const extensionsDoc: RouteDoc = {
  tag: 'system',
  summary: 'List the scripts that the web front end loads',
  answers: { 200: jsonAnswer('URL paths', names) },
};

export const startPageDoc: RouteDoc = {
  tag: 'system',
  summary: 'Show the start page',
  description: 'That of the web front end, or one of our own when none is configured.',
  answers: {
    200: { description: 'A page', content: { 'text/html': {} } },
    404: emptyAnswer('The front end has no page'),
  },
};

export const socketDoc: RouteDoc = {
  tag: 'system',
  summary: 'Open a WebSocket for events',
  description: [
    'Text frames are JSON, `{"type", "data"}`; the first is `status` with the client id as `sid`. Types: status, execution_start, execution_cached,',
    'executing, progress, progress_state, executed, execution_success, execution_error, execution_interrupted, feature_flags, and those that nodes define.',
    'Binary frames start with a big-endian 32-bit type: 1 preview picture, 3 text, 4 preview with metadata (for clients that announce `supports_preview_metadata` in their first message).',
  ].join(' '),
  parameters: {
    clientId: { description: 'Name of this client: prompts submitted under it are reported here. Default a new one' },
  },
  answers: {
    101: emptyAnswer('A WebSocket from here on'),
    400: textAnswer('The request does not ask for a WebSocket'),
  },
};

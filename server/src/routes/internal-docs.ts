// What the OpenAPI document says of the routes that only the web front end uses (spec http.md 11).
import { emptyAnswer, jsonAnswer, type RouteDoc } from '../http/route-doc.ts';

const entry = {
  type: 'object',
  required: ['t', 'm'],
  properties: { t: { type: 'string', description: 'Local time.' }, m: { type: 'string', description: 'Text.' } },
} as const;

export const logTextDoc: RouteDoc = {
  tag: 'system',
  summary: 'Send the last lines of the log as one text',
  answers: { 200: jsonAnswer('`<time> - <text>` of every line', { type: 'string' }) },
};

export const logEntriesDoc: RouteDoc = {
  tag: 'system',
  summary: 'List the last lines of the log',
  answers: {
    200: jsonAnswer('The oldest first, at most 300', {
      type: 'object',
      required: ['entries', 'size'],
      properties: {
        entries: { type: 'array', items: entry },
        size: {
          type: 'object',
          required: ['cols', 'rows'],
          properties: { cols: { type: 'integer' }, rows: { type: 'integer' } },
        },
      },
    }),
  },
};

export const subscribeLogsDoc: RouteDoc = {
  tag: 'system',
  summary: 'Send new lines of the log to a WebSocket, or stop it',
  body: {
    description: 'Whose socket gets `logs` events',
    content: {
      'application/json': {
        type: 'object',
        required: ['clientId'],
        properties: { clientId: { type: 'string' }, enabled: { type: 'boolean' } },
      },
    },
  },
  answers: { 200: emptyAnswer('Done'), 400: emptyAnswer('The body has no `clientId`') },
};

export const folderPathsDoc: RouteDoc = {
  tag: 'system',
  summary: 'List the folders of all kinds of models',
  answers: {
    200: jsonAnswer('Folder key to absolute paths', {
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string' } },
    }),
  },
};

export const listFilesDoc: RouteDoc = {
  tag: 'files',
  summary: 'List the files of a place by age',
  parameters: {
    directory_type: {
      description: 'Place of the files',
      schema: { type: 'string', enum: ['output', 'input', 'temp'] },
    },
  },
  answers: {
    200: jsonAnswer('File names, the newest first, without sub-folders', { type: 'array', items: { type: 'string' } }),
    400: jsonAnswer('There is no such place', { type: 'object', properties: { error: { type: 'string' } } }),
  },
};

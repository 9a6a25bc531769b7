// What the OpenAPI document says of the routes that model browsers use (spec http.md 6.4 and 9.3 to 9.5).
import { emptyAnswer, jsonAnswer, type RouteDoc } from '../http/route-doc.ts';

const folder = { description: 'Folder key' } as const;
const seconds = { type: 'number', description: 'Seconds since 1970.' } as const;
const texts = { type: 'array', items: { type: 'string' } } as const;

export const listBrowsableFoldersDoc: RouteDoc = {
  tag: 'models',
  summary: 'List the kinds of models with their folders',
  answers: {
    200: jsonAnswer('Folder keys in order, without configs and custom_nodes', {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'folders', 'extensions'],
        properties: { name: { type: 'string' }, folders: texts, extensions: texts },
      },
    }),
  },
};

export const browseFolderDoc: RouteDoc = {
  tag: 'models',
  summary: 'List the weight files of a kind with size and times',
  description:
    'Folder by folder, without dot files. `offset` and `limit` ask for a page; the header `X-Total-Count` tells how many files there are.',
  parameters: {
    folder,
    offset: { description: 'Files to leave out. Default 0', schema: { type: 'integer', minimum: 0 } },
    limit: { description: 'Files at most. Default all', schema: { type: 'integer', minimum: 0 } },
  },
  answers: {
    200: jsonAnswer('Files', {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'pathIndex', 'modified', 'created', 'size'],
        properties: {
          name: { type: 'string', description: 'Relative with `/`.' },
          pathIndex: { type: 'integer', description: 'Which of the folders of the kind holds it.' },
          modified: seconds,
          created: seconds,
          size: { type: 'integer', description: 'Bytes.' },
        },
      },
    }),
    400: emptyAnswer('offset or limit is no whole number'),
    404: emptyAnswer('There is no such folder key'),
  },
};

export const modelPreviewDoc: RouteDoc = {
  tag: 'models',
  summary: 'Show the preview picture of a model',
  description: 'An image beside the file, else a cover in its safetensors header. The answer has an entity tag.',
  parameters: {
    folder,
    path_index: { description: 'Which of the folders of the kind', schema: { type: 'integer', minimum: 0 } },
    '*': { description: 'Relative file name, may contain `/`' },
  },
  answers: {
    200: { description: 'The picture', content: { 'image/webp': {} } },
    304: emptyAnswer('Not changed'),
    400: emptyAnswer('The name is empty or the index no whole number'),
    403: emptyAnswer('The name leaves its folder'),
    404: emptyAnswer('There is no such folder, or no picture that can be read'),
  },
};

export const viewMetadataDoc: RouteDoc = {
  tag: 'models',
  summary: 'Show the metadata of a safetensors file',
  parameters: {
    folder,
    filename: { description: 'Relative name ending in `.safetensors`', isRequired: true },
  },
  answers: {
    200: jsonAnswer('What the header holds as `__metadata__`', {
      type: 'object',
      additionalProperties: { type: 'string' },
    }),
    404: emptyAnswer('There is no such file, or it has no metadata that can be read'),
  },
};

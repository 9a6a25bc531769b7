// What the OpenAPI document says of uploads and of `/view` (spec http.md 6.1 to 6.3).
import { emptyAnswer, type JsonSchema, jsonAnswer, type RouteDoc } from '../http/route-doc.ts';

const place = { type: 'string', enum: ['input', 'output', 'temp'] } as const;

const uploadFields: Readonly<Record<string, JsonSchema>> = {
  image: { type: 'string', format: 'binary', description: 'The file; any kind of media.' },
  type: { ...place, description: 'Default `input`.' },
  subfolder: { type: 'string', description: 'Created when missing. Default none.' },
  overwrite: {
    type: 'string',
    description: '`true` or `1` replaces a file of the same name. Default: a free name is found.',
  },
};

const stored = jsonAnswer('Where the file is', {
  type: 'object',
  required: ['name', 'subfolder', 'type'],
  properties: { name: { type: 'string' }, subfolder: { type: 'string' }, type: place },
});

export const uploadImageDoc: RouteDoc = {
  tag: 'files',
  summary: 'Upload a file',
  description: 'The same bytes under the same name are stored once.',
  body: {
    description: 'A form with the file',
    content: { 'multipart/form-data': { type: 'object', required: ['image'], properties: uploadFields } },
  },
  answers: { 200: stored, 400: emptyAnswer('No file, an unknown place, or a name that cannot be used') },
};

export const uploadMaskDoc: RouteDoc = {
  tag: 'files',
  summary: 'Upload a mask and store the masked picture',
  description: "The picture that `original_ref` names is stored under the name of the upload, with the upload's alpha.",
  body: {
    description: 'A form with the mask',
    content: {
      'multipart/form-data': {
        type: 'object',
        required: ['image', 'original_ref'],
        properties: {
          ...uploadFields,
          original_ref: {
            type: 'string',
            description: 'JSON: `{"filename", "subfolder"?, "type"?}`. Place of the original by default `output`.',
          },
        },
      },
    },
  },
  answers: {
    200: stored,
    400: emptyAnswer('As for an upload, or a bad name of the original'),
    403: emptyAnswer('The original lies outside'),
    404: emptyAnswer('There is no such original'),
  },
};

export const viewDoc: RouteDoc = {
  tag: 'files',
  summary: 'Fetch a file',
  description:
    'Files are sent as they are, with entity tags and ranges. HTML, scripts and the like are sent as downloads. `preview` and `channel` convert pictures.',
  parameters: {
    filename: { description: 'Name, perhaps followed by ` [input]`, ` [output]` or ` [temp]`', isRequired: true },
    type: { description: 'Default `output`', schema: place },
    subfolder: { description: 'Folder below it. Default none' },
    preview: { description: '`webp` or `jpeg`, perhaps with a quality: `webp;80`. Full size' },
    channel: {
      description: '`rgb` drops transparency, `a` shows it alone. Default `rgba`',
      schema: { type: 'string', enum: ['rgba', 'rgb', 'a'] },
    },
  },
  answers: {
    200: { description: 'The file', content: { '*/*': {} } },
    206: { description: 'The range that was asked for', content: { '*/*': {} } },
    304: emptyAnswer('Not changed'),
    400: emptyAnswer('A bad name or an unknown place'),
    403: emptyAnswer('The folder lies outside'),
    404: emptyAnswer('There is no such file'),
    416: emptyAnswer('The range lies outside of the file'),
  },
};

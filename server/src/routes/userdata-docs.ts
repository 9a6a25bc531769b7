// What the user data routes say of themselves.
import { emptyAnswer, type JsonSchema, jsonAnswer, type RouteDoc, textAnswer } from '../http/route-doc.ts';

const fileInfo: JsonSchema = {
  type: 'object',
  description: 'Size in bytes, times in milliseconds',
  properties: {
    path: { type: 'string' },
    size: { type: 'integer' },
    modified: { type: 'integer' },
    created: { type: 'integer' },
  },
  required: ['path', 'size', 'modified', 'created'],
};

const file = { description: 'Path of the file as one segment: slashes are written `%2F`' };
const dest = { description: 'New path, as one segment' };
const overwrite = { description: '`false` keeps a file that is there already', schema: { enum: ['true', 'false'] } };
const fullInfo = { description: '`true` answers size and times, too', schema: { enum: ['true', 'false'] } };
const stored = jsonAnswer('Path of the file below the user folder, or its details', {
  oneOf: [{ type: 'string' }, fileInfo],
});
const unknownUser = { 401: textAnswer('The header `comfy-user` names nobody') };
const outside = emptyAnswer("The path leaves the user's folder, or is a folder");

export const userdataDocs = {
  list: {
    tag: 'users',
    summary: 'List files of a user folder',
    description: 'Names that start with a point are left out.',
    parameters: {
      dir: { description: 'Folder below the user folder', isRequired: true },
      recurse: { description: '`true` goes into folders', schema: { enum: ['true', 'false'] } },
      full_info: fullInfo,
      split: { description: '`true` answers the parts of each path', schema: { enum: ['true', 'false'] } },
    },
    answers: {
      200: jsonAnswer('Paths relative to the folder', {
        type: 'array',
        items: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }, fileInfo] },
      }),
      400: textAnswer('No folder is given'),
      ...unknownUser,
      403: textAnswer("The folder is outside of the user's"),
      404: textAnswer('There is no such folder'),
    },
  },
  read: {
    tag: 'users',
    summary: 'Download a user file',
    description: 'Files that could act as a page are sent as plain bytes; `user.css` is a style sheet.',
    parameters: { file },
    answers: {
      200: { description: 'Its bytes', content: { 'application/octet-stream': {} } },
      ...unknownUser,
      403: outside,
    },
  },
  write: {
    tag: 'users',
    summary: 'Store a user file',
    parameters: { file, overwrite, full_info: fullInfo },
    body: { description: 'Its bytes', content: { 'application/octet-stream': {} }, isOptional: true },
    answers: {
      200: stored,
      400: emptyAnswer('The name cannot be used'),
      ...unknownUser,
      403: outside,
      409: textAnswer('There is such a file already'),
    },
  },
  remove: {
    tag: 'users',
    summary: 'Delete a user file',
    parameters: { file },
    answers: { 204: emptyAnswer('It is gone'), ...unknownUser, 403: outside },
  },
  move: {
    tag: 'users',
    summary: 'Rename a user file',
    parameters: { file, dest, overwrite, full_info: fullInfo },
    answers: {
      200: stored,
      400: emptyAnswer('The new name cannot be used'),
      ...unknownUser,
      403: outside,
      409: textAnswer('There is such a file already'),
    },
  },
  tree: {
    tag: 'users',
    summary: 'List everything below a user folder, folders first',
    parameters: { path: { description: 'Folder below the user folder; default the user folder' } },
    answers: {
      200: jsonAnswer('Files and folders with paths relative to the user folder; times in seconds', {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            name: { type: 'string' },
            path: { type: 'string' },
            type: { enum: ['file', 'directory'] },
            size: { type: 'integer' },
            modified: { type: 'number' },
          },
          required: ['name', 'path', 'type'],
        },
      }),
      400: textAnswer('The path cannot be used, or is no folder'),
      403: textAnswer('The header `comfy-user` names nobody'),
      404: textAnswer('There is nothing at this path'),
    },
  },
} satisfies Record<string, RouteDoc>;

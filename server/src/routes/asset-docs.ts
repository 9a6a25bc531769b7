// What the asset routes say of themselves.
import { emptyAnswer, type JsonSchema, jsonAnswer, type ParameterDoc, type RouteDoc } from '../http/route-doc.ts';

const text: JsonSchema = { type: 'string' };
const texts: JsonSchema = { type: 'array', items: text };
const count: JsonSchema = { type: 'integer' };

const asset: JsonSchema = {
  type: 'object',
  description: 'Members without a value are left out',
  properties: {
    id: { type: 'string', format: 'uuid' },
    name: text,
    hash: { type: 'string', pattern: '^blake3:[0-9a-f]{64}$' },
    loader_path: { type: 'string', description: 'Value that a loader node takes for the file' },
    display_name: text,
    size: count,
    mime_type: text,
    tags: texts,
    preview_url: text,
    preview_id: text,
    user_metadata: { type: 'object' },
    job_id: text,
    prompt_id: { type: 'string', description: 'Older name of job_id' },
    created_at: { type: 'string', format: 'date-time' },
    updated_at: { type: 'string', format: 'date-time' },
    last_access_time: { type: 'string', format: 'date-time' },
  },
  required: ['id', 'name', 'size', 'tags', 'user_metadata', 'created_at', 'updated_at'],
};
const created: JsonSchema = {
  allOf: [asset, { type: 'object', properties: { created_new: { type: 'boolean' } }, required: ['created_new'] }],
};
const envelope: JsonSchema = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: { code: text, message: text, details: { type: 'object' } },
      required: ['code', 'message', 'details'],
    },
  },
  required: ['error'],
};
const seedStats: JsonSchema = {
  type: 'object',
  properties: {
    roots: texts,
    total: count,
    created: count,
    updated: count,
    skipped: count,
    missing: count,
    hashed: count,
  },
};

const failure = (description: string) => jsonAnswer(description, envelope);
const refused = {
  400: failure('The request cannot be used'),
  403: failure('The asset or its user is somebody else'),
  503: failure('Assets are off'),
};
const unknown = { 404: failure('There is no such asset') };

const id = { description: 'Id of the asset' };
const filters: Readonly<Record<string, ParameterDoc>> = {
  tags_all: { description: 'Tags that an asset must have, with commas or repeated (older name: include_tags)' },
  tags_any: { description: 'Tags of which it must have one' },
  tags_none: { description: 'Tags that it must not have (older name: exclude_tags)' },
  name_contains: { description: 'Part of its name, without regard to case' },
  hash: { description: 'Its content, as blake3:<64 hexadecimal digits>' },
};
const tagsBody = jsonAnswer('Tags', { type: 'object', properties: { tags: texts }, required: ['tags'] });

export const assetDocs = {
  list: {
    tag: 'assets',
    summary: 'List assets',
    parameters: {
      ...filters,
      limit: { description: 'Length of a page', schema: { type: 'integer', minimum: 1, maximum: 500, default: 20 } },
      offset: { description: 'Assets to skip', schema: { type: 'integer', minimum: 0, default: 0 } },
      after: { description: 'next_cursor of the page before' },
      sort: {
        description: 'What to sort by',
        schema: { enum: ['created_at', 'updated_at', 'name', 'size', 'last_access_time'], default: 'created_at' },
      },
      order: { description: 'Direction', schema: { enum: ['desc', 'asc'], default: 'desc' } },
    },
    answers: {
      200: jsonAnswer('One page', {
        type: 'object',
        properties: {
          assets: { type: 'array', items: asset },
          total: count,
          has_more: { type: 'boolean' },
          next_cursor: text,
        },
        required: ['assets', 'total', 'has_more'],
      }),
      ...refused,
    },
  },
  one: {
    tag: 'assets',
    summary: 'Describe one asset',
    parameters: { id },
    answers: { 200: jsonAnswer('The asset', asset), ...refused, ...unknown },
  },
  content: {
    tag: 'assets',
    summary: 'Download the content of an asset',
    description: 'Content that could act as a page is always sent as a download.',
    parameters: {
      id,
      disposition: { description: 'Whether to show or to save it', schema: { enum: ['inline', 'attachment'] } },
    },
    answers: {
      200: { description: 'Its bytes', content: { 'application/octet-stream': {} } },
      206: { description: 'The bytes of the range', content: { 'application/octet-stream': {} } },
      ...refused,
      404: failure('There is no such asset, or its file is gone'),
    },
  },
  upload: {
    tag: 'assets',
    summary: 'Upload an asset',
    description:
      'Tags say where it goes: exactly one of models, input and output, and for models one model_type:FOLDER. ' +
      'Content that is there already is not stored again. The size is not limited.',
    body: {
      description: 'Text fields in any order around the file',
      content: {
        'multipart/form-data': {
          type: 'object',
          properties: {
            file: { type: 'string', format: 'binary' },
            tags: { type: 'string', description: 'With commas, repeated, or a JSON array' },
            name: text,
            user_metadata: { type: 'string', description: 'JSON of an object' },
            hash: { type: 'string', description: 'Checked; without a file it names content that is known' },
            mime_type: text,
            preview_id: text,
          },
        },
      },
    },
    answers: {
      200: jsonAnswer('It was there already', created),
      201: jsonAnswer('It is new', created),
      ...refused,
      415: failure('The body is no form'),
    },
  },
  fromHash: {
    tag: 'assets',
    summary: 'Add an asset for known content',
    body: jsonAnswer('Hash and details', {
      type: 'object',
      properties: {
        hash: text,
        name: text,
        tags: texts,
        user_metadata: { type: 'object' },
        mime_type: text,
        preview_id: text,
      },
      required: ['hash', 'tags'],
    }),
    answers: { 201: jsonAnswer('The asset', created), ...refused, 404: failure('The content is not known') },
  },
  hash: {
    tag: 'assets',
    summary: 'Ask whether content is known',
    parameters: { hash: { description: 'blake3:<64 hexadecimal digits>' } },
    answers: { 200: emptyAnswer('It is'), ...refused, 404: emptyAnswer('It is not') },
  },
  change: {
    tag: 'assets',
    summary: 'Change name, metadata or preview of an asset',
    parameters: { id },
    body: jsonAnswer('At least one member', {
      type: 'object',
      properties: { name: text, user_metadata: { type: 'object' }, preview_id: { type: ['string', 'null'] } },
    }),
    answers: { 200: jsonAnswer('The asset', asset), ...refused, ...unknown },
  },
  remove: {
    tag: 'assets',
    summary: 'Remove an asset; its file stays',
    parameters: { id },
    answers: { 204: emptyAnswer('It is gone'), ...refused, ...unknown },
  },
  addTags: {
    tag: 'assets',
    summary: 'Give tags to an asset',
    parameters: { id },
    body: tagsBody,
    answers: {
      200: jsonAnswer('What was new', {
        type: 'object',
        properties: { added: texts, already_present: texts, total_tags: texts },
      }),
      ...refused,
      ...unknown,
    },
  },
  removeTags: {
    tag: 'assets',
    summary: 'Take tags from an asset',
    description: 'Tags that say where the file lies are protected.',
    parameters: { id },
    body: tagsBody,
    answers: {
      200: jsonAnswer('What was taken', {
        type: 'object',
        properties: { removed: texts, not_present: texts, total_tags: texts, protected: texts },
      }),
      ...refused,
      ...unknown,
    },
  },
  tags: {
    tag: 'assets',
    summary: 'List tags',
    parameters: {
      prefix: { description: 'How they begin' },
      limit: { description: 'Length of a page', schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } },
      offset: { description: 'Tags to skip', schema: { type: 'integer', minimum: 0, default: 0 } },
      order: { description: 'Order', schema: { enum: ['count_desc', 'name_asc'], default: 'count_desc' } },
      include_zero: { description: 'Also tags that nothing has any more', schema: { enum: ['true', 'false'] } },
    },
    answers: {
      200: jsonAnswer('One page', {
        type: 'object',
        properties: {
          tags: { type: 'array', items: { type: 'object', properties: { name: text, count } } },
          total: count,
          has_more: { type: 'boolean' },
        },
      }),
      ...refused,
    },
  },
  refine: {
    tag: 'assets',
    summary: 'Count the tags of the assets that pass a filter',
    parameters: {
      ...filters,
      limit: { description: 'Most tags', schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } },
    },
    answers: {
      200: jsonAnswer('Number of assets by tag', {
        type: 'object',
        properties: { tag_counts: { type: 'object', additionalProperties: count } },
      }),
      ...refused,
    },
  },
  seed: {
    tag: 'assets',
    summary: 'Look through the folders for files',
    parameters: { wait: { description: '`true` answers when it is through', schema: { enum: ['true', 'false'] } } },
    body: {
      ...jsonAnswer('Which folders', {
        type: 'object',
        properties: { roots: { type: 'array', items: { enum: ['models', 'input', 'output'] } } },
      }),
      isOptional: true,
    },
    answers: {
      200: jsonAnswer('What was found', seedStats),
      202: jsonAnswer('It began', { type: 'object', properties: { status: { const: 'started' } } }),
      ...refused,
      409: jsonAnswer('It runs already', { type: 'object', properties: { status: { const: 'already_running' } } }),
    },
  },
  seedStatus: {
    tag: 'assets',
    summary: 'Tell how the look through the folders goes on',
    answers: {
      200: jsonAnswer('Of the one that runs, else of the last one', {
        type: 'object',
        properties: {
          state: { enum: ['idle', 'running', 'cancelling'] },
          progress: { oneOf: [seedStats, { type: 'null' }] },
          error: { type: ['string', 'null'] },
        },
      }),
      ...refused,
    },
  },
  seedCancel: {
    tag: 'assets',
    summary: 'End the look through the folders',
    answers: {
      200: jsonAnswer('Whether one ran', { type: 'object', properties: { status: { enum: ['cancelling', 'idle'] } } }),
      ...refused,
    },
  },
  prune: {
    tag: 'assets',
    summary: 'Forget assets whose files are gone',
    answers: {
      200: jsonAnswer('How many', { type: 'object', properties: { status: { const: 'completed' }, removed: count } }),
      ...refused,
    },
  },
} satisfies Record<string, RouteDoc>;

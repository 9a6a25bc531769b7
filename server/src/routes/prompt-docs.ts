// What the OpenAPI document says of prompts, queue, history and control (spec http.md 2 and 4).
import { emptyAnswer, jsonAnswer, type ParameterDoc, type RouteDoc } from '../http/route-doc.ts';
import { schemaRef } from '../openapi/schemas.ts';

const promptIdParameter: ParameterDoc = { description: 'Id that `POST /prompt` answered' };

const integerParameter = (description: string): ParameterDoc => ({ description, schema: { type: 'integer' } });

const history = { type: 'object', additionalProperties: schemaRef('HistoryEntry') } as const;

/** `{"clear": true}` and `{"delete": [ids]}`, alone or together. */
const removalBody = {
  description: 'What to remove; clearing comes first, unknown ids are ignored',
  content: {
    'application/json': {
      type: 'object',
      properties: { clear: { type: 'boolean' }, delete: { type: 'array', items: { type: 'string' } } },
    },
  },
} as const;

const submissionSchema = {
  type: 'object',
  required: ['prompt'],
  properties: {
    prompt: {
      anyOf: [schemaRef('Prompt'), { type: 'object', required: ['nodes'] }],
      description: "The prompt; or an editor's workflow, which is converted first.",
    },
    client_id: { type: 'string', description: 'Socket that gets the events of this run.' },
    prompt_id: { type: 'string', description: 'Id of your choice. Default a new UUID.' },
    number: { type: ['number', 'string'], description: 'Priority, lower runs first. Default: behind all others.' },
    front: { type: 'boolean', description: 'Ahead of all others; only without `number`.' },
    extra_data: {
      type: 'object',
      description: 'Kept with the prompt. Each member of `extra_pnginfo` is embedded in saved files.',
    },
    partial_execution_targets: {
      type: ['array', 'null'],
      items: { type: 'string' },
      description: 'Run these output nodes only.',
    },
    node_failure_policy: {
      type: 'string',
      enum: ['fail_fast', 'continue_independent'],
      description:
        'What a node that fails ends: the whole run, or only what depends on it (`execution_node_error` tells of it). Default fail_fast.',
    },
  },
} as const;

export const promptStatusDoc: RouteDoc = {
  tag: 'prompts',
  summary: 'Count the prompts that wait or run',
  answers: {
    200: jsonAnswer('The count', {
      type: 'object',
      required: ['exec_info'],
      properties: {
        exec_info: {
          type: 'object',
          required: ['queue_remaining'],
          properties: { queue_remaining: { type: 'integer' } },
        },
      },
    }),
  },
};

export const submitPromptDoc: RouteDoc = {
  tag: 'prompts',
  summary: 'Submit a prompt',
  description:
    "It is checked, stored durably, and then answered. When some outputs are invalid and others are not, those that are valid run and `node_errors` says what is wrong with the rest. The body may also be an editor's workflow by itself. With a header `Idempotency-Key` (any value) a `prompt_id` that is known already is not run again: the answer is that of the first time, with the header `Idempotency-Replayed`.",
  body: {
    description: 'The prompt and how to run it',
    content: { 'application/json': submissionSchema },
  },
  answers: {
    200: jsonAnswer('Queued', {
      type: 'object',
      required: ['prompt_id', 'number', 'node_errors'],
      properties: {
        prompt_id: { type: 'string' },
        number: { type: 'number' },
        node_errors: schemaRef('NodeErrors'),
        problems: { type: 'array', description: 'Warnings of the conversion; only for workflows.' },
      },
    }),
    400: jsonAnswer('Refused; nothing was queued', {
      type: 'object',
      required: ['error', 'node_errors'],
      properties: { error: schemaRef('Problem'), node_errors: schemaRef('NodeErrors') },
    }),
    503: jsonAnswer('Nobody can check it now; nothing was queued. `Retry-After` says when to try again', {
      type: 'object',
      required: ['error', 'node_errors'],
      properties: { error: schemaRef('Problem'), node_errors: schemaRef('NodeErrors') },
    }),
  },
};

export const listQueueDoc: RouteDoc = {
  tag: 'prompts',
  summary: 'List what runs and what waits',
  answers: {
    200: jsonAnswer('Running prompts, and waiting ones in the order in which they will run', {
      type: 'object',
      required: ['queue_running', 'queue_pending'],
      properties: {
        queue_running: { type: 'array', items: schemaRef('QueueItem') },
        queue_pending: { type: 'array', items: schemaRef('QueueItem') },
      },
    }),
  },
};

export const changeQueueDoc: RouteDoc = {
  tag: 'prompts',
  summary: 'Remove waiting prompts',
  description: 'Running prompts are left alone: use `POST /interrupt` for them.',
  body: removalBody,
  answers: { 200: emptyAnswer('Removed') },
};

export const listHistoryDoc: RouteDoc = {
  tag: 'prompts',
  summary: 'List finished prompts',
  description:
    'Oldest completion first. With `max_items` alone the newest ones, with `offset` as well that many from that index on. At most 10,000 at once; the header `X-Snug-Truncated` says when some were left out.',
  parameters: {
    max_items: integerParameter('Most entries to answer. Default all'),
    offset: integerParameter('Index of the first entry, counted from the oldest'),
  },
  answers: { 200: jsonAnswer('Prompt id to entry, in order', history) },
};

export const showHistoryDoc: RouteDoc = {
  tag: 'prompts',
  summary: 'Show one finished prompt',
  description: 'An empty object while it waits or runs, and for unknown ids.',
  parameters: { prompt_id: promptIdParameter },
  answers: { 200: jsonAnswer('The entry under its id, or nothing', history) },
};

export const changeHistoryDoc: RouteDoc = {
  tag: 'prompts',
  summary: 'Forget finished prompts',
  description: 'Files that they made are kept.',
  body: removalBody,
  answers: { 200: emptyAnswer('Forgotten') },
};

export const interruptDoc: RouteDoc = {
  tag: 'prompts',
  summary: 'Interrupt the running prompt',
  description: 'With `prompt_id` only if that one is running. Never fails: when nothing runs, nothing happens.',
  body: {
    description: 'Which prompt is meant. Without a body, or with an unreadable one: whatever runs',
    isOptional: true,
    content: { 'application/json': { type: 'object', properties: { prompt_id: { type: 'string' } } } },
  },
  answers: { 200: emptyAnswer('Told to stop') },
};

export const freeDoc: RouteDoc = {
  tag: 'prompts',
  summary: 'Free memory',
  description: 'Applied at once when idle, otherwise after the running prompt.',
  body: {
    description: 'What to give up; freeing memory drops models and cached results',
    content: {
      'application/json': {
        type: 'object',
        properties: { unload_models: { type: 'boolean' }, free_memory: { type: 'boolean' } },
      },
    },
  },
  answers: { 200: emptyAnswer('Accepted') },
};

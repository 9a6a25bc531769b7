// Shapes that several routes answer with, under the names that the OpenAPI document gives them. They describe what is sent;
// nothing is checked against them at run time, and every object may have more members than they name.
import type { JsonSchema } from '../http/route-doc.ts';

const text = { type: 'string' } as const;
const integer = { type: 'integer' } as const;
const anyObject = { type: 'object' } as const;
const promptId = {
  type: 'string',
  description: 'Name of one submission; a UUID unless the client chose another.',
} as const;

/** An object whose named members are always there. */
function objectOf(required: Readonly<Record<string, JsonSchema>>, optional: Readonly<Record<string, JsonSchema>> = {}) {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } } as const;
}

/** `{ $ref }` of a shared schema. */
export function schemaRef(name: SchemaName): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

const prompt = {
  type: 'object',
  description: 'API-format graph: node id to node. Unknown members of nodes are kept.',
  additionalProperties: objectOf({}, { class_type: text, inputs: anyObject, _meta: anyObject }),
} as const;

const problem = objectOf({
  type: text,
  message: text,
  details: text,
  extra_info: anyObject,
});

const nodeErrors = {
  type: 'object',
  description: 'Node id to what is wrong with it.',
  additionalProperties: objectOf({
    errors: { type: 'array', items: ref('Problem') },
    dependent_outputs: { type: 'array', items: text },
    class_type: text,
  }),
} as const;

const queueItem = {
  type: 'array',
  description: '`[number, prompt_id, prompt, extra_data, outputs_to_execute]`.',
  prefixItems: [{ type: 'number' }, promptId, ref('Prompt'), anyObject, { type: 'array', items: text }],
  minItems: 5,
  maxItems: 5,
} as const;

const runStatus = objectOf({
  status_str: { enum: ['success', 'error'] },
  completed: { type: 'boolean' },
  messages: {
    type: 'array',
    description: 'Events of the run as `[type, data]`, each with a `timestamp` in milliseconds.',
    items: { type: 'array', prefixItems: [text, anyObject] },
  },
});

const historyEntry = objectOf({
  prompt: ref('QueueItem'),
  outputs: { type: 'object', description: 'What each node shows: lists of files or texts by name.' },
  status: ref('RunStatus'),
  meta: {
    type: 'object',
    additionalProperties: objectOf({
      node_id: text,
      display_node: text,
      parent_node: { type: ['string', 'null'] },
      real_node_id: text,
    }),
  },
});

const jobMembers = {
  required: {
    id: promptId,
    status: { enum: ['pending', 'in_progress', 'completed', 'failed', 'cancelled'] },
    priority: { type: 'number' },
    create_time: { ...integer, description: 'Milliseconds since 1970.' },
    outputs_count: integer,
    previewable_outputs_count: integer,
  },
  optional: {
    execution_start_time: integer,
    execution_end_time: integer,
    execution_error: anyObject,
    preview_output: { type: 'object', description: 'One output with `nodeId` and `mediaType`.' },
    workflow_id: text,
  },
} as const;

const systemStats = objectOf({
  system: objectOf({
    os: text,
    ram_total: integer,
    ram_free: integer,
    comfyui_version: { ...text, description: 'Release whose behaviour is implemented.' },
    required_frontend_version: { type: ['string', 'null'] },
    installed_templates_version: { type: ['string', 'null'] },
    required_templates_version: { type: ['string', 'null'] },
    comfy_package_versions: { type: 'array', items: anyObject },
    python_version: text,
    pytorch_version: text,
    embedded_python: { type: 'boolean' },
    deploy_environment: text,
    argv: { type: 'array', items: text },
  }),
  devices: {
    type: 'array',
    items: objectOf({
      name: text,
      type: text,
      index: { type: ['integer', 'null'] },
      vram_total: integer,
      vram_free: integer,
      torch_vram_total: integer,
      torch_vram_free: integer,
    }),
  },
});

const nodeInfo = objectOf({
  input: { type: 'object', description: 'Groups `required`, `optional` and `hidden` of inputs by name.' },
  input_order: { type: 'object', additionalProperties: { type: 'array', items: text } },
  output: { type: 'array', description: 'Types; a list of choices for an old-style combo.' },
  output_is_list: { type: 'array', items: { type: 'boolean' } },
  output_name: { type: 'array', items: text },
  name: text,
  display_name: text,
  description: text,
  python_module: text,
  category: text,
  output_node: { type: 'boolean' },
});

/** Shared schemas by name. */
export const schemas = {
  Error: { ...objectOf({ error: text }), description: 'A refusal that says why.' },
  FileItem: objectOf({ filename: text, subfolder: text, type: { enum: ['input', 'output', 'temp'] } }),
  HistoryEntry: historyEntry,
  Job: objectOf(jobMembers.required, jobMembers.optional),
  JobDetail: objectOf(jobMembers.required, {
    ...jobMembers.optional,
    outputs: anyObject,
    execution_status: ref('RunStatus'),
    workflow: objectOf({ prompt: ref('Prompt'), extra_data: anyObject }),
  }),
  NodeErrors: nodeErrors,
  NodeInfo: nodeInfo,
  Problem: problem,
  Prompt: prompt,
  QueueItem: queueItem,
  RunStatus: runStatus,
  SystemStats: systemStats,
} as const satisfies Readonly<Record<string, JsonSchema>>;

export type SchemaName = keyof typeof schemas;

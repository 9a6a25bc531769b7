// What a route says of itself. The OpenAPI document is made of these and of nothing else; they never check or change a
// request or an answer: the compatible surface accepts more than it promises, and drops no unknown key.

/** A JSON Schema (draft 2020-12, as OpenAPI 3.1 has it). `{ $ref: '#/components/schemas/Name' }` names a shared one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export type RouteTag = 'prompts' | 'jobs' | 'files' | 'models' | 'nodes' | 'users' | 'assets' | 'system' | 'workflows';

export interface ParameterDoc {
  readonly description: string;
  /** Default `{ type: 'string' }`. */
  readonly schema?: JsonSchema;
  /** Default false; parameters of the path are always required. */
  readonly isRequired?: boolean;
}

export interface ContentDoc {
  readonly description: string;
  /** Media type to schema; absent for an empty body. `application/octet-stream` and `image/*` need no schema: `{}`. */
  readonly content?: Readonly<Record<string, JsonSchema>>;
}

export interface RouteDoc {
  readonly tag: RouteTag;
  /** One sentence in the imperative, without a full stop. */
  readonly summary: string;
  /** What a caller should know beyond it: defaults, what is never an error, sources of the data. */
  readonly description?: string;
  /** Query and path parameters by name; those of the path must all be there. */
  readonly parameters?: Readonly<Record<string, ParameterDoc>>;
  readonly body?: ContentDoc & { readonly isOptional?: boolean };
  /** Status to answer; failures that every route has (404, 413, 500) are added by the document. */
  readonly answers: Readonly<Record<number, ContentDoc>>;
}

/** Answer with a JSON body. */
export function jsonAnswer(description: string, schema: JsonSchema = {}): ContentDoc {
  return { description, content: { 'application/json': schema } };
}

/** Answer with a plain text body. */
export function textAnswer(description: string): ContentDoc {
  return { description, content: { 'text/plain': { type: 'string' } } };
}

/** Answer without a body. */
export function emptyAnswer(description: string): ContentDoc {
  return { description };
}

// The OpenAPI 3.1 document, made from the route table and from nothing else: a route that exists is in it, and one that does
// not exist cannot be. Paths that answer with and without `/api` stand once, without; `servers` names both prefixes. Paths
// of which only one form exists override that (spec http.md 1.1).
import type { ContentDoc, ParameterDoc, RouteDoc, RouteTag } from '../http/route-doc.ts';
import type { Route } from '../http/route-table.ts';
import { pathTemplateOf } from './path-template.ts';
import { schemas } from './schemas.ts';

type Json = Record<string, unknown>;

const tagDescriptions: Readonly<Record<RouteTag, string>> = {
  prompts: 'Submit prompts, watch the queue, read the history.',
  jobs: 'Queue and history as one list.',
  files: 'Upload and fetch pictures and other files.',
  models: 'Model folders and what is in them.',
  nodes: 'What a prompt can be made of.',
  users: 'Settings and files of users.',
  assets: 'Files by content, with tags.',
  workflows: "The editor's documents: conversion, templates, subgraphs.",
  system: 'The server itself.',
};

const about = `A ComfyUI-compatible server. Every path answers with and without the prefix \`/api\` unless it has servers of its own; every GET answers HEAD, too.
JSON bodies are read whatever their declared content type. Integers beyond 2^53 and the difference between 5 and 5.0 survive: use a reader that keeps them.
Unknown members of requests are kept or ignored, never refused, and answers may have more members than described.`;

export interface DocumentSettings {
  readonly version: string;
}

/** Builds the document; paths are sorted, whatever the order of the routes. */
export function openApiDocument(routes: readonly Route[], { version }: DocumentSettings): Json {
  const paths: Record<string, Json> = {};
  const ids = new Set<string>();
  for (const route of routes) {
    const { path, servers } = placeOf(route);
    const operation = { [route.method.toLowerCase()]: operationOf(route, ids) };
    paths[path] = { ...(servers !== undefined && { servers }), ...paths[path], ...operation };
  }
  const used = new Set(routes.map(({ doc }) => doc.tag));
  return {
    openapi: '3.1.0',
    info: { title: 'Snug', version, description: about, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }, { url: '/api', description: 'What web front ends call' }],
    tags: Object.entries(tagDescriptions)
      .filter(([name]) => used.has(name as RouteTag))
      .map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: { schemas, responses: sharedResponses },
  };
}

/** Path in the document, and the servers that it has instead of the common ones. */
function placeOf({ path, prefixes = 'both' }: Route): { readonly path: string; readonly servers?: readonly Json[] } {
  const template = pathTemplateOf(path).path;
  if (prefixes === 'both') return { path: template };
  return { path: prefixes === 'api-only' ? `/api${template}` : template, servers: [{ url: '/' }] };
}

function operationOf(route: Route, ids: Set<string>): Json {
  const { doc } = route;
  const parameters = parametersOf(route);
  return {
    operationId: uniqueId(operationIdOf(route), ids),
    tags: [doc.tag],
    summary: doc.summary,
    ...(doc.description !== undefined && { description: doc.description }),
    ...(parameters.length > 0 && { parameters }),
    ...(doc.body !== undefined && { requestBody: bodyOf(doc.body) }),
    responses: { ...responsesOf(doc), ...commonResponses(doc) },
  };
}

/** `GET /history/:prompt_id` is `getHistoryByPromptId`. */
function operationIdOf({ method, path }: Route): string {
  const words = path.split('/').filter(segment => segment !== '');
  const named = words.map(word => (/^[:*]/.test(word) ? `By ${word.replace('*', 'path')}` : word)).join(' ');
  const capitalised = named.split(/[^A-Za-z0-9]+/).map(word => word.charAt(0).toUpperCase() + word.slice(1));
  return method.toLowerCase() + (capitalised.join('') || 'Root');
}

function uniqueId(wanted: string, ids: Set<string>): string {
  let id = wanted;
  for (let attempt = 2; ids.has(id); attempt++) id = `${wanted}${attempt}`;
  ids.add(id);
  return id;
}

function parametersOf({ path, doc }: Route): Json[] {
  const documented = doc.parameters ?? {};
  const inPath = pathTemplateOf(path).parameters;
  const pathNames = new Set(inPath.flatMap(({ name, docName }) => [name, docName]));
  const query = Object.entries(documented).filter(([name]) => !pathNames.has(name));
  return [
    ...inPath.map(({ name, docName }) => parameterOf(name, 'path', documented[docName] ?? documented[name])),
    ...query.map(([name, parameter]) => parameterOf(name, 'query', parameter)),
  ];
}

function parameterOf(name: string, place: 'path' | 'query', parameter: ParameterDoc | undefined): Json {
  return {
    name,
    in: place,
    ...(parameter !== undefined && { description: parameter.description }),
    ...((place === 'path' || parameter?.isRequired === true) && { required: true }),
    schema: parameter?.schema ?? { type: 'string' },
  };
}

function bodyOf({ description, content, isOptional = false }: NonNullable<RouteDoc['body']>): Json {
  return { description, required: !isOptional, content: contentOf(content ?? {}) };
}

function responsesOf({ answers }: RouteDoc): Json {
  return Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, responseOf(answer)]));
}

function responseOf({ description, content }: ContentDoc): Json {
  return { description, ...(content !== undefined && { content: contentOf(content) }) };
}

function contentOf(content: NonNullable<ContentDoc['content']>): Json {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [type, Object.keys(schema).length === 0 ? {} : { schema }]),
  );
}

const sharedResponses: Json = {
  Foreign: { description: 'The request came from a page of another origin' },
  TooLarge: {
    description: 'The body is larger than the flag --max-upload-size allows',
    content: { 'text/plain': { schema: { type: 'string' } } },
  },
  Trouble: {
    description: 'The body is not the JSON that is needed, or the server failed',
    content: { 'text/plain': { schema: { type: 'string' } } },
  },
};

/** What any route may answer, as far as it says nothing else itself. */
function commonResponses({ answers, body }: RouteDoc): Json {
  const shared = { 403: 'Foreign', ...(body !== undefined && { 413: 'TooLarge' }), 500: 'Trouble' };
  const missing = Object.entries(shared).filter(([status]) => answers[Number(status)] === undefined);
  return Object.fromEntries(missing.map(([status, name]) => [status, { $ref: `#/components/responses/${name}` }]));
}

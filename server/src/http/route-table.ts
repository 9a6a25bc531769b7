// All handler routes in one list, each served with and without `/api` (spec http.md 1.1). The table also answers which
// methods a path knows, because the reference's answers to unknown paths and wrong methods differ from Fastify's.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RouteDoc } from './route-doc.ts';

export type RouteMethod = 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';

type Handler = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>;

export interface Route {
  readonly method: RouteMethod;
  /** Pattern with `:parameters`, without prefix. */
  readonly path: string;
  readonly handler: Handler;
  /** `api-only` for paths that literally start with `/api`, `bare-only` for `/internal`. Default: both. */
  readonly prefixes?: 'both' | 'api-only' | 'bare-only';
  /** What the OpenAPI document says of it. */
  readonly doc: RouteDoc;
}

/** A path parameter, decoded; empty when the pattern has none of that name. */
export function pathParameter(request: FastifyRequest, name: string): string {
  return (request.params as Readonly<Record<string, string>>)[name] ?? '';
}

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

export class RouteTable {
  readonly #paths = new Map<string, KnownPath>();

  /** Registers routes on `app` and remembers them. */
  add(app: FastifyInstance, routes: readonly Route[]): void {
    for (const { method, path, handler, prefixes = 'both' } of routes) {
      if (prefixes !== 'api-only') this.#register(app, method, path, handler);
      if (prefixes !== 'bare-only') this.#register(app, method, `/api${path}`, handler);
    }
  }

  /** Methods that `path` (still encoded, without query) answers to; empty when it is no handler route. */
  methodsOf(path: string): ReadonlySet<string> {
    const methods = new Set<string>();
    for (const known of this.#paths.values()) {
      if (known.pattern.test(path)) for (const method of known.methods) methods.add(method);
    }
    return methods;
  }

  #register(app: FastifyInstance, method: RouteMethod, url: string, handler: Handler): void {
    app.route({ method, url, handler: url.includes(':') ? withFilledParameters(handler) : handler });
    let known = this.#paths.get(url);
    if (known === undefined) {
      known = { pattern: patternOf(url), methods: new Set() };
      this.#paths.set(url, known);
    }
    known.methods.add(method);
    if (method === 'GET') known.methods.add('HEAD');
  }
}

/** An empty parameter is no match: `/models/` is another path than `/models/:folder`. Only the rest of a path, `*`, may be empty. */
function withFilledParameters(handler: Handler): Handler {
  return (request, reply) => {
    const parameters = Object.entries(request.params as Readonly<Record<string, string>>);
    if (!parameters.some(([name, value]) => value === '' && name !== '*')) return handler(request, reply);
    reply.callNotFound();
    return reply;
  };
}

/** `/history/:prompt_id` matches exactly one more segment; `%2F` inside it is no separator. */
function patternOf(url: string): RegExp {
  const segments = url.split('/').map(segment => {
    if (segment === '*') return '.*';
    return segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${segments.join('/')}$`);
}

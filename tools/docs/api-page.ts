// docs/api.md is made from the OpenAPI document that a server makes of its route table: the short form of it, for people.
import { startTestServer } from '../../server/test/test-server.ts';

const HEADER = `# HTTP interface

Every route of the server, as \`GET /openapi.json\` describes it with all shapes (OpenAPI 3.1). It is the interface of ComfyUI, and a few routes of our own: \`/health\`, \`/metrics\`, \`/openapi.json\`.

- Every path answers with and without the prefix \`/api\`, except those marked *only this form*. Every GET answers HEAD, too; OPTIONS is 200 on any path.
- JSON bodies are read whatever their declared content type. Integers beyond 2^53 and the difference between 5 and 5.0 survive.
- Unknown members and query parameters are ignored. The first of several query values counts.
- A wrong path is 404, a wrong method 405 with \`Allow\`, a body beyond \`--max-upload-size\` 413, a page of another origin 403, and a body that is not the needed JSON 500.
- \`/health/live\` says that the process works, \`/health/ready\` (200 or 503, with reasons) that prompts are accepted and run. \`/metrics\` is Prometheus text. They are as open as everything else on this port: counts, sizes and times, never contents of prompts.
- A request that needs the worker process while none can be had (it cannot be started, or the server is shutting down) is 503 with \`Retry-After\`.
- \`POST /prompt\` with a \`prompt_id\` and a header \`Idempotency-Key\` (any value) may be sent again when its answer was lost: a prompt that is known under that id is not run twice.
- A prompt with a node of an unknown class is refused in the recorded words; when a known class has nearly that name or title, \`extra_info.suggestion\` names it.

## The socket

\`/ws?clientId=ID\` speaks as ComfyUI's does; what is different is listed in [compatibility.md](compatibility.md). Two things are ours alone, and nobody notices them who does not ask:

- \`{"type": "feature_flags", "data": {"snug_watch_all": true}}\` as a socket's first message asks for copies of the events of everybody's runs. A copy has a member \`client_id\` beside \`type\` and \`data\`: the client of the prompt, or null. Previews are copied, in the form with metadata and with \`client_id\` in it, to sockets that also set \`supports_preview_metadata\`. What a socket is sent anyway comes once and unmarked.
- Pictures of \`SaveImageWebsocket\` are results: unlike previews they are never dropped for a slow reader. They are not copied to those who watch. A reader that lets 64 MB of them (or 16 MB of text) pile up is closed with 1013 and may connect again.

This page is generated (\`npm run docs\`).
`;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
}

interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>;
}

interface Schema {
  readonly properties?: object;
  readonly required?: readonly string[];
}

interface ApiDocument {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>> & { readonly servers?: object }>>;
}

async function readDocument(): Promise<ApiDocument> {
  const server = await startTestServer();
  try {
    return (await server.send('/openapi.json')).json() as ApiDocument;
  } finally {
    await server.close();
  }
}

/** @returns The page as Markdown. */
export async function apiPage(): Promise<string> {
  const { tags, paths } = await readDocument();
  const parts = [HEADER];
  for (const { name, description } of tags) {
    const rows = Object.entries(paths).flatMap(([path, { servers, ...item }]) =>
      Object.entries(item)
        .filter(([, operation]) => operation.tags.includes(name))
        .map(([method, operation]) => row(method, path, servers !== undefined, operation)),
    );
    const head = '| route | what it does | takes | answers |\n|---|---|---|---|';
    parts.push(`## ${name.charAt(0).toUpperCase()}${name.slice(1)}\n\n${description}\n\n${head}\n${rows.join('\n')}\n`);
  }
  return parts.join('\n');
}

function row(method: string, path: string, isOnlyForm: boolean, operation: Operation): string {
  const route = `\`${method.toUpperCase()} ${path}\`${isOnlyForm ? ' (only this form)' : ''}`;
  // What every route may answer is said once, above.
  const statuses = Object.entries(operation.responses).filter(([, { $ref }]) => $ref === undefined);
  const answers = statuses.map(([status]) => status).join(', ');
  return `| ${route} | ${operation.summary} | ${inputsOf(operation).join(', ')} | ${answers} |`;
}

/** Query parameters and members of the body by name, a `?` behind optional ones. */
function inputsOf({ parameters = [], requestBody }: Operation): string[] {
  const query = parameters
    .filter(parameter => parameter.in === 'query')
    .map(({ name, required }) => `\`${name}\`${required === true ? '' : '?'}`);
  const bodies = Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => {
    const kind = type === 'multipart/form-data' ? 'form' : type === 'application/json' ? 'JSON' : type;
    const names = Object.keys(schema?.properties ?? {});
    const members = names.map(name => `\`${name}\`${schema?.required?.includes(name) ? '' : '?'}`).join(', ');
    return members === '' ? kind : `${kind} {${members}}`;
  });
  return [...query, ...bodies];
}

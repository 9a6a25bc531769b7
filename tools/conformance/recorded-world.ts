// What the recording's server had before the scenario began, as far as the scenario shows it: files that prompts load, names that
// lists mention, nodes that were already cached, the next prompt number. Recordings of one group share a server, so each starts
// in the middle of a life; our replays start on a fresh one that is brought to the same point.
import { isJsonObject, type JsonObject, type JsonValue } from '@snug/protocol';
import {
  arrayOf,
  type FileSummary,
  member,
  type RecordedRequest,
  submittedPrompt,
  type Trace,
} from './trace-format.ts';

export interface RecordedWorld {
  /** Files in the input folder; those without a format cannot be read by nodes. */
  readonly inputFiles: readonly { readonly name: string; readonly summary: FileSummary }[];
  /** Files in the output and temp folders. */
  readonly savedFiles: readonly { readonly place: 'output' | 'temp'; readonly name: string }[];
  readonly checkpoints: readonly string[];
  /** Metadata of a checkpoint, by name. */
  readonly metadata: Readonly<Record<string, JsonObject>>;
  /** Size in bytes of a checkpoint, by name, where the scenario shows it. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Files below the root of the front end. */
  readonly frontEndFiles: readonly { readonly path: string; readonly summary: FileSummary }[];
  /** Something was stored for the only user. */
  readonly hasUserFolder: boolean;
  /** Number of the next prompt; undefined when nothing depends on it. */
  readonly nextNumber: number | undefined;
  /** A prompt that runs nodes which the first prompt of the recording finds cached. */
  readonly cached: { readonly prompt: JsonObject; readonly nodes: readonly string[] } | undefined;
}

export function worldOf(trace: Trace): RecordedWorld {
  return {
    inputFiles: inputFiles(trace),
    savedFiles: savedFiles(trace),
    checkpoints: checkpoints(trace),
    metadata: metadata(trace),
    sizes: sizes(trace),
    frontEndFiles: frontEndFiles(trace),
    hasUserFolder: hasUserFolder(trace),
    nextNumber: nextNumber(trace),
    cached: cachedNodes(trace),
  };
}

const isUpload = ({ path }: RecordedRequest): boolean => /^(\/api)?\/upload\//.test(path);

/** Names that the scenario itself creates. */
function createdNames({ requests, frames }: Trace): Set<string> {
  const uploaded = requests.filter(isUpload).map(({ response }) => member(response, 'name'));
  const shown = frames.map(frame => (frame.kind === 'message' ? frame.data : null));
  const saved = [...shown, ...requests.map(({ response }) => response)].flatMap(filesIn);
  return new Set([...uploaded, ...saved].map(String));
}

/** Every `filename` in a document, with its sub-folder. */
function filesIn(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(filesIn);
  if (!isJsonObject(value)) return [];
  const { filename, subfolder } = value;
  const own = typeof filename === 'string' ? [subfolder ? `${String(subfolder)}/${filename}` : filename] : [];
  return [...own, ...Object.values(value).flatMap(filesIn)];
}

function inputFiles(trace: Trace): RecordedWorld['inputFiles'] {
  const created = createdNames(trace);
  const failing = failingImages(trace);
  const files = new Map<string, FileSummary>();
  for (const request of trace.requests) {
    for (const name of [...loadedImages(request), ...listedInputs(request)]) {
      const picture = { format: 'PNG', width: 64, height: 48, mode: 'RGB' };
      files.set(name, { bytes: 19, sha256: name, ...(failing.has(name) ? {} : picture) });
    }
    const shown = shownInput(request);
    if (shown !== undefined) files.set(shown, summaryOf(shown, request.response));
  }
  return [...files].filter(([name]) => !created.has(name)).map(([name, summary]) => ({ name, summary }));
}

/** The input file that /view shows, when it lies in no sub-folder. */
function shownInput({ method, path, status }: RecordedRequest): string | undefined {
  const { pathname, searchParams } = new URL(path, 'http://host');
  if (method !== 'GET' || status !== 200 || !/^(\/api)?\/view$/.test(pathname)) return undefined;
  const isPlain = searchParams.get('type') === 'input' && (searchParams.get('subfolder') ?? '') === '';
  return isPlain ? (searchParams.get('filename') ?? undefined) : undefined;
}

/** Names on inputs `image` of loaders about which validation did not complain. */
function loadedImages(request: RecordedRequest): string[] {
  return Object.entries(submittedPrompt(request) ?? {}).flatMap(([id, node]) => {
    const name = member(node, 'inputs', 'image');
    const isLoader = String(member(node, 'class_type')).startsWith('LoadImage');
    const isFine = member(request.response, 'node_errors', id) === undefined && request.status !== 500;
    return isLoader && isFine && typeof name === 'string' && /^[^/[\]]+$/.test(name) ? [name] : [];
  });
}

function listedInputs({ path, response, status }: RecordedRequest): string[] {
  if (status !== 200) return [];
  const list = path.endsWith('/object_info/LoadImage')
    ? member(response, 'LoadImage', 'input', 'required', 'image', 0)
    : path.endsWith('/internal/files/input')
      ? response
      : [];
  return arrayOf(list).map(String);
}

/** Images that a run of the scenario could not load. */
function failingImages(trace: Trace): Set<string> {
  const errors = executionErrors(trace).filter(error => String(error['node_type']).startsWith('LoadImage'));
  return new Set(errors.flatMap(error => arrayOf(member(error, 'current_inputs', 'image')).map(String)));
}

/** Images that a run of the scenario loaded: what was uploaded under such a name can be read, at least in part. */
export function loadedNames(trace: Trace): Set<string> {
  const failing = failingImages(trace);
  const names = trace.requests.filter(({ status }) => status === 200).flatMap(loadedImages);
  return new Set(names.filter(name => !failing.has(name)));
}

function executionErrors({ requests, frames }: Trace): JsonObject[] {
  const sent = frames.flatMap(frame =>
    frame.kind === 'message' && frame.type === 'execution_error' ? [frame.data] : [],
  );
  const kept = requests.flatMap(({ path, response }) =>
    path.includes('/history')
      ? Object.values(isJsonObject(response) ? response : {}).flatMap(entry =>
          arrayOf(member(entry, 'status', 'messages')).map(message => member(message, 1) ?? null),
        )
      : [],
  );
  return [...sent, ...kept].filter(isJsonObject).filter(data => 'exception_type' in data);
}

function savedFiles(trace: Trace): RecordedWorld['savedFiles'] {
  const created = createdNames(trace);
  const listed = trace.requests.flatMap(({ path, response, status }) => {
    const place = /\/internal\/files\/(output|temp)$/.exec(path)?.[1] as 'output' | 'temp' | undefined;
    return place === undefined || status !== 200 ? [] : arrayOf(response).map(name => ({ place, name: String(name) }));
  });
  return [...listed.filter(({ name }) => !created.has(name)), ...precedingFiles(trace)];
}

/** The file before the first of each numbered series, so that numbering goes on as recorded. */
function precedingFiles(trace: Trace): RecordedWorld['savedFiles'] {
  const first = new Map<string, number>();
  for (const name of createdNames(trace)) {
    const [, series, digits] = /^(.*)_(\d{5})_\.\w+$/.exec(name) ?? [];
    if (series === undefined || series.includes('<')) continue;
    first.set(series, Math.min(first.get(series) ?? Number.POSITIVE_INFINITY, Number(digits)));
  }
  return [...first]
    .map(([series, number]) => ({ series, number: number - 1 - unseenFiles(trace, series) }))
    .filter(({ number }) => number > 0)
    .map(({ series, number }) => ({ place: 'output', name: `${series}_${String(number).padStart(5, '0')}_.png` }));
}

/** Files that prompts of the scenario save under a series before anybody is told of one: nobody listened to those prompts. */
function unseenFiles({ requests, frames }: Trace, series: string): number {
  const told = new Set(frames.flatMap(frame => (frame.kind === 'message' ? [member(frame.data, 'prompt_id')] : [])));
  const asked = new Set(requests.map(({ path }) => path.split('/').at(-1)));
  const unseen = requests.filter(({ response }) => {
    const id = member(response, 'prompt_id');
    return typeof id === 'string' && !told.has(id) && !asked.has(id);
  });
  return unseen.flatMap(request =>
    Object.values(submittedPrompt(request) ?? {}).filter(node => member(node, 'inputs', 'filename_prefix') === series),
  ).length;
}

/** Checkpoints that prompts load or lists name. */
function checkpoints({ requests }: Trace): string[] {
  const names = requests.flatMap(request => {
    const { path, response, status } = request;
    const loaded = Object.entries(submittedPrompt(request) ?? {}).flatMap(([id, node]) => {
      const errors = arrayOf(member(response, 'node_errors', id, 'errors'));
      const listed = errors.flatMap(error =>
        member(error, 'extra_info', 'input_name') === 'ckpt_name'
          ? arrayOf(member(error, 'extra_info', 'input_config', 0))
          : [],
      );
      const name = member(node, 'inputs', 'ckpt_name');
      return errors.length === 0 && status === 200 && name !== undefined ? [name] : listed;
    });
    const isList = status === 200 && /^(\/api)?(\/experiment)?\/models\/checkpoints$/.test(path);
    return isList ? [...loaded, ...arrayOf(response).map(item => member(item, 'name') ?? item)] : loaded;
  });
  return [...new Set(names.map(String))];
}

function sizes({ requests }: Trace): RecordedWorld['sizes'] {
  const lists = requests.filter(({ path }) => path.endsWith('/experiment/models/checkpoints'));
  const files = lists.flatMap(({ response }) => arrayOf(response));
  return Object.fromEntries(files.map(file => [String(member(file, 'name')), Number(member(file, 'size'))]));
}

function metadata({ requests }: Trace): RecordedWorld['metadata'] {
  const found = requests.flatMap(({ path, response, status }) => {
    const name = /\/view_metadata\/checkpoints\?filename=([^&]+)$/.exec(path)?.[1];
    return name !== undefined && status === 200 && isJsonObject(response) ? [[decodeURIComponent(name), response]] : [];
  });
  return Object.fromEntries(found);
}

/** Static files: answers without a charset that no route of the API gives, and the scripts of /extensions. */
function frontEndFiles({ requests }: Trace): RecordedWorld['frontEndFiles'] {
  const found = requests.flatMap(({ method, path, status, responseHeaders, response }) => {
    if (/^(\/api)?\/extensions$/.test(path)) return arrayOf(response).map(name => [String(name), ''] as const);
    const type = responseHeaders['content-type'] ?? '';
    const isStatic = method === 'GET' && status === 200 && type !== '' && !type.includes('charset');
    return isStatic && !/^(\/api)?\/(view|userdata|v2|internal|experiment)/.test(path)
      ? [[path, response] as const]
      : [];
  });
  const files = found.map(([path, response]) => [path.replace(/^\/(api\/)?|\?.*$/g, ''), response] as const);
  const named = new Map(files.filter(([path]) => /^[\w.-]+(\/[\w.-]+)*$/.test(path)));
  return [...named].map(([path, response]) => ({ path, summary: summaryOf(path, response) }));
}

/** What an answer says about the file that it shows. */
function summaryOf(sha256: string, response: JsonValue): FileSummary {
  const summary = isJsonObject(response) ? (response as unknown as Partial<FileSummary> & { length?: number }) : {};
  const { length = 19, format, width, height, mode } = summary;
  const size = format === undefined ? {} : { format, width: width ?? 8, height: height ?? 8, mode: mode ?? 'RGB' };
  return { bytes: length, sha256, ...size };
}

/** The first answer that tells of it. */
function hasUserFolder({ requests }: Trace): boolean {
  const first = requests.find(({ response }) => typeof member(response, 'migrated') === 'boolean');
  return first !== undefined && member(first.response, 'migrated') === true;
}

/** Taken from the first answer with a counted number, less the requests before it that were counted, too. */
function nextNumber({ requests }: Trace): number | undefined {
  let counted = 0;
  for (const request of requests) {
    if (request.method !== 'POST' || !/^(\/api)?\/prompt$/.test(request.path) || request.status >= 500) continue;
    if (request.body.kind === 'json' && member(request.body.value, 'number') !== undefined) continue;
    const number = member(request.response, 'number');
    if (typeof number === 'number') return Math.abs(number) - counted;
    counted++;
  }
  return undefined;
}

function cachedNodes(trace: Trace): RecordedWorld['cached'] {
  const first = trace.requests.find(request => request.status === 200 && submittedPrompt(request) !== undefined);
  const prompt = first && submittedPrompt(first);
  if (first === undefined || prompt === undefined) return undefined;
  const id = member(first.response, 'prompt_id');
  const message = cachedMessages(trace).find(data => data['prompt_id'] === id);
  const nodes = message === undefined ? untouchedNodes(trace, id, prompt) : arrayOf(message['nodes']).map(String);
  return nodes.length > 0 ? { prompt, nodes } : undefined;
}

/** Nobody hears of the cached nodes of a prompt without client, but when it has ended well, all others have shown progress. */
function untouchedNodes({ frames }: Trace, id: JsonValue | undefined, prompt: JsonObject): string[] {
  const states = frames.flatMap(frame =>
    frame.kind === 'message' && frame.type === 'progress_state' && member(frame.data, 'prompt_id') === id
      ? [member(frame.data, 'nodes')]
      : [],
  );
  const last = states.at(-1);
  if (!isJsonObject(last) || Object.values(last).some(node => member(node, 'state') !== 'finished')) return [];
  return Object.keys(prompt).filter(node => !(node in last));
}

function cachedMessages({ requests, frames }: Trace): JsonObject[] {
  const sent = frames.flatMap(frame =>
    frame.kind === 'message' && frame.type === 'execution_cached' ? [frame.data] : [],
  );
  const kept = requests.flatMap(({ response }) =>
    Object.values(isJsonObject(response) ? response : {}).flatMap(entry =>
      arrayOf(member(entry, 'status', 'messages')).flatMap(message =>
        member(message, 0) === 'execution_cached' ? [member(message, 1) ?? null] : [],
      ),
    ),
  );
  return [...sent, ...kept].filter(isJsonObject);
}

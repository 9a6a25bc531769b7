// Recordings of the reference as types: the format that the README beside the recordings describes, one scenario per file.
// Numbers are read losslessly, so that 5 and 5.0 stay apart in what is sent and in what is compared.
import { isJsonObject, type JsonObject, type JsonValue, parseLossless } from '@snug/protocol';

export interface Trace {
  readonly name: string;
  readonly description: string;
  /** Options of the recording's server beyond the common ones. */
  readonly serverArgs: readonly string[];
  readonly requests: readonly RecordedRequest[];
  readonly frames: readonly RecordedFrame[];
  /** Types of messages that the recording left out. */
  readonly ignoredTypes?: ReadonlySet<string>;
}

export interface RecordedRequest {
  /** Place in the common time line of requests and socket messages. */
  readonly seq: number;
  readonly responseSeq: number;
  readonly method: string;
  /** As sent, not decoded. May hold placeholders. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RecordedBody;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** Parsed JSON, a text, `""` for nothing, or a summary of a binary body. */
  readonly response: JsonValue;
}

export type RecordedBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'multipart'; readonly parts: readonly RecordedPart[] }
  | { readonly kind: 'json'; readonly value: JsonValue };

export interface RecordedPart {
  readonly name: string;
  readonly filename?: string;
  readonly type?: string;
  readonly value: string | FileSummary;
}

/** What a recording keeps of an uploaded file. A file without `format` could not be read as a picture. */
export interface FileSummary {
  readonly bytes: number;
  readonly sha256: string;
  readonly format?: string;
  readonly width?: number;
  readonly height?: number;
  readonly mode?: string;
}

export type RecordedFrame = FramePlace &
  (
    | { readonly kind: 'open'; readonly path: string }
    /** `note` is anything else that the recorder noted. */
    | { readonly kind: 'close' | 'lost' | 'note' }
    | { readonly kind: 'client_sends'; readonly message: JsonValue }
    | { readonly kind: 'message'; readonly type: string; readonly data: JsonValue }
    | { readonly kind: 'binary'; readonly summary: JsonObject }
  );

interface FramePlace {
  readonly seq: number;
  readonly conn: string;
}

/** @throws Error when the text is no recording. */
export function parseTrace(text: string): Trace {
  return traceOf(parseLossless(text));
}

/** True for a document in the format of `parseTrace`. */
export function isTrace(document: JsonValue): boolean {
  return isJsonObject(document) && Array.isArray(document['requests']) && Array.isArray(document['ws']);
}

export function traceOf(document: JsonValue): Trace {
  if (!isJsonObject(document) || !isTrace(document)) throw new Error('A recording has "requests" and "ws".');
  return {
    name: String(document['name']),
    description: String(document['description'] ?? ''),
    serverArgs: arrayOf(document['server_args']).map(String),
    requests: arrayOf(document['requests']).map(value => requestOf(value as JsonObject)),
    frames: arrayOf(document['ws']).map(value => frameOf(value as JsonObject)),
  };
}

function requestOf(request: JsonObject): RecordedRequest {
  return {
    seq: Number(request['seq']),
    responseSeq: Number(request['seq_response']),
    method: String(request['method']),
    path: String(request['path']),
    headers: textsOf(request['headers']),
    body: bodyOf(request['body'] ?? null),
    status: Number(request['status']),
    responseHeaders: textsOf(request['response_headers']),
    // A recorded null is an answer of its own; only where nothing was recorded the body is empty.
    response: request['response'] === undefined ? '' : request['response'],
  };
}

function bodyOf(body: JsonValue): RecordedBody {
  if (body === null) return { kind: 'none' };
  if (isJsonObject(body) && Object.keys(body).length === 1) {
    const { raw, multipart } = body;
    if (typeof raw === 'string') return { kind: 'raw', text: raw };
    if (Array.isArray(multipart)) return { kind: 'multipart', parts: multipart as unknown as RecordedPart[] };
  }
  return { kind: 'json', value: body };
}

function frameOf(frame: JsonObject): RecordedFrame {
  const place = { seq: Number(frame['seq']), conn: String(frame['conn']) };
  const event = frame['event'];
  if (event === 'open') return { ...place, kind: 'open', path: String(frame['path']) };
  if (event === 'client_sends') return { ...place, kind: 'client_sends', message: frame['message'] ?? null };
  if (event === 'close' || event === 'lost') return { ...place, kind: event };
  if (event !== undefined) return { ...place, kind: 'note' };
  if (frame['binary'] === true) return { ...place, kind: 'binary', summary: frame };
  return { ...place, kind: 'message', type: String(frame['type']), data: frame['data'] ?? null };
}

/** The prompt that a request submits; undefined for other requests. */
export function submittedPrompt({ method, path, body }: RecordedRequest): JsonObject | undefined {
  if (method !== 'POST' || !/^(\/api)?\/prompt$/.test(path) || body.kind !== 'json') return undefined;
  const prompt = member(body.value, 'prompt');
  return isJsonObject(prompt) ? prompt : undefined;
}

/** Member of an object, item of an array; undefined for everything else. */
export function member(value: JsonValue | undefined, ...keys: readonly (string | number)[]): JsonValue | undefined {
  let current = value;
  for (const key of keys) {
    if (Array.isArray(current)) current = current[Number(key)];
    else current = isJsonObject(current) ? current[key] : undefined;
  }
  return current;
}

export function arrayOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function textsOf(value: JsonValue | undefined): Record<string, string> {
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)])) : {};
}

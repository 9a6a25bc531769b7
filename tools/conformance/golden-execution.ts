// Golden answers of the executor (`validation` and `runs` in one file) as scenarios: the same questions over HTTP and WebSocket.
// They say less than recordings do; what they leave out stands for anything.
import { isJsonObject, type JsonObject, type JsonValue } from '@snug/protocol';
import { AND_MORE } from './compare-json.ts';
import { goldenPack } from './golden-pack.ts';
import type { Scenario } from './read-scenarios.ts';
import { arrayOf, member, type RecordedFrame, type RecordedRequest } from './trace-format.ts';

export function isGoldenExecution(document: JsonValue): document is JsonObject {
  return isJsonObject(document) && Array.isArray(document['validation']) && Array.isArray(document['runs']);
}

export function goldenScenarios(document: JsonObject): Scenario[] {
  const pack = goldenPack(document);
  const validation = { name: 'golden validation', description: '', serverArgs: [], frames: [] };
  const requests = arrayOf(document['validation']).flatMap((answer, index) =>
    validationRequests(answer as JsonObject, index),
  );
  return [
    { trace: { ...validation, requests }, pack },
    ...arrayOf(document['runs']).map(run => ({ ...runScenario(run as JsonObject), pack })),
  ];
}

/** Submits a prompt; when it is accepted, its history shows what validation made of it. */
function validationRequests(answer: JsonObject, index: number): RecordedRequest[] {
  const id = `<uuid:${index + 1}>`;
  const seq = index * 4;
  const { prompt, partial_execution_targets, error, node_errors } = answer;
  const body = {
    prompt,
    ...(partial_execution_targets === undefined ? {} : { partial_execution_targets }),
  } as JsonObject;
  if (answer['ok'] !== true) {
    return [postPrompt(seq, body, 400, { error: error ?? null, node_errors: withAnyTexts(node_errors ?? {}) })];
  }
  const accepted = postPrompt(seq, body, 200, {
    prompt_id: id,
    number: '<n>',
    node_errors: withAnyTexts(node_errors ?? {}),
  });
  const after = withNumbers(answer['prompt_after'] ?? prompt ?? {});
  const entry = { prompt: ['<n>', id, after, '<any>', answer['good_outputs'] ?? []], [AND_MORE]: true };
  return [accepted, getHistory(seq + 2, id, entry)];
}

/** The file writes NaN as a text. */
function withNumbers(value: JsonValue): JsonValue {
  return mapValues(value, inner => (inner === 'NaN' ? '<n>' : undefined));
}

/** What the file leaves out of texts may be anything; so may files, whose names come from a counter of its own. */
function withAnyTexts(value: JsonValue): JsonValue {
  return mapValues(value, inner => {
    if (typeof inner === 'string') return inner.replaceAll(/<(node |tensor )?text>/g, '<any>');
    return member(inner, 'filename') === undefined ? undefined : '<any>';
  });
}

/** @param map answers undefined for values to look into. */
function mapValues(value: JsonValue, map: (value: JsonValue) => JsonValue | undefined): JsonValue {
  const mapped = map(value);
  if (mapped !== undefined) return mapped;
  if (Array.isArray(value)) return value.map(item => mapValues(item, map));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapValues(inner, map)]));
}

function runScenario(run: JsonObject): Scenario {
  const requests: RecordedRequest[] = [];
  const frames: RecordedFrame[] = [{ seq: 0, conn: 'A', kind: 'open', path: '/ws?clientId=C' }];
  let seq = 1;
  for (const [index, golden] of arrayOf(run['prompts']).entries()) {
    const id = `<uuid:${index + 1}>`;
    const clientId = member(golden, 'client_id') ?? null;
    const body = { prompt: member(golden, 'prompt') ?? {}, ...(clientId === null ? {} : { client_id: clientId }) };
    requests.push(postPrompt(seq++, body, 200, { prompt_id: id, number: '<n>', node_errors: {} }));
    for (const frame of arrayOf(member(golden, 'frames'))) frames.push(messageOf(frame, id, seq++));
    if (clientId !== null) frames.push(message(seq++, 'executing', { node: null, prompt_id: id }));
    requests.push(getHistory(seq++, id, historyOf(golden as JsonObject)));
  }
  const hasStates = frames.some(frame => frame.kind === 'message' && frame.type === 'progress_state');
  const ignoredTypes = new Set(['status', 'progress', 'binary', ...(hasStates ? [] : ['progress_state'])]);
  const serverArgs = run['cache'] === 'lru' ? ['--cache-lru', '100'] : [];
  const name = `golden run: ${String(run['name'])} (${String(run['cache'])})`;
  return { trace: { name, description: '', serverArgs, requests, frames, ignoredTypes } };
}

const TIMED = /^execution_(start|cached|success|error|interrupted)$/;

function messageOf(frame: JsonValue, id: string, seq: number): RecordedFrame {
  const [type, data] = [String(member(frame, 0)), withAnyTexts(member(frame, 1) ?? {}) as JsonObject];
  const isBlocked = data['exception_type'] === 'ExecutionBlocked';
  const timed = TIMED.test(type) && !isBlocked ? { timestamp: '<timestamp>' } : {};
  const nodes = Object.entries(member(data, 'nodes') ?? {}).map(([node, state]) => [
    node,
    { ...(state as JsonObject), [AND_MORE]: true },
  ]);
  const states = type === 'progress_state' ? { nodes: Object.fromEntries(nodes) as JsonObject } : {};
  return message(seq, type, { ...data, ...states, ...timed, prompt_id: id });
}

function message(seq: number, type: string, data: JsonObject): RecordedFrame {
  return { seq, conn: 'A', kind: 'message', type, data };
}

function historyOf(golden: JsonObject): JsonObject {
  const isSuccess = golden['success'] === true;
  return {
    outputs: withAnyTexts(member(golden, 'history', 'outputs') ?? {}),
    meta: member(golden, 'history', 'meta') ?? {},
    status: {
      status_str: isSuccess ? 'success' : 'error',
      completed: isSuccess,
      messages: arrayOf(golden['status_events']).map(type => [type, '<any>']),
    },
    [AND_MORE]: true,
  };
}

function postPrompt(seq: number, body: JsonObject, status: number, response: JsonObject): RecordedRequest {
  return { ...request(seq, 'POST', '/prompt', status, response), body: { kind: 'json', value: body } };
}

function getHistory(seq: number, id: string, entry: JsonObject): RecordedRequest {
  return request(seq, 'GET', `/history/${id}`, 200, { [id]: entry });
}

function request(seq: number, method: string, path: string, status: number, response: JsonObject): RecordedRequest {
  const responseHeaders = { 'content-type': 'application/json; charset=utf-8' };
  return {
    seq,
    responseSeq: seq + 1,
    method,
    path,
    headers: {},
    body: { kind: 'none' },
    status,
    responseHeaders,
    response,
  };
}

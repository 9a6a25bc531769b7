// What of a scenario cannot be compared with this version, and why: it uses nodes that are not there yet, or needs the answer of
// a prompt that does.
import { isJsonObject, type JsonObject } from '@snug/protocol';
import type { Bindings } from './placeholders.ts';
import { member, type RecordedRequest, submittedPrompt, type Trace } from './trace-format.ts';

/** The reason why a request is not compared; undefined when it is. */
export function whyUncovered(
  request: RecordedRequest,
  { requests }: Trace,
  objectInfo: JsonObject,
): string | undefined {
  const submitted = new Set(requests.map(({ response }) => member(response, 'prompt_id')));
  const shown = /\/history(\?|$)/.test(request.path) && isJsonObject(request.response) ? request.response : {};
  if (Object.keys(shown).some(id => !submitted.has(id))) return 'shows prompts of earlier scenarios';
  const missing = missingClasses(request, objectInfo);
  return missing.length === 0 ? undefined : `needs nodes that are not there yet: ${missing.join(', ')}`;
}

function missingClasses(request: RecordedRequest, objectInfo: JsonObject): string[] {
  const { path, response, status } = request;
  const described = /\/object_info\/(\w+)$/.exec(path)?.[1];
  if (described !== undefined && status === 200 && member(response, described) !== undefined) {
    return described in objectInfo ? [] : [described];
  }
  const classes = Object.values(submittedPrompt(request) ?? {}).map(node => member(node, 'class_type'));
  const names = classes.filter(name => typeof name === 'string').filter(name => !(name in objectInfo));
  // Of a class that the reference did not know either, it said so.
  return [...new Set(names)].filter(name => !JSON.stringify(member(response, 'error') ?? '').includes(name));
}

/** Classes that a scenario uses. */
export function usedClasses({ requests }: Trace): Set<string> {
  const nodes = requests.flatMap(request => Object.values(submittedPrompt(request) ?? {}));
  return new Set(nodes.map(node => String(member(node, 'class_type'))));
}

/** A prompt of this stream was never accepted here: its messages cannot come. */
export function whyStreamUncovered(
  promptIds: ReadonlySet<string>,
  bindings: Bindings,
  reasons: readonly string[],
): string | undefined {
  return [...promptIds].some(id => bindings.fill(id) === undefined) ? reasons[0] : undefined;
}

/** Pictures of the scenario show exactly what was recorded: they come neither from made-up files nor from made-up models. */
export function hasTruePictures(trace: Trace, { path }: RecordedRequest): boolean {
  const isMade = path.includes('type=input') || [...usedClasses(trace)].some(name => /Load/.test(name));
  const uploads = trace.requests.flatMap(({ body }) => (body.kind === 'multipart' ? body.parts : []));
  const names = uploads.flatMap(({ filename }) => (filename === undefined ? [] : [filename]));
  return !isMade && !names.some(name => decodeURIComponent(path).includes(name));
}

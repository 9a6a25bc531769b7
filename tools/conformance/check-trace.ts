// One scenario from beginning to end: a fresh server, the replay, and one check per request and per client.
import type { JsonObject } from '@snug/protocol';
import { testingPack } from '../../testkit/testing-nodes/testing-pack.ts';
import { type AnswerOptions, compareAnswer, whatOf } from './compare-answers.ts';
import { compareStreams } from './compare-sockets.ts';
import { hasTruePictures, usedClasses, whyStreamUncovered, whyUncovered } from './coverage.ts';
import type { Difference } from './difference.ts';
import { type FreshServer, startFreshServer } from './fresh-server.ts';
import { intentionOf } from './intended-differences.ts';
import { Bindings } from './placeholders.ts';
import { worldOf } from './recorded-world.ts';
import { type Replayed, replayTrace } from './replay.ts';
import { ourStream, recordedStreams } from './stream.ts';
import { member, type RecordedRequest, submittedPrompt, type Trace } from './trace-format.ts';
import { twinsOf } from './twins.ts';

/** One request or one client's messages. */
export interface Check {
  /** Where in the recording. */
  readonly name: string;
  readonly differences: readonly Difference[];
  /** Why nothing was compared. */
  readonly uncovered?: string;
}

export interface TraceResult {
  readonly name: string;
  readonly checks: readonly Check[];
  /** How often it was replayed; absent means once. */
  readonly attempts?: number;
}

const testingClasses = new Set(testingPack.nodes.map(({ id }) => id));

/** A scenario in which prompts wait for each other depends on how fast they run: it may fail by chance. */
const ATTEMPTS = 3;

/** Replays and compares; what keeps a scenario from being replayed at all is one failed check. */
export async function checkTrace(trace: Trace, options: { readonly pack?: string } = {}): Promise<TraceResult> {
  try {
    let result = await replayAndCheck(trace, options);
    for (let attempt = 2; attempt <= ATTEMPTS && hasWaitingPrompts(trace) && isDifferent(result); attempt++) {
      result = { ...(await replayAndCheck(trace, options)), attempts: attempt };
    }
    return result;
  } catch (error) {
    const ours = error instanceof Error ? error.message : String(error);
    const difference = { what: 'server', place: 'replay', recorded: 'possible', ours };
    return { name: trace.name, checks: [{ name: 'the whole scenario', differences: [difference] }] };
  }
}

function hasWaitingPrompts({ frames }: Trace): boolean {
  return frames.some(frame => {
    const count = frame.kind === 'message' ? member(frame.data, 'status', 'exec_info', 'queue_remaining') : 0;
    return typeof count === 'number' && count > 1;
  });
}

function isDifferent({ checks }: TraceResult): boolean {
  return checks.some(({ differences }) => differences.some(one => intentionOf(one, differences) === undefined));
}

async function replayAndCheck(trace: Trace, options: { readonly pack?: string }): Promise<TraceResult> {
  const world = worldOf(trace);
  const args = trace.serverArgs.filter(
    (arg, index, all) => !arg.startsWith('<testing-nodes') && !all[index + 1]?.startsWith('<testing-nodes'),
  );
  await using server = await startFreshServer({
    world,
    args,
    withTestingNodes:
      args.length < trace.serverArgs.length ||
      world.cached !== undefined ||
      [...usedClasses(trace)].some(name => testingClasses.has(name)),
    ...options,
  });
  const bindings = new Bindings();
  bindings.bind('base', server.base);
  bindings.bind('models', server.models);
  bindings.bind('port', String(server.port));
  const replayed = await replayTrace(trace, server, bindings);
  return { name: trace.name, checks: await checksOf(trace, { server, bindings, replayed }) };
}

interface Outcome {
  readonly server: FreshServer;
  readonly bindings: Bindings;
  readonly replayed: Replayed;
}

async function checksOf(trace: Trace, outcome: Outcome): Promise<Check[]> {
  const checks: Check[] = [];
  for (const request of trace.requests) {
    const name = `#${request.seq} ${whatOf(request)}`;
    const answer = outcome.replayed.answers.get(request.seq);
    const uncovered = whyUncovered(request, trace, outcome.server.objectInfo);
    if (uncovered !== undefined) checks.push({ name, differences: [], uncovered });
    else if (answer === undefined) checks.push(unsent(name, checks));
    else {
      const differences = await compareAnswer(request, answer, answerOptions(trace, request, outcome));
      checks.push({ name, differences });
    }
  }
  return [...checks, ...(await streamChecks(trace, outcome, checks))];
}

function answerOptions(trace: Trace, request: RecordedRequest, { bindings }: Outcome): AnswerOptions {
  const prompts = promptsById(trace, bindings);
  const twins = twinsOf(prompts.get(bindings.fill(request.path.split('/').at(-1) ?? '') ?? ''));
  return { bindings, hasTruePictures: hasTruePictures(trace, request), twins };
}

/** A request that could not be sent is not compared when the reason is not, either. */
function unsent(name: string, checks: readonly Check[]): Check {
  const reason = checks.find(({ uncovered }) => uncovered !== undefined)?.uncovered;
  if (reason !== undefined) return { name, differences: [], uncovered: reason };
  const difference = { what: name, place: 'request', recorded: 'sent', ours: 'needs an answer that did not come' };
  return { name, differences: [difference] };
}

async function streamChecks(trace: Trace, outcome: Outcome, answers: readonly Check[]): Promise<Check[]> {
  const { bindings, replayed } = outcome;
  const prompts = promptsById(trace, bindings);
  const reasons = answers.flatMap(({ uncovered }) => (uncovered === undefined ? [] : [uncovered]));
  const checks: Check[] = [];
  for (const recorded of recordedStreams(trace).values()) {
    const name = `socket ${recorded.conns.join('+')}`;
    const ids = new Set(recorded.messages.map(({ promptId }) => promptId).filter(id => id !== null));
    const uncovered = whyStreamUncovered(ids, bindings, reasons);
    if (uncovered !== undefined) checks.push({ name, differences: [], uncovered });
    else {
      const ours = await ourStream(recorded, replayed.sockets, trace.ignoredTypes);
      checks.push({ name, differences: compareStreams({ recorded, ours, bindings, prompts }) });
    }
  }
  return checks;
}

/** Prompts under the ids that they have here. */
function promptsById({ requests }: Trace, bindings: Bindings): ReadonlyMap<string, JsonObject> {
  const entries = requests.flatMap(request => {
    const [prompt, id] = [submittedPrompt(request), member(request.response, 'prompt_id')];
    return prompt !== undefined && typeof id === 'string' ? [[bindings.fill(id) ?? id, prompt] as const] : [];
  });
  return new Map(entries);
}

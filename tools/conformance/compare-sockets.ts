// Compares what each client was sent with what the recording's client was sent: `status` and the like in order, and each run
// either message by message or, where nodes ran in another order than recorded, node by node.
import type { JsonObject } from '@snug/protocol';
import { align } from './alignment.ts';
import { compareJson } from './compare-json.ts';
import { type Difference, differenceOf } from './difference.ts';
import type { Bindings } from './placeholders.ts';
import { isBetween, isTimed, labelOf, viewOf } from './run-view.ts';
import type { Message, Stream } from './stream.ts';
import { member } from './trace-format.ts';
import { swapIds, twinsOf } from './twins.ts';

export interface StreamComparison {
  readonly recorded: Stream;
  readonly ours: Stream;
  readonly bindings: Bindings;
  /** Prompts by id, to know which nodes depend on each other. */
  readonly prompts: ReadonlyMap<string, JsonObject>;
}

export function compareStreams(comparison: StreamComparison): Difference[] {
  const { recorded, ours, bindings, prompts } = comparison;
  const what = recorded.kind === 'plain' ? 'socket' : `${recorded.kind} socket`;
  const fill = (id: string | null) => (id === null ? null : (bindings.fill(id) ?? id));
  const theirs = recorded.messages.map(message => ({ ...message, promptId: fill(message.promptId) }));
  const of = (messages: readonly Message[], id: string | null) => messages.filter(({ promptId }) => promptId === id);
  const ids = new Set([...theirs, ...ours.messages].map(({ promptId }) => promptId).filter(id => id !== null));
  return [
    ...compareInOrder(what, of(theirs, null).map(withoutCount), of(ours.messages, null).map(withoutCount), bindings),
    ...compareCounts(what, countsOf(theirs), countsOf(ours.messages)),
    ...compareEnds(what, theirs, ours.messages),
    ...[...ids].flatMap(id =>
      compareRunOrTwin({
        what,
        recorded: of(theirs, id),
        ours: of(ours.messages, id),
        bindings,
        prompt: prompts.get(id),
      }),
    ),
  ];
}

function withoutCount(message: Message): Message {
  if (message.type !== 'status') return message;
  const { status, ...data } = message.data;
  return { ...message, data };
}

/** `queue_remaining` of each `status`. */
function countsOf(messages: readonly Message[]): number[] {
  return messages
    .filter(({ type }) => type === 'status')
    .map(({ data }) => Number(member(data, 'status', 'exec_info', 'queue_remaining')));
}

/** Where prompts wait, the counts depend on how fast they run; that they go up and down by one and end at the same does not. */
function compareCounts(what: string, recorded: readonly number[], ours: readonly number[]): Difference[] {
  const isTimed = Math.max(...recorded) > 1;
  const isSmooth = ours.every((count, index) => Math.abs(count - (ours[index - 1] ?? count)) <= 1);
  const isSame = isTimed ? isSmooth && recorded.at(-1) === ours.at(-1) : recorded.join() === ours.join();
  return isSame ? [] : [{ what, place: 'queue_remaining', recorded: recorded.join(' '), ours: ours.join(' ') }];
}

interface RunComparison {
  readonly what: string;
  readonly recorded: readonly Message[];
  readonly ours: readonly Message[];
  readonly bindings: Bindings;
  readonly prompt: JsonObject | undefined;
}

function compareRunOrTwin(run: RunComparison): Difference[] {
  const found = compareRun({ ...run, bindings: run.bindings.copy() });
  const isTwin = twinsOf(run.prompt).some(swap => {
    const recorded = run.recorded.map(message => ({ ...message, data: swapIds(message.data, swap) }));
    return compareRun({ ...run, recorded, bindings: run.bindings.copy() }).length === 0;
  });
  return isTwin ? [] : found;
}

function compareRun({ what, recorded, ours, bindings, prompt }: RunComparison): Difference[] {
  const literal = compareInOrder(what, recorded, ours, bindings.copy());
  if (literal.length === 0) return [];
  const [theirs, own] = [viewOf(recorded), viewOf(ours)];
  const keep = isTimed(recorded) ? (message: Message) => !isBetween(message) : () => true;
  const ids = new Set([...theirs.nodes.keys(), ...own.nodes.keys()]);
  const nodes = [...ids].flatMap(id =>
    compareInOrder(what, (theirs.nodes.get(id) ?? []).filter(keep), (own.nodes.get(id) ?? []).filter(keep), bindings),
  );
  return [...compareInOrder(what, theirs.run, own.run, bindings), ...nodes, ...misplaced(what, ours, prompt)];
}

/** Pairs messages by their labels and compares the data of each pair. */
function compareInOrder(
  what: string,
  recorded: readonly Message[],
  ours: readonly Message[],
  bindings: Bindings,
): Difference[] {
  return align(recorded, ours, labelOf).flatMap(pair => {
    if (!('ours' in pair)) return [{ what, place: 'frames', recorded: labelOf(pair.recorded), ours: '' }];
    if (!('recorded' in pair)) return [{ what, place: 'frames', recorded: '', ours: labelOf(pair.ours) }];
    const found = compareJson(pair.recorded.data, pair.ours.data, { bindings, exactNumbers: false });
    return found.map(difference => differenceOf(what, pair.recorded.type, difference));
  });
}

/** The order in which runs begin and end, and a `status` between the end of a run and its last message. */
function compareEnds(what: string, recorded: readonly Message[], ours: readonly Message[]): Difference[] {
  const [theirs, own] = [endsOf(recorded), endsOf(ours)];
  return theirs === own ? [] : [{ what, place: 'order of runs', recorded: theirs, ours: own }];
}

function endsOf(messages: readonly Message[]): string {
  const words: string[] = [];
  for (const { type, data, promptId } of messages) {
    if (promptId !== null && /^execution_(start|success|interrupted)$/.test(type)) words.push(`${type} ${promptId}`);
    if (type === 'executing' && data['node'] === null) words.push(`end ${promptId}`);
    if (type === 'status' && /^execution_(success|interrupted)/.test(words.at(-1) ?? '')) words.push('status');
  }
  return words.join(', ');
}

/** Nodes that ran before one that they depend on. */
function misplaced(what: string, ours: readonly Message[], prompt: JsonObject | undefined): Difference[] {
  const lastRun = new Map<unknown, number>();
  for (const [index, { type, data }] of ours.entries()) if (type === 'executing') lastRun.set(data['node'], index);
  return Object.entries(prompt ?? {}).flatMap(([id, node]) =>
    Object.values(member(node, 'inputs') ?? {}).flatMap(input => {
      const [source, target] = [lastRun.get(Array.isArray(input) ? input[0] : undefined), lastRun.get(id)];
      if (source === undefined || target === undefined || source < target) return [];
      return [{ what, place: 'order of nodes', recorded: '', ours: `${id} before ${String((input as unknown[])[0])}` }];
    }),
  );
}

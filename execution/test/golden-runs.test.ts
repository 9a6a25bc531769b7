// Every run of the golden file. Its README allows these differences: names of files, order of `executed` and
// `current_outputs`, texts of tracebacks and of the testing nodes, and the order of nodes that do not depend on each other.
import { readFileSync } from 'node:fs';
import { type ExecutionEvent, type JsonObject, parseLossless, stringifyLossless } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { type Outcome, Workbench } from './workbench.ts';

type Frame = [type: string, data: JsonObject];

interface GoldenPrompt {
  prompt: JsonObject;
  client_id: string | null;
  frames: Frame[];
  success: boolean;
  status_events: string[];
  history: { outputs: JsonObject; meta: JsonObject };
}

interface GoldenRun {
  name: string;
  cache: 'classic' | 'lru';
  prompts: GoldenPrompt[];
}

const golden = parseLossless(
  readFileSync(new URL('./golden/golden-execution.json', import.meta.url), 'utf8'),
) as unknown as { runs: GoldenRun[] };

/** Here the order in which the reference walks hash sets decides which lazy input goes first. */
const LOOSE_ORDER = new Set(['mixed expansion twice']);

/** A dynamic cycle leaves the reference's run successful; ours is an error. */
const FAILS_HERE = new Set(['dynamic cycle']);

/** Types that a prompt without client id sends to everybody. */
const BROADCAST = new Set(['progress_state', 'progress', 'execution_interrupted']);

/** Data without what the file leaves out, with placeholders where it has some. */
function frameOf(event: ExecutionEvent, withProgress: boolean): Frame[] {
  if (!('data' in event) || event.type === 'progress' || event.type === 'custom') return [];
  if (event.type === 'progress_state') {
    if (!withProgress) return [];
    const nodes = Object.entries(event.data.nodes).map(([id, { state, value, max }]) => [id, { state, value, max }]);
    return [['progress_state', { nodes: Object.fromEntries(nodes) }]];
  }
  const { prompt_id, ...data } = event.data as JsonObject;
  delete data['timestamp'];
  return [[event.type, maskTexts(data)]];
}

function maskTexts(data: JsonObject): JsonObject {
  const masked = { ...data };
  for (const key of ['executed', 'current_outputs']) {
    if (Array.isArray(masked[key])) masked[key] = [...(masked[key] as string[])].sort();
  }
  if (Array.isArray(masked['traceback']) && masked['traceback'].length > 0) masked['traceback'] = '<text>';
  const message = masked['exception_message'];
  if (typeof message === 'string' && message !== 'Dependency cycle detected') {
    masked['exception_message'] = message.replace(/^(Execution Blocked: )?[^\n]+/, '$1<node text>');
  }
  const inputs = masked['current_inputs'] as JsonObject | undefined;
  if (inputs !== undefined && 'value' in inputs) masked['current_inputs'] = { ...inputs, value: ['<tensor text>'] };
  return masked;
}

/** File names are compared by their number only. */
function maskNames(text: string): string {
  return text
    .replaceAll(/"filename": ?"[^"]*", ?"subfolder": ?"", ?"type": ?"\w+"/g, '"file"')
    .replaceAll(/(\d)\.0\b/g, '$1');
}

function frameTexts(frames: readonly Frame[]): string[] {
  return frames.map(frame => maskNames(stringifyLossless([frame[0], maskTexts(frame[1])])));
}

function framesOf(outcome: Outcome, expected: GoldenPrompt): string[] {
  const withProgress = expected.frames.some(([type]) => type === 'progress_state');
  const sent = outcome.events.filter(({ type }) => expected.client_id !== null || BROADCAST.has(type));
  return frameTexts(sent.flatMap(event => frameOf(event, withProgress)));
}

/** Times of one node's own frames are never loose. */
function perNode(frames: readonly string[]): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const frame of frames) {
    const node = /"node": ?"([^"]*)"/.exec(frame)?.[1] ?? '';
    groups[node] = [...(groups[node] ?? []), frame];
  }
  return groups;
}

describe('golden runs', () => {
  it.each(golden.runs.map(run => [`${run.name} (${run.cache})`, run] as const))('%s', async (_, run) => {
    const bench = new Workbench(run.cache === 'lru' ? { kind: 'lru', size: 100 } : { kind: 'classic' });
    for (const expected of run.prompts) {
      const validated = await bench.validate(stringifyLossless(expected.prompt));
      if (!validated.ok) throw new Error('The prompt was refused.');
      const outputs = inOrderOf(expected.frames, validated.outputs);
      const outcome = await bench.run(validated.prompt, outputs, { clientId: expected.client_id });
      const frames = framesOf(outcome, expected);
      const expectedFrames = frameTexts(expected.frames);
      if (LOOSE_ORDER.has(run.name)) expect(perNode(frames)).toEqual(perNode(expectedFrames));
      else expect(frames).toEqual(expectedFrames);
      expect(outcome.success).toBe(expected.success && !FAILS_HERE.has(run.name));
      expect(outcome.messages.map(([type]) => type)).toEqual(expected.status_events);
      expect(historyText(outcome.outputs)).toEqual(historyText(expected.history.outputs));
      expect({ ...outcome.meta }).toEqual({ ...expected.history.meta });
    }
  });
});

/** The reference takes output nodes in the order of a hash set; the frames show which one it was. */
function inOrderOf(frames: readonly Frame[], outputs: readonly string[]): string[] {
  const seen = frames.map(([, data]) => data['node']);
  const placeOf = (id: string) => seen.indexOf(id);
  return [...outputs].sort((a, b) => placeOf(a) - placeOf(b));
}

function historyText(outputs: object): unknown {
  return JSON.parse(maskNames(JSON.stringify(outputs)).replaceAll('{"file"}', '"file"'));
}

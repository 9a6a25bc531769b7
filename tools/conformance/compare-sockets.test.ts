import type { JsonObject } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { compareStreams } from './compare-sockets.ts';
import { Bindings } from './placeholders.ts';
import type { Message } from './stream.ts';

const message = (type: string, data: JsonObject): Message => ({
  type,
  data: { ...data, prompt_id: 'p' },
  promptId: 'p',
});
const status = (count: number): Message => ({
  type: 'status',
  data: { status: { exec_info: { queue_remaining: count } } },
  promptId: null,
});
const executing = (node: string | null): Message => message('executing', { node });
const progress = (node: string, value: number, max: number): Message => message('progress', { node, value, max });
const executed = (node: string, filename: string): Message =>
  message('executed', { node, output: { images: [{ filename }] } });
const success = message('execution_success', {});

const chain: JsonObject = {
  a: { class_type: 'A', inputs: {} },
  b: { class_type: 'B', inputs: {} },
  c: { class_type: 'C', inputs: { x: ['a', 0], y: ['b', 0] } },
};

function differences(recorded: readonly Message[], ours: readonly Message[], prompt: JsonObject = chain): string[] {
  const stream = (messages: readonly Message[]) => ({ conns: ['A'], kind: 'plain' as const, messages });
  const found = compareStreams({
    recorded: stream(recorded),
    ours: stream(ours),
    bindings: new Bindings(),
    prompts: new Map([['p', prompt]]),
  });
  return found.map(({ place, recorded: theirs, ours: own }) => `${place}: ${theirs} -> ${own}`);
}

describe('comparing what a client was sent', () => {
  it('accepts another order of independent nodes', () => {
    const run = (...nodes: string[]) => [...nodes.map(executing), success, executing(null)];
    expect(differences(run('a', 'b', 'c'), run('b', 'a', 'c'))).toEqual([]);
  });

  it('does not accept a node before one that it depends on', () => {
    const run = (...nodes: string[]) => [...nodes.map(executing), success, executing(null)];
    expect(differences(run('a', 'b', 'c'), run('a', 'c', 'b'))).toEqual(['order of nodes:  -> c before b']);
  });

  it('names a message that is missing and one that is too many', () => {
    expect(differences([executing('a'), success], [success])).toEqual(['frames: executing a -> ']);
    expect(differences([success], [executing('a'), success])).toEqual(['frames:  -> executing a']);
  });

  it('compares the data of messages', () => {
    expect(differences([executed('a', 'x_00001_.png')], [executed('a', 'x_00002_.png')])).toEqual([
      'executed.output.images.0.filename: "x_00001_.png" -> "x_00002_.png"',
    ]);
  });

  it('demands every step of a sampler, but no certain number of reports of a node that waits', () => {
    const steps = [progress('a', 1, 3), progress('a', 2, 3), progress('a', 3, 3), success];
    expect(differences(steps, steps.toSpliced(1, 1))).toEqual(['frames: progress a 2/3 -> ']);
    const waiting = [progress('a', 0.1, 0.5), progress('a', 0.2, 0.5), progress('a', 0.5, 0.5), success];
    expect(differences(waiting, waiting.toSpliced(1, 1))).toEqual([]);
  });

  it('compares the counts of status where nothing waits', () => {
    expect(differences([0, 1, 1, 0].map(status), [0, 1, 0].map(status))).toContain('queue_remaining: 0 1 1 0 -> 0 1 0');
    expect(differences([0, 1, 2, 1, 0].map(status), [0, 1, 1, 1, 0].map(status))).toEqual([]);
    expect(differences([0, 1, 2, 1, 0].map(status), [0, 1, 2, 1, 1].map(status))).toHaveLength(1);
  });

  it('demands a status between the end of a run and its last message', () => {
    const [good, bad] = [
      [success, status(0), executing(null)],
      [success, executing(null), status(0)],
    ];
    expect(differences(good, bad).join()).toContain('order of runs');
  });

  it('accepts either of two equal output nodes as the one that runs', () => {
    const twins: JsonObject = {
      a: { class_type: 'A', inputs: {} },
      s1: { class_type: 'Save', inputs: { images: ['a', 0] } },
      s2: { class_type: 'Save', inputs: { images: ['a', 0] } },
    };
    const run = (first: string, second: string) => [
      executing('a'),
      executing(first),
      executed(first, 'x'),
      executed(second, 'x'),
    ];
    expect(differences(run('s1', 's2'), run('s2', 's1'), twins)).toEqual([]);
    expect(differences(run('s1', 's2'), run('s2', 's1'), {})).not.toEqual([]);
  });
});

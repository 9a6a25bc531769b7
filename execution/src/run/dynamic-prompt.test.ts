import type { Prompt } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { ExecutionError } from '../errors.ts';
import { DynamicPrompt } from './dynamic-prompt.ts';

const prompt = (): Prompt => ({ a: { class_type: 'A', inputs: { x: 1 } } });
const child = { class_type: 'B', inputs: {} };

describe('DynamicPrompt', () => {
  it('knows the family of added nodes', () => {
    const graph = new DynamicPrompt(prompt());
    graph.add('b', child, 'a');
    graph.add('c', child, 'b');
    expect([graph.parentId('c'), graph.realId('c'), graph.displayId('c')]).toEqual(['b', 'a', 'a']);
    expect([graph.parentId('a'), graph.realId('a'), graph.displayId('a')]).toEqual([null, 'a', 'a']);
    expect([...graph.ids()]).toEqual(['a', 'b', 'c']);
    expect([graph.isEphemeral('a'), graph.isEphemeral('b')]).toEqual([false, true]);
  });

  it('follows overridden display ids', () => {
    const graph = new DynamicPrompt(prompt());
    graph.add('b', { ...child, override_display_id: 'elsewhere' }, 'a');
    graph.add('c', { ...child, override_display_id: 'b' }, 'a');
    expect(graph.displayId('c')).toBe('elsewhere');
  });

  it('ends on display ids that go in circles', () => {
    const graph = new DynamicPrompt(prompt());
    graph.add('b', { ...child, override_display_id: 'b' }, 'a');
    expect(graph.displayId('b')).toBe('a');
  });

  it('refuses an id that the prompt has already', () => {
    const graph = new DynamicPrompt(prompt());
    graph.add('b', child, 'a');
    for (const id of ['a', 'b']) {
      expect(() => graph.add(id, child, 'a')).toThrow(expect.objectContaining({ code: 'DUPLICATE_NODE' }));
    }
  });

  it('says which node is missing, also for names of object members', () => {
    const graph = new DynamicPrompt(prompt());
    for (const id of ['zzz', 'toString', '__proto__']) {
      expect(graph.has(id)).toBe(false);
      expect(() => graph.node(id)).toThrow(ExecutionError);
    }
  });

  it('takes inputs that are no object for none', () => {
    const graph = new DynamicPrompt({ a: { class_type: 'A', inputs: [] as never } });
    expect(graph.inputsOf('a')).toEqual({});
  });
});

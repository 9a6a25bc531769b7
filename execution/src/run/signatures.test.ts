import { JsonFloat, type JsonValue, type Prompt, parseLossless } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { DynamicPrompt } from './dynamic-prompt.ts';
import { Signatures } from './signatures.ts';

interface Facts {
  readonly changes?: Record<string, unknown>;
  readonly bound?: readonly string[];
}

function signaturesOf(prompt: Prompt, { changes = {}, bound = [] }: Facts = {}): Signatures {
  return new Signatures(new DynamicPrompt(prompt), {
    changeValue: id => changes[id] ?? false,
    isBoundToId: id => bound.includes(id),
  });
}

const node = (inputs: Record<string, unknown>, classType = 'A') =>
  ({ class_type: classType, inputs }) as unknown as Prompt[string];

const signature = (inputs: Record<string, unknown>) => signaturesOf({ n: node(inputs) }).of('n');

describe('signatures', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['the order of inputs', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['integer, float and true', { a: 1 }, { a: new JsonFloat(1) }],
    ['one and true', { a: 1 }, { a: true }],
    ['a large integer and the same float', { a: 2n ** 60n }, { a: new JsonFloat(2 ** 60) }],
    ['the order of members', { a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }],
  ])('are equal whatever %s', (_, a, b) => {
    expect(signature(a)).toBe(signature(b));
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['values', { a: 1 }, { a: 2 }],
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['names', { a: 1 }, { b: 1 }],
    ['a further input', { a: 1 }, { a: 1, b: 1 }],
    ['null and a missing input', { a: null }, {}],
    ['nesting', { a: ['x', ['y']] }, { a: [['x'], 'y'] }],
    ['texts that imitate structure', { a: '1:b"1:2' }, { a: '', b: '2' }],
    ['not-a-number', { a: Number.NaN }, { a: Number.NaN }],
    ['infinities', { a: Number.POSITIVE_INFINITY }, { a: Number.NEGATIVE_INFINITY }],
  ])('differ by %s', (_, a, b) => {
    expect(signature(a)).not.toBe(signature(b));
  });

  it('do not depend on node ids or titles', () => {
    const first = { 1: node({ x: 1 }), 2: node({ in: ['1', 0] }, 'B') };
    const second = { p: { ...node({ x: 1 }), _meta: { title: 't' } }, q: node({ in: ['p', 0] }, 'B') };
    expect(signaturesOf(first).of('2')).toBe(signaturesOf(second).of('q'));
  });

  it('cover all ancestors, slots and classes', () => {
    const chain = (value: JsonValue, slot: number, classType: string) =>
      signaturesOf({
        a: node({ value }),
        b: node({ in: ['a', slot] }, classType),
        c: node({ in: ['b', 0] }),
      }).of('c');
    const base = chain(1, 0, 'B');
    for (const other of [chain(2, 0, 'B'), chain(1, 1, 'B'), chain(1, 0, 'C')]) expect(other).not.toBe(base);
  });

  it('contain the id of nodes that are bound to it', () => {
    const prompt = { a: node({ x: 1 }), b: node({ x: 1 }) };
    const free = signaturesOf(prompt);
    expect(free.of('a')).toBe(free.of('b'));
    const bound = signaturesOf(prompt, { bound: ['a', 'b'] });
    expect(bound.of('a')).not.toBe(bound.of('b'));
    expect(bound.of('a')).toBe(signaturesOf(prompt, { bound: ['a'] }).of('a'));
  });

  it('contain the change value; not-a-number never matches', () => {
    const prompt = { a: node({}) };
    expect(signaturesOf(prompt, { changes: { a: [1] } }).of('a')).not.toBe(signaturesOf(prompt).of('a'));
    const never = { changes: { a: [Number.NaN] } };
    expect(signaturesOf(prompt, never).of('a')).not.toBe(signaturesOf(prompt, never).of('a'));
  });

  it('match opaque values within a run by identity, and never across runs', () => {
    const tensor = new Float32Array(2);
    const prompt = { a: node({ t: tensor }), b: node({ t: tensor }), c: node({ t: new Float32Array(2) }) };
    const run = signaturesOf(prompt);
    expect(run.of('a')).toBe(run.of('b'));
    expect(run.of('a')).not.toBe(run.of('c'));
    expect(run.of('a')).not.toBe(signaturesOf(prompt).of('a'));
  });

  it('find opaque values inside plain objects', () => {
    const latent = { samples: { data: new Float32Array(1), dims: [1] } };
    expect(signature({ latent })).not.toBe(signature({ latent }));
  });

  it('survive links to missing nodes and cycles without matching anything', () => {
    const missing = { a: node({ in: ['gone', 0] }) };
    expect(signaturesOf(missing).of('a')).not.toBe(signaturesOf(missing).of('a'));
    const cycle = { a: node({ in: ['b', 0] }), b: node({ in: ['a', 0] }), c: node({ in: ['c', 0] }) };
    const run = signaturesOf(cycle);
    expect(new Set([run.of('a'), run.of('b'), run.of('c')]).size).toBe(3);
  });

  it('survive values that contain themselves', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(signature({ loop })).not.toBe(signature({ loop }));
  });

  it('take a chain of 20,000 nodes and ids such as __proto__', () => {
    const prompt = parseLossless('{"__proto__": {"class_type": "A", "inputs": {}}}') as unknown as Prompt;
    let previous = '__proto__';
    for (let n = 0; n < 20_000; n++) {
      prompt[`n${n}`] = node({ in: [previous, 0] });
      previous = `n${n}`;
    }
    expect(signaturesOf(prompt).of(previous)).toBe(signaturesOf(prompt).of(previous));
  });
});

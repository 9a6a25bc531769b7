import { describe, expect, it } from 'vitest';
import { ExecutionError } from '../errors.ts';
import { ClassicCache } from './classic-cache.ts';
import { createCache } from './create-cache.ts';
import { LruCache } from './lru-cache.ts';
import { NoCache } from './no-cache.ts';
import { NodeStates } from './node-states.ts';
import { RamCache } from './ram-cache.ts';
import type { CacheScope, NodeResultRecord, ResultCache } from './result-cache.ts';
import { sizeOfValue } from './value-size.ts';

const record = (bytes = 1): NodeResultRecord => ({ outputs: [[new Uint8Array(bytes)]], ui: null });
const identities = (ids: readonly string[]) => ids.map(id => ({ id, classType: 'A' }));

/** A run whose node ids are its signatures. */
function begin(cache: ResultCache, ...ids: string[]): CacheScope {
  return cache.beginRun(identities(ids), new Set(ids));
}

function fill(cache: ResultCache, scope: CacheScope, ...ids: string[]): void {
  for (const signature of ids) cache.set({ signature, scope }, record());
}

const kept = (cache: ResultCache, scope: CacheScope, ...ids: string[]) =>
  ids.filter(signature => cache.get({ signature, scope }) !== undefined);

describe('ClassicCache', () => {
  it('keeps exactly the results of the current prompt', () => {
    const cache = new ClassicCache();
    fill(cache, begin(cache, 'a', 'b'), 'a', 'b');
    const scope = begin(cache, 'b', 'c');
    expect(kept(cache, scope, 'a', 'b', 'c')).toEqual(['b']);
  });

  it('keeps the nodes of an expansion while the expanding node stays', () => {
    const cache = new ClassicCache();
    const parent = { id: 'p', classType: 'A' };
    const inner = cache.expand(parent, begin(cache, 'p'), identities(['x']), new Set(['x']));
    fill(cache, inner, 'x');
    const again = cache.expand(parent, begin(cache, 'p'), identities(['x', 'y']), new Set(['x', 'y']));
    expect(kept(cache, again, 'x', 'y')).toEqual(['x']);
    begin(cache, 'other');
    const late = cache.expand(parent, begin(cache, 'p'), identities(['x']), new Set(['x']));
    expect(kept(cache, late, 'x')).toEqual([]);
  });

  it('does not mix nodes of different expansions', () => {
    const cache = new ClassicCache();
    const root = begin(cache, 'p', 'q');
    fill(cache, cache.expand({ id: 'p', classType: 'A' }, root, identities(['x']), new Set(['x'])), 'x');
    const other = cache.expand({ id: 'q', classType: 'A' }, root, identities(['x']), new Set(['x']));
    expect(kept(cache, other, 'x')).toEqual([]);
    expect(kept(cache, root, 'x')).toEqual([]);
  });

  it('forgets everything when it is cleared', () => {
    const cache = new ClassicCache();
    const scope = begin(cache, 'a');
    fill(cache, scope, 'a');
    cache.clear();
    expect(kept(cache, begin(cache, 'a'), 'a')).toEqual([]);
  });
});

describe('LruCache', () => {
  it('finds results of earlier prompts again', () => {
    const cache = new LruCache(100);
    fill(cache, begin(cache, 'a'), 'a');
    fill(cache, begin(cache, 'b'), 'b');
    expect(kept(cache, begin(cache, 'a'), 'a', 'b')).toEqual(['a', 'b']);
  });

  it('drops whole generations, the least recently used first', () => {
    const cache = new LruCache(3);
    fill(cache, begin(cache, 'a', 'b'), 'a', 'b');
    fill(cache, begin(cache, 'c', 'd'), 'c', 'd');
    // Four results are one too many: both of the first prompt go.
    const scope = begin(cache, 'z');
    expect(kept(cache, scope, 'a', 'b', 'c', 'd')).toEqual(['c', 'd']);
  });

  it('counts a result as used when its node is in the prompt again', () => {
    const cache = new LruCache(2);
    fill(cache, begin(cache, 'a'), 'a');
    fill(cache, begin(cache, 'b'), 'b');
    fill(cache, begin(cache, 'a', 'c'), 'c');
    const scope = begin(cache, 'z');
    expect(kept(cache, scope, 'a', 'b', 'c')).toEqual(['a', 'c']);
  });

  it('never drops what the current prompt uses, even beyond its size', () => {
    const cache = new LruCache(1);
    const scope = begin(cache, 'a', 'b', 'c');
    fill(cache, scope, 'a', 'b', 'c');
    expect(kept(cache, begin(cache, 'a', 'b', 'c'), 'a', 'b', 'c')).toEqual(['a', 'b', 'c']);
  });

  it('makes room after an expansion', () => {
    const cache = new LruCache(1);
    fill(cache, begin(cache, 'a'), 'a');
    const root = begin(cache, 'p');
    fill(cache, root, 'p');
    const scope = cache.expand({ id: 'p', classType: 'A' }, root, identities(['x']), new Set(['x']));
    expect(kept(cache, scope, 'a', 'p')).toEqual(['p']);
  });
});

describe('NoCache', () => {
  it('keeps nothing', () => {
    const cache = new NoCache();
    cache.set();
    expect([cache.usesSignatures, cache.get(), cache.relieve().size]).toEqual([false, undefined, 0]);
  });
});

describe('RamCache', () => {
  const MIB = 1024 ** 2;

  function ramCache(available: number, active = 100, inactive = 1000): RamCache {
    return new RamCache({
      kind: 'ram',
      activeHeadroomBytes: active,
      inactiveHeadroomBytes: inactive,
      availableBytes: () => available,
    });
  }

  it('keeps everything while there is memory', () => {
    const cache = ramCache(2000);
    fill(cache, begin(cache, 'a'), 'a');
    const scope = begin(cache, 'b');
    expect(cache.relieve().size).toBe(0);
    expect(kept(cache, scope, 'a')).toEqual(['a']);
  });

  it('gives up results of other prompts first', () => {
    const cache = ramCache(500);
    fill(cache, begin(cache, 'a'), 'a');
    const scope = begin(cache, 'b');
    fill(cache, scope, 'b');
    expect(cache.relieve().size).toBe(0);
    expect(kept(cache, scope, 'a', 'b')).toEqual(['b']);
  });

  it('gives up no more than it must, the largest for its age first', () => {
    const cache = ramCache(1000 - 50);
    const old = begin(cache, 'old', 'big');
    cache.set({ signature: 'old', scope: old }, record(40));
    cache.set({ signature: 'big', scope: old }, record(60));
    const scope = begin(cache, 'now');
    cache.relieve();
    expect(kept(cache, scope, 'old', 'big')).toEqual(['old']);
  });

  it('gives up results of the running prompt when it must, and says which', () => {
    const cache = ramCache(0, 600 * MIB);
    const scope = begin(cache, 'small', 'large');
    const small = { outputs: [['x']], ui: null };
    const large = { outputs: [[{ data: new Float32Array(0), buffer: new ArrayBuffer(600 * MIB) }]], ui: null };
    cache.set({ signature: 'small', scope }, small);
    cache.set({ signature: 'large', scope }, large);
    expect([...cache.relieve()]).toEqual([large]);
    expect(kept(cache, scope, 'small', 'large')).toEqual(['small']);
  });

  it('reads the memory of the machine by default', () => {
    const cache = new RamCache({ kind: 'ram', inactiveHeadroomBytes: 0, activeHeadroomBytes: 0 });
    const scope = begin(cache, 'a');
    fill(cache, scope, 'a');
    cache.relieve();
    expect(kept(cache, scope, 'a')).toEqual(['a']);
  });
});

describe('createCache', () => {
  it.each([0, -1, 1.5, Number.NaN])('refuses an LRU cache of size %s', size => {
    expect(() => createCache({ kind: 'lru', size })).toThrow(ExecutionError);
  });
});

describe('NodeStates', () => {
  const node = { id: 'a.0.0.1', classType: 'A' };

  it('gives a node the same state while its root stays in the prompts', () => {
    const states = new NodeStates(0);
    states.beginRun(() => true);
    const first = states.get(node, 'a', () => ({}));
    states.beginRun(id => id === 'a');
    expect(states.get(node, 'a', () => ({}))).toBe(first);
    states.beginRun(() => false);
    expect(states.get(node, 'a', () => ({}))).not.toBe(first);
  });

  it('keeps states of nodes by id and class', () => {
    const states = new NodeStates(0);
    const [a, b, c] = [node, { ...node, classType: 'B' }, { ...node, id: 'b' }].map(n =>
      states.get(n, 'a', () => ({})),
    );
    expect(new Set([a, b, c]).size).toBe(3);
    states.clear();
    expect(states.get(node, 'a', () => ({}))).not.toBe(a);
  });

  it('keeps unused states for the runs it was told', () => {
    const states = new NodeStates(2);
    const first = states.get(node, 'a', () => ({}));
    for (let run = 0; run < 2; run++) states.beginRun(() => false);
    expect(states.get(node, 'a', () => ({}))).toBe(first);
    for (let run = 0; run < 3; run++) states.beginRun(() => false);
    expect(states.get(node, 'a', () => ({}))).not.toBe(first);
  });
});

describe('sizeOfValue', () => {
  it('counts typed arrays, texts and numbers wherever they are', () => {
    expect(
      sizeOfValue([[{ samples: { data: new Float32Array(10), dims: [10] } }], 'abc', 5n, new Map([['k', 1]])]),
    ).toBe(40 + 8 + 6 + 8 + 8);
  });

  it('counts what appears several times once, and views of one buffer too', () => {
    const buffer = new ArrayBuffer(100);
    const view = new Uint8Array(buffer, 0, 10);
    expect(sizeOfValue([view, view, new Uint8Array(buffer), buffer])).toBe(100);
  });

  it('survives cycles, functions and null', () => {
    const loop: unknown[] = [null, () => undefined, undefined];
    loop.push(loop);
    expect(sizeOfValue(loop)).toBe(0);
  });
});

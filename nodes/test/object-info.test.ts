// The catalogue against an excerpt of the reference's /object_info: names, order, types, defaults, ranges, categories and flags
// are equal; texts are our own; option lists of samplers hold what is implemented, in the reference's order.
import { readdirSync, readFileSync } from 'node:fs';
import { describeNode } from '@snug/execution';
import { isJsonObject, type JsonObject, type JsonValue, parseLossless, stringifyLossless } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { builtinPack } from '../src/index.ts';
import { createMemoryFiles } from './memory-files.ts';
import { createNodeBench } from './node-bench.ts';

/** One excerpt per family of nodes. */
const folder = new URL('golden/', import.meta.url);
const golden: Record<string, JsonObject> = Object.assign(
  {},
  ...readdirSync(folder)
    .filter(name => /^object-info.*\.json$/.test(name))
    .map(name => parseLossless(readFileSync(new URL(name, folder), 'utf8'))),
);

const bench = createNodeBench({
  files: createMemoryFiles({ 'input//example.png': new Uint8Array(), 'input//notes.txt': new Uint8Array() }),
  models: { checkpoints: { 'sd15-random-fp16.safetensors': '/sd15' } },
});

const infoOf = (classType: string): JsonObject => describeNode(bench.node(classType), bench.env).objectInfo;

/** Keys that the recorded version did not know yet. */
const NEWER_KEYS = [
  ...['is_input_list', 'search_aliases', 'has_intermediate_output'],
  ...['output_matchtypes', 'dev_only', 'price_badge', 'essentials_category'],
];

/** Texts become a placeholder where there is one; lists of samplers and schedulers are compared apart. */
function comparable(value: JsonValue, key = ''): JsonValue {
  if (['tooltip', 'description'].includes(key)) return value === '' ? '' : '<text>';
  if (['sampler_name', 'scheduler'].includes(key) && Array.isArray(value))
    return ['<list>', ...value.slice(1)].map(v => comparable(v as JsonValue));
  if (key === 'output_tooltips' && Array.isArray(value)) return value.map(() => '<text>');
  if (Array.isArray(value)) return value.map(item => comparable(item));
  if (!isJsonObject(value)) return value;
  const members = Object.keys(value).filter(name => !NEWER_KEYS.includes(name));
  return Object.fromEntries(members.map(name => [name, comparable(value[name] as JsonValue, name)]));
}

describe('the built-in nodes', () => {
  it('hold those of the excerpts, in the order of the reference', () => {
    const order = [
      'KSampler',
      'CheckpointLoaderSimple',
      'CLIPTextEncode',
      'CLIPSetLastLayer',
      'VAEDecode',
      'VAEEncode',
    ];
    const names = builtinPack.nodes.map(node => node.id);
    expect(names.slice(0, order.length)).toEqual(order);
    expect(names).toEqual(expect.arrayContaining(Object.keys(golden)));
  });

  it.each(Object.keys(golden))('%s is described as in the reference', classType => {
    const recorded = golden[classType] as JsonObject;
    // Where the reference has no name to show, it is the class, as front ends do it.
    const expected = comparable({ ...recorded, display_name: recorded['display_name'] ?? classType });
    expect(stringifyLossless(comparable(infoOf(classType)))).toBe(stringifyLossless(expected));
  });

  it.each(['sampler_name', 'scheduler'])('offer only implemented names of %s, in the order of the reference', name => {
    const listOf = (info: JsonObject | undefined): string[] => {
      const input = info?.['input'] as unknown as { required: Record<string, [string[]]> };
      return input.required[name]?.[0] ?? [];
    };
    const offered = listOf(infoOf('KSampler'));
    expect(offered).toEqual(listOf(golden['KSampler']).filter(entry => offered.includes(entry)));
    expect(offered.length).toBeGreaterThanOrEqual(7);
  });
});

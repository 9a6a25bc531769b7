import { describe, expect, it } from 'vitest';
import { defineNode } from '../contract/define-node.ts';
import { autogrow, dynamicCombo, dynamicGroup, dynamicSlot } from '../contract/dynamic-input-builders.ts';
import { float, image, int } from '../contract/input-builders.ts';
import type { InputSpecs } from '../contract/input-spec.ts';
import { callArguments } from '../run/call-arguments.ts';
import { expandDynamicInputs } from './dynamic-inputs.ts';
import { describeNode } from './node-description.ts';
import { shapeOf } from './node-shape.ts';

function nodeOf(inputs: InputSpecs) {
  const definition = defineNode({ id: 'D', wire: 'v3', inputs, outputs: [], execute: () => undefined });
  return { definition, packName: 'p', pythonModule: 'nodes' };
}

function expand(inputs: InputSpecs, sent: Record<string, unknown>) {
  const { inputs: expanded } = expandDynamicInputs(describeNode(nodeOf(inputs), {} as never).inputs, sent);
  return expanded.map(({ name, type, group }) => `${name}: ${String(type)} (${group})`);
}

function argumentsFor(inputs: InputSpecs, sent: Record<string, unknown>, tellsNames = false) {
  const args = callArguments(Object.entries(sent), shapeOf(nodeOf(inputs), {} as never), sent, tellsNames);
  return JSON.parse(JSON.stringify(args));
}

const row = { images: autogrow(image(), { prefix: 'image', min: 1, max: 3 }) };
const nested = {
  mode: dynamicCombo({
    size: { width: int(), extra: autogrow(float(), { names: ['x', 'y'], min: 0 }) },
    none: {},
  }),
};
const slot = { style: dynamicSlot(image(), { strength: float() }, { optional: true }) };
const group = { rows: dynamicGroup({ weight: float(), label: int({ optional: true }) }, { min: 1, max: 4 }) };

describe('expandDynamicInputs', () => {
  it('grows a row by what is sent, with the first ones required', () => {
    expect(expand(row, {})).toEqual(['images.image0: IMAGE (required)']);
    expect(expand(row, { 'images.image2': 1, 'images.image9': 1 })).toEqual([
      'images.image0: IMAGE (required)',
      'images.image2: IMAGE (optional)',
    ]);
  });

  it('requires nothing of an optional row', () => {
    expect(expand({ images: autogrow(image({ optional: true }), { prefix: 'i' }) }, {})).toEqual([]);
    expect(expand({ images: autogrow(image(), { prefix: 'i' }, { optional: true }) }, {})).toEqual([]);
  });

  it('brings the fields of the chosen option, dynamic ones included', () => {
    expect(expand(nested, { mode: 'size', 'mode.extra.y': 1 })).toEqual([
      'mode: COMFY_DYNAMICCOMBO_V3 (required)',
      'mode.width: INT (required)',
      'mode.extra.y: FLOAT (optional)',
    ]);
    expect(expand(nested, { mode: 'none' })).toEqual(['mode: COMFY_DYNAMICCOMBO_V3 (required)']);
    expect(expand(nested, { mode: 'else' })).toEqual(['mode: COMFY_DYNAMICCOMBO_V3 (required)']);
  });

  it('brings the fields of a slot only when it is linked', () => {
    expect(expand(slot, {})).toEqual(['style: IMAGE (optional)']);
    expect(expand(slot, { style: ['1', 0] })).toEqual(['style: IMAGE (optional)', 'style.strength: FLOAT (required)']);
  });

  it('has as many rows of a group as are sent or required', () => {
    expect(expand(group, {})).toEqual(['rows.0.weight: FLOAT (required)', 'rows.0.label: INT (optional)']);
    expect(expand(group, { 'rows.1.weight': 1 })).toHaveLength(4);
  });
});

describe('callArguments', () => {
  it('gives the members of a row as an object, empty when none is sent', () => {
    expect(argumentsFor(row, { 'images.image0': 'a', 'images.image2': 'b' })).toEqual({
      images: { image0: 'a', image2: 'b' },
    });
    expect(argumentsFor(row, {})).toEqual({ images: {} });
  });

  it('gives the chosen key under its own name beside the fields', () => {
    expect(argumentsFor(nested, { mode: 'size', 'mode.width': 8, 'mode.extra.x': 1 })).toEqual({
      mode: { mode: 'size', width: 8, extra: { x: 1 } },
    });
    expect(argumentsFor(slot, { style: 'image', 'style.strength': 1 })).toEqual({
      style: { style: 'image', strength: 1 },
    });
    expect(argumentsFor(slot, {})).toEqual({});
  });

  it('gives rows as an array', () => {
    expect(argumentsFor(group, { 'rows.0.weight': 1, 'rows.1.weight': 2, 'rows.1.label': 3 })).toEqual({
      rows: [{ weight: 1 }, { weight: 2, label: 3 }],
    });
  });

  it('tells lazy checks the full names of members', () => {
    expect(argumentsFor(row, { 'images.image0': null }, true)).toEqual({ images: { image0: [null, 'images.image0'] } });
  });

  it('leaves the dots of ordinary inputs alone', () => {
    expect(argumentsFor(row, { 'a.b': 1 })).toEqual({ 'a.b': 1, images: {} });
    expect(argumentsFor({ 'a.b': int() }, { 'a.b': 1 })).toEqual({ 'a.b': 1 });
  });

  it('takes __proto__ as an ordinary name', () => {
    const args = callArguments([['__proto__', 1]], shapeOf(nodeOf({}), {} as never), {});
    expect(Object.keys(args)).toEqual(['__proto__']);
  });
});

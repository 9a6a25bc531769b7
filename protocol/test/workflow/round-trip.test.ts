// Property: a random prompt, drawn as an editor's workflow with detours on its links, converts back to itself.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isJsonObject,
  JsonFloat,
  type JsonObject,
  type JsonValue,
  type Link,
  stringifyLossless,
} from '../../src/index.ts';
import { catalogue } from './node-catalogue.ts';
import { convert, type NodeSketch, type SlotSketch, subgraph, workflow, workflowV1 } from './workflow-fixture.ts';

const CLASSES = [
  'Loader',
  'Encode',
  'Empty',
  'Sampler',
  'Decode',
  'SaveImage',
  'LoadImage',
  'Blend',
  'Number',
  'Forced',
];
const DETOURS = ['none', 'reroute', 'set-get', 'bypass', 'subgraph'] as const;
type Detour = (typeof DETOURS)[number];

/** How one node of the prompt is drawn from random numbers. */
interface Draft {
  readonly classType: string;
  readonly numbers: readonly number[];
  readonly text: string;
  readonly detours: readonly Detour[];
}

const draft: fc.Arbitrary<Draft> = fc.record({
  classType: fc.constantFrom(...CLASSES),
  numbers: fc.array(fc.nat(1000), { minLength: 10, maxLength: 10 }),
  text: fc.stringMatching(/^[^{}/%\\]{0,12}$/),
  detours: fc.array(fc.constantFrom(...DETOURS), { minLength: 10, maxLength: 10 }),
});

interface DeclaredInput {
  readonly name: string;
  readonly type: string;
  readonly options: JsonObject;
  readonly choices: readonly JsonValue[];
  readonly isWidget: boolean;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function inputsOfClass(classType: string): DeclaredInput[] {
  const entry = objectOf(catalogue[classType]);
  return ['required', 'optional'].flatMap(group => {
    const specs = objectOf(objectOf(entry['input'])[group]);
    const order = objectOf(entry['input_order'])[group] as string[] | undefined;
    return (order ?? []).map((name): DeclaredInput => {
      const [declared, given] = specs[name] as [JsonValue, JsonValue];
      const options = objectOf(given);
      const choices = Array.isArray(declared) ? declared : ((options['options'] ?? []) as JsonValue[]);
      const type = Array.isArray(declared) ? 'COMBO' : String(declared);
      const isWidget = ['INT', 'FLOAT', 'STRING', 'BOOLEAN', 'COMBO'].includes(type) && options['forceInput'] !== true;
      return { name, type, options, choices, isWidget };
    });
  });
}

const outputsOfClass = (classType: string) => objectOf(catalogue[classType])['output'] as string[] | undefined;

function widgetValue(input: DeclaredInput, number: number, text: string): JsonValue {
  if (input.type === 'COMBO') return input.choices[number % input.choices.length] ?? null;
  if (input.type === 'STRING') return text;
  if (input.type === 'BOOLEAN') return number % 2 === 0;
  if (input.type === 'FLOAT') return number % 2 === 0 ? new JsonFloat(number) : number + 0.5;
  return number % 3 === 0 ? 2n ** 60n + BigInt(number) : number;
}

/** The prompt, and the workflow that shows it. */
function draw(drafts: readonly Draft[]): { prompt: JsonObject; nodes: NodeSketch[]; definitions: JsonObject } {
  const prompt: JsonObject = {};
  const nodes: NodeSketch[] = [];
  const subgraphs: JsonValue[] = [];
  const made: { id: number; classType: string }[] = [];
  let nextId = 1000;

  /** Puts something between a source and its consumer. */
  const detour = (kind: Detour, type: string, from: Link): readonly [number | string, number] => {
    const source = [from[0], from[1]] as const;
    const id = nextId++;
    if (kind === 'reroute') nodes.push({ id, type: 'Reroute', in: [['', '*', source]], out: [type] });
    else if (kind === 'bypass') nodes.push({ id, type: 'Odd', mode: 4, in: [['any', type, source]], out: [type] });
    else if (kind === 'set-get') {
      nodes.push({ id: nextId++, type: 'SetNode', in: [['v', '*', source]], out: ['*'], values: [`name ${id}`] });
      nodes.push({ id, type: 'GetNode', out: [type], values: [`name ${id}`] });
    } else if (kind === 'subgraph') {
      subgraphs.push(subgraph(`sub-${id}`, ['through'], { nodes: [], outputs: [[-10, 0]] }));
      nodes.push({ id, type: `sub-${id}`, in: [['through', type, source]], out: [type] });
    } else return source;
    return [id, 0];
  };

  for (const [index, { classType, numbers, text, detours }] of drafts.entries()) {
    const id = index + 1;
    const widgets: JsonObject = {};
    const links: JsonObject = {};
    const values: JsonValue[] = [];
    const slots: SlotSketch[] = [];
    for (const [position, input] of inputsOfClass(classType).entries()) {
      const number = numbers[position] ?? 0;
      const sources = made.flatMap(({ id: sourceId, classType: sourceClass }) =>
        (outputsOfClass(sourceClass) ?? []).flatMap((type, slot): Link[] =>
          type === input.type ? [[String(sourceId), slot]] : [],
        ),
      );
      // Sockets are connected when possible, widgets now and then.
      const link = !input.isWidget || number % 4 === 0 ? sources[number % Math.max(sources.length, 1)] : undefined;
      if (link !== undefined) (input.isWidget ? widgets : links)[input.name] = [link[0], link[1]];
      if (input.isWidget) {
        const value = widgetValue(input, number, text);
        if (link === undefined) widgets[input.name] = value;
        values.push(value);
        if (input.options['control_after_generate'] === true) values.push('randomize');
        if (input.options['image_upload'] === true) values.push('image');
      }
      if (link !== undefined || !input.isWidget || number % 2 === 0) {
        const from = link && detour(detours[position] ?? 'none', input.type, link);
        slots.push([input.name, input.type, from, input.isWidget]);
      }
    }
    prompt[id] = { inputs: { ...widgets, ...links }, class_type: classType, _meta: { title: text } };
    nodes.push({ id, type: classType, in: slots, out: outputsOfClass(classType) ?? [], values, title: text });
    made.push({ id, classType });
  }
  return { prompt, nodes, definitions: { subgraphs } };
}

test.each([
  ['0.4', workflow],
  ['1.0', workflowV1],
])('a prompt drawn as a workflow of schema %s converts back to itself', (_, document) => {
  fc.assert(
    fc.property(fc.array(draft, { maxLength: 12 }), drafts => {
      const { prompt, nodes, definitions } = draw(drafts);
      const conversion = convert(document({ nodes }, { definitions }));
      expect(conversion.problems).toEqual([]);
      expect(stringifyLossless(conversion.prompt)).toBe(stringifyLossless(prompt));
    }),
  );
});

test('no document makes the conversion throw', () => {
  const word = fc.constantFrom(
    'nodes',
    'links',
    'id',
    'type',
    'inputs',
    'outputs',
    'link',
    'mode',
    'widget',
    'name',
    'Number',
    'Reroute',
    'SetNode',
    'workflow>x',
    'definitions',
    'subgraphs',
    'extra',
    'groupNodes',
    'widgets_values',
    'properties',
    '__proto__',
    '-10',
    '1',
  );
  const { value } = fc.letrec<{ value: JsonValue }>(tie => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<JsonValue>(
        null,
        true,
        0,
        1,
        2,
        4,
        -10,
        -20,
        2n ** 64n,
        new JsonFloat(1),
        Number.NaN,
        'Number',
        'x',
      ),
      word,
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(word, tie('value'), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 6 }), value, value, value, (nodes, links, definitions, extra) => {
      const conversion = convert({ nodes, links, definitions, extra } as JsonObject);
      expect(conversion.ok).toBe(conversion.problems.every(({ severity }) => severity === 'warning'));
      expect(() => stringifyLossless(conversion.prompt)).not.toThrow();
    }),
    { numRuns: 1000 },
  );
});

// Inputs that depend on what a prompt sends (spec node-contract.md 2.2): a growing row of sockets, fields that belong to
// the chosen option, rows of fields. They travel as dotted names (`images.image0`). Before validation, collection and
// lazy lookup a declaration is expanded against the names that were sent; just before a call the dotted names become
// one object again (`run/call-arguments.ts`).
import { isJsonObject, type JsonObject, type JsonValue, orderedEntries } from '@snug/protocol';
import type { InputDescription } from './node-description.ts';

const AUTOGROW = 'COMFY_AUTOGROW_V3';
const DYNAMIC_COMBO = 'COMFY_DYNAMICCOMBO_V3';
const DYNAMIC_SLOT = 'COMFY_DYNAMICSLOT_V3';
const DYNAMIC_GROUP = 'COMFY_DYNAMICGROUP_V3';

const MAX_AUTOGROW_NAMES = 100;
const MAX_GROUP_ROWS = 20;

/** Nesting deeper than this is taken for a malformed declaration. */
const MAX_DEPTH = 16;

/** Inputs as sent: only presence matters, and the chosen key of a dynamic combo. */
export type SentInputs = Readonly<Record<string, unknown>>;

/** A dynamic input that the prompt sends in a way the declaration forbids. */
export interface DynamicInputProblem {
  readonly inputName: string;
  readonly details: string;
}

/**
 * How the values under a dotted name reach a node: `dict` as an object of the members, `keyed` as such an object with the
 * own value under the input's own name, `rows` as an array of rows.
 */
export type ContainerKind = 'dict' | 'keyed' | 'rows';

export interface ExpandedInputs {
  readonly inputs: readonly InputDescription[];
  /** Dynamic inputs by full name, outer ones first. */
  readonly containers: ReadonlyMap<string, ContainerKind>;
  readonly problem: DynamicInputProblem | null;
}

/** True for an input that must be expanded. */
export function hasDynamicType(input: Pick<InputDescription, 'type'>): boolean {
  return typeof input.type === 'string' && EXPANDERS.has(input.type);
}

/** Replaces dynamic inputs by the inputs they stand for; the dynamic input itself stays where it takes a value. */
export function expandDynamicInputs(declared: readonly InputDescription[], sent: SentInputs): ExpandedInputs {
  const expansion = new Expansion(sent);
  for (const input of declared) expansion.add(input, 0);
  return expansion;
}

type Expander = (input: InputDescription, expansion: Expansion, depth: number) => void;

class Expansion implements ExpandedInputs {
  readonly inputs: InputDescription[] = [];
  readonly containers = new Map<string, ContainerKind>();
  readonly sent: SentInputs;
  readonly sentNames: readonly string[];
  problem: DynamicInputProblem | null = null;

  constructor(sent: SentInputs) {
    this.sent = sent;
    this.sentNames = Object.keys(sent);
  }

  add(input: InputDescription, depth: number): void {
    const expander = typeof input.type === 'string' ? EXPANDERS.get(input.type) : undefined;
    if (expander === undefined) this.inputs.push(input);
    else if (depth < MAX_DEPTH) expander(input, this, depth + 1);
    else this.fail(input.name, 'the declaration is nested too deeply');
  }

  /** Adds the fields of `{required, optional}` under a prefix. */
  addFields(prefix: string, groups: JsonValue | undefined, depth: number): void {
    for (const field of fieldsOf(groups)) this.add({ ...field, name: `${prefix}.${field.name}` }, depth);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.sent, name);
  }

  hasUnder(prefix: string): boolean {
    return this.sentNames.some(name => name.startsWith(prefix));
  }

  fail(inputName: string, details: string): void {
    this.problem ??= { inputName, details };
  }
}

const EXPANDERS: ReadonlyMap<string, Expander> = new Map<string, Expander>([
  [AUTOGROW, expandAutogrow],
  [DYNAMIC_COMBO, expandDynamicCombo],
  [DYNAMIC_SLOT, expandDynamicSlot],
  [DYNAMIC_GROUP, expandDynamicGroup],
]);

/** The first `min` names are required unless the template is optional; of the others those that were sent count. */
function expandAutogrow(input: InputDescription, expansion: Expansion, depth: number): void {
  expansion.containers.set(input.name, 'dict');
  const template = objectAt(input.options, 'template');
  const [field] = fieldsOf(template['input']);
  if (field === undefined) return;
  const names = autogrowNames(template);
  const required = field.group === 'optional' || input.group === 'optional' ? 0 : numberAt(template, 'min', 0);
  for (const [index, member] of names.entries()) {
    const name = `${input.name}.${member}`;
    const group = index < required ? 'required' : 'optional';
    if (index < required || expansion.has(name) || expansion.hasUnder(`${name}.`)) {
      expansion.add({ ...field, name, group }, depth);
    }
  }
}

function autogrowNames(template: JsonObject): string[] {
  const names = template['names'];
  if (Array.isArray(names)) return names.slice(0, MAX_AUTOGROW_NAMES).map(String);
  const count = Math.min(numberAt(template, 'max', MAX_AUTOGROW_NAMES), MAX_AUTOGROW_NAMES);
  return Array.from({ length: count }, (_, index) => `${String(template['prefix'] ?? '')}${index}`);
}

/** An unknown key adds no fields and is no error. */
function expandDynamicCombo(input: InputDescription, expansion: Expansion, depth: number): void {
  expansion.containers.set(input.name, 'keyed');
  expansion.inputs.push(input);
  const options = input.options['options'];
  if (!Array.isArray(options)) return;
  const chosen = options.find(option => isJsonObject(option) && option['key'] === expansion.sent[input.name]);
  if (isJsonObject(chosen)) expansion.addFields(input.name, chosen['inputs'], depth);
}

function expandDynamicSlot(input: InputDescription, expansion: Expansion, depth: number): void {
  expansion.containers.set(input.name, 'keyed');
  const slotType = input.options['slotType'];
  expansion.inputs.push({ ...input, type: typeof slotType === 'string' ? slotType : '*' });
  if (expansion.has(input.name)) expansion.addFields(input.name, input.options['inputs'], depth);
}

function expandDynamicGroup(input: InputDescription, expansion: Expansion, depth: number): void {
  expansion.containers.set(input.name, 'rows');
  const min = numberAt(input.options, 'min', 0);
  const max = Math.min(numberAt(input.options, 'max', MAX_GROUP_ROWS), MAX_GROUP_ROWS);
  const rows = sentRows(input.name, expansion.sentNames);
  const highest = Math.max(-1, ...rows);
  if (highest >= max) {
    expansion.fail(input.name, `${input.name} has row ${highest}, but at most ${max} rows are allowed`);
    return;
  }
  for (let row = 0; row <= Math.max(highest, min - 1); row++) {
    expansion.containers.set(`${input.name}.${row}`, 'dict');
    expansion.addFields(`${input.name}.${row}`, input.options['template'], depth);
  }
}

function sentRows(group: string, names: readonly string[]): number[] {
  const rows: number[] = [];
  for (const name of names) {
    if (!name.startsWith(`${group}.`)) continue;
    const row = Number(name.slice(group.length + 1).split('.', 1)[0]);
    if (Number.isInteger(row) && row >= 0) rows.push(row);
  }
  return rows;
}

/** Members of `{required: {name: [type, options]}, optional: {...}}` as inputs. */
function fieldsOf(groups: JsonValue | undefined): InputDescription[] {
  if (!isJsonObject(groups)) return [];
  const fields: InputDescription[] = [];
  for (const group of ['required', 'optional'] as const) {
    const entries = groups[group];
    if (!isJsonObject(entries)) continue;
    for (const [name, entry] of orderedEntries(entries)) {
      if (!Array.isArray(entry)) continue;
      const [type, options] = entry;
      if (typeof type !== 'string' && !Array.isArray(type)) continue;
      fields.push({ name, type, options: isJsonObject(options) ? options : {}, group });
    }
  }
  return fields;
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

function numberAt(object: JsonObject, key: string, fallback: number): number {
  const value = object[key];
  return typeof value === 'number' ? value : fallback;
}

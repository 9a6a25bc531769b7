// Gives a node's stored widget values the names of its inputs (spec files.md 8.2). Files store them by name or, mostly, as a
// bare list in the order of the class's widgets, interspersed with entries of helper widgets that no prompt contains. Which
// helpers a list holds depends on the editor that wrote it; its length tells.
import { isJsonObject, type JsonObject, type JsonValue } from '../lossless-json/json-value.ts';
import { orderedKeys } from '../lossless-json/key-order.ts';
import { stringifyLossless } from '../lossless-json/stringify-lossless.ts';
import {
  companionCount,
  defaultValue,
  hasWidget,
  isControlMode,
  isForcedWidget,
  isWidgetType,
  misfit,
  uploadEntryCount,
  widgetTypeOf,
} from './input-widget.ts';
import { type NodeClass, type NodeInput, readInputs } from './node-class.ts';
import { member, type WorkflowNode } from './workflow-document.ts';
import type { ProblemList } from './workflow-problem.ts';

/** A widget that goes into the prompt, with its value; `input` is undefined for names that the class does not declare. */
export interface NamedWidget {
  readonly value: JsonValue;
  readonly input: NodeInput | undefined;
}

export type NamedWidgets = ReadonlyMap<string, NamedWidget>;

export interface WidgetContext {
  /** Execution id, for problems. */
  readonly id: string;
  readonly problems: ProblemList;
}

/** Names every widget value of a node of a known class, in the order of its inputs. */
export function nameWidgetValues(node: WorkflowNode, nodeClass: NodeClass, context: WidgetContext): NamedWidgets {
  const named = node.namedValues;
  const walk = named === undefined ? walkPositions(node, nodeClass) : walkNames(node, nodeClass, named);
  if (named === undefined) reportLength(node, walk, context);
  for (const [name, { value, input }] of walk.widgets) {
    const expected = input === undefined || walk.linked.has(name) ? undefined : misfit(input, value);
    if (expected === undefined) continue;
    const details = { node: context.id, type: node.type, input: name, expected, value: stringifyLossless(value) };
    context.problems.add('WIDGET_VALUE_MISFIT', details);
  }
  // Some packs let the user add widgets; only nodes that store their values by name can say so.
  if (node.hasOwnNames && named !== undefined) addUndeclared(walk.widgets, named);
  return walk.widgets;
}

/**
 * Names the values of a node whose class is not known, as far as the file itself does: by name, or by the slots that
 * newer editors save for every widget.
 */
export function nameUnknownWidgetValues(node: WorkflowNode, context: WidgetContext): NamedWidgets {
  const widgets = new Map<string, NamedWidget>();
  if (node.namedValues !== undefined) {
    addUndeclared(widgets, node.namedValues);
    return widgets;
  }
  const { values } = node;
  const names = node.inputs.flatMap(slot => slot.widgetName ?? []);
  const own = values.filter((value, index) => index === 0 || !isControlMode(value));
  if (own.length === names.length) {
    for (const [index, name] of names.entries()) widgets.set(name, { value: own[index] ?? null, input: undefined });
  } else if (values.length > 0) {
    context.problems.add('WIDGET_VALUES_UNNAMED', { node: context.id, type: node.type, count: values.length });
  }
  return widgets;
}

/** Helper widgets of editors and packs that store their values by name. */
const UI_ONLY: ReadonlySet<string> = new Set([
  'control_after_generate',
  'control_before_generate',
  'control_filter_list',
  'upload',
  'videopreview',
]);

function addUndeclared(widgets: Map<string, NamedWidget>, named: JsonObject): void {
  for (const name of orderedKeys(named)) {
    const value = named[name];
    if (value === null || value === undefined || isJsonObject(value) || Array.isArray(value)) continue;
    if (!widgets.has(name) && !UI_ONLY.has(name)) widgets.set(name, { value, input: undefined });
  }
}

/** Where values come from, and what is done with the entries in between. */
interface ValueSource {
  /** Stored value of an input; undefined when there is none. */
  take(name: string): JsonValue | undefined;
  /** Passes over the helpers that follow an input. */
  skip(count: number, kind: 'control' | 'upload'): void;
  readonly hasForcedWidgets: boolean;
}

interface Walk {
  readonly widgets: Map<string, NamedWidget>;
  /** Inputs for which nothing was stored. */
  readonly missing: readonly string[];
  /** Inputs that take their value from elsewhere. */
  readonly linked: ReadonlySet<string>;
  /** Entries that the class accounts for. */
  readonly expected: number;
}

function walkNames(node: WorkflowNode, nodeClass: NodeClass, named: JsonObject): Walk {
  const source = { take: (name: string) => member(named, name), skip: () => undefined, hasForcedWidgets: false };
  return { ...new WidgetWalk(node, source).run(nodeClass), expected: 0 };
}

/** Tries what different editors have written, best first; a length that fits decides. */
function walkPositions(node: WorkflowNode, nodeClass: NodeClass): Walk {
  const { values } = node;
  const current = walkList(
    node,
    nodeClass,
    new ListSource(values, { areHelpersCertain: true, hasForcedWidgets: false }),
  );
  if (current.expected === values.length) return current;
  const old = walkList(node, nodeClass, new ListSource(values, { areHelpersCertain: true, hasForcedWidgets: true }));
  if (old.expected === values.length) return old;
  return walkList(node, nodeClass, new ListSource(values, { areHelpersCertain: false, hasForcedWidgets: false }));
}

function walkList(node: WorkflowNode, nodeClass: NodeClass, source: ListSource): Walk {
  return { ...new WidgetWalk(node, source).run(nodeClass), expected: source.position };
}

class ListSource implements ValueSource {
  readonly hasForcedWidgets: boolean;
  readonly #values: readonly JsonValue[];
  readonly #areHelpersCertain: boolean;
  #position = 0;

  constructor(
    values: readonly JsonValue[],
    options: { readonly areHelpersCertain: boolean; readonly hasForcedWidgets: boolean },
  ) {
    this.#values = values;
    this.#areHelpersCertain = options.areHelpersCertain;
    this.hasForcedWidgets = options.hasForcedWidgets;
  }

  /** Entries passed so far; beyond the end of the list when some are missing. */
  get position(): number {
    return this.#position;
  }

  take(): JsonValue | undefined {
    return this.#values[this.#position++];
  }

  skip(count: number, kind: 'control' | 'upload'): void {
    for (let index = 0; index < count; index++) {
      // In a list of unexpected length a helper is only passed over when it can be recognised.
      if (this.#areHelpersCertain || isHelper(this.#values[this.#position], kind, index)) this.#position += 1;
    }
  }
}

function isHelper(value: JsonValue | undefined, kind: 'control' | 'upload', index: number): boolean {
  if (kind === 'control') return index === 0 ? isControlMode(value) : value === '';
  return value === 'image' || value === 'upload' || value === '' || value === null;
}

/** One pass over the inputs of a class; the chosen options of dynamic combos bring further inputs. */
class WidgetWalk {
  readonly #node: WorkflowNode;
  readonly #source: ValueSource;
  readonly #linked: ReadonlySet<string>;
  readonly #widgetSlots: ReadonlySet<string>;
  readonly #widgets = new Map<string, NamedWidget>();
  readonly #missing: string[] = [];

  constructor(node: WorkflowNode, source: ValueSource) {
    this.#node = node;
    this.#source = source;
    this.#linked = linkedNames(node);
    const slots = new Set<string>();
    for (const { widgetName } of node.inputs) if (widgetName !== undefined) slots.add(widgetName);
    this.#widgetSlots = slots;
  }

  run({ inputs }: NodeClass): Omit<Walk, 'expected'> {
    this.#visit(inputs.filter(({ isRequired }) => isRequired));
    for (const input of inputs) this.#source.skip(uploadEntryCount(input), 'upload');
    this.#visit(inputs.filter(({ isRequired }) => !isRequired));
    return { widgets: this.#widgets, missing: this.#missing, linked: this.#linked };
  }

  #visit(inputs: readonly NodeInput[]): void {
    for (const input of inputs) {
      if (input.type.startsWith('COMFY_')) this.#visitDynamic(input);
      else if (hasWidget(input, this.#widgetSlots)) this.#visitWidget(input);
      else if (this.#source.hasForcedWidgets && isForcedWidget(input)) this.#source.take(input.name);
    }
  }

  #visitWidget(input: NodeInput): JsonValue | undefined {
    const stored = this.#source.take(input.name);
    this.#source.skip(companionCount(input), 'control');
    if (stored === undefined && !this.#linked.has(input.name)) this.#missing.push(input.name);
    const value = stored ?? defaultValue(input);
    if (value !== undefined) this.#widgets.set(input.name, { value, input });
    return value;
  }

  /** Inputs of newer nodes that grow or change with what is chosen or connected (spec http.md 8.2). */
  #visitDynamic(input: NodeInput): void {
    if (input.type === 'COMFY_DYNAMICCOMBO_V3') {
      const options = member(input.options, 'options');
      const entries = Array.isArray(options) ? options.filter(isJsonObject) : [];
      const keys = entries.flatMap(entry => member(entry, 'key') ?? []);
      const key = this.#visitWidget({ ...input, type: 'COMBO', choices: keys });
      const chosen = entries.find(entry => member(entry, 'key') === key);
      if (chosen !== undefined) this.#visit(nestedInputs(input.name, member(chosen, 'inputs')));
      return;
    }
    // Others say through the saved slots which widgets there are at the moment.
    const template = templateInput(input);
    for (const { widgetName } of this.#node.inputs) {
      if (widgetName?.startsWith(`${input.name}.`)) this.#visitWidget({ ...template, name: widgetName });
    }
    if (widgetTypeOf(input) !== input.type && isWidgetType(widgetTypeOf(input))) this.#visitWidget(input);
  }
}

/** Inputs of a chosen option, named `<input>.<sub>`. */
function nestedInputs(prefix: string, groups: JsonValue | undefined): NodeInput[] {
  return ['required', 'optional'].flatMap(group => {
    const specs = isJsonObject(groups) ? member(groups, group) : undefined;
    const inputs = isJsonObject(specs) ? readInputs(specs, undefined, group === 'required') : [];
    return inputs.map(input => ({ ...input, name: `${prefix}.${input.name}` }));
  });
}

/** What an input that grows consists of; of any type when it does not say. */
function templateInput(input: NodeInput): NodeInput {
  const template = member(input.options, 'template');
  const groups = isJsonObject(template) ? member(template, 'input') : undefined;
  return nestedInputs(input.name, groups)[0] ?? { ...input, type: '*', choices: undefined, options: {} };
}

function linkedNames({ inputs }: WorkflowNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { linkId, widgetName, name } of inputs) if (linkId !== undefined) names.add(widgetName ?? name);
  return names;
}

function reportLength(node: WorkflowNode, { expected, missing }: Walk, { id, problems }: WidgetContext): void {
  const count = node.values.length;
  const details = { node: id, type: node.type, count, expected };
  if (count > expected) problems.add('WIDGET_VALUES_MORE', details);
  else if (missing.length > 0) {
    problems.add('WIDGET_VALUES_FEWER', { ...details, inputs: missing.map(name => `"${name}"`).join(', ') });
  }
}

// From the document that an editor saves to the prompt that a server runs (spec files.md 8), as the editor itself would
// submit it: flat, widget values by name, links to the nodes that really make the values. Pure: object info comes in as data.
import { cloneJson } from '../lossless-json/clone-json.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../lossless-json/json-value.ts';
import { emptyObject, orderedObject } from '../lossless-json/key-order.ts';
import { allSteps, type Steps, stepsInSlices } from '../lossless-json/slices.ts';
import type { Prompt, PromptNode } from '../prompt.ts';
import { expandDynamicPrompt, type Random } from './dynamic-prompt.ts';
import { fillFileNameTokens, hasFileNameTokens } from './file-name-tokens.ts';
import { type FlatNode, flattenWorkflow } from './flatten-workflow.ts';
import { widgetTypeOf } from './input-widget.ts';
import { NodeClasses, type NodeInput } from './node-class.ts';
import { readWorkflow } from './read-workflow.ts';
import { LinkResolver, type Source } from './resolve-link.ts';
import { type NamedWidgets, nameUnknownWidgetValues, nameWidgetValues } from './widget-values.ts';
import { type InputSlot, member } from './workflow-document.ts';
import { ProblemList, type WorkflowProblem } from './workflow-problem.ts';

export interface ConvertWorkflowOptions {
  /** Chooses among the alternatives of `{a|b}` in texts. Default `Math.random`. */
  readonly random?: Random;
  /** What `%date:…%` in file names shows. Default: the time of the call. */
  readonly now?: Date;
  /** Limit for all nodes, subgraphs expanded. Default 200,000. */
  readonly maxNodes?: number;
}

export interface WorkflowConversion {
  /** False when a problem is an error: the prompt then lacks something that the workflow shows. */
  readonly ok: boolean;
  /** In the order in which the editor would run the nodes. */
  readonly prompt: Prompt;
  readonly problems: readonly WorkflowProblem[];
}

const DEFAULT_MAX_NODES = 200_000;
/** Far more than the longest chains of real workflows take. */
const MAX_LINK_STEPS = 1_000_000;

/**
 * Converts an editor's workflow, schema 0.4 or 1.0. Never throws for bad documents: what is wrong is listed.
 *
 * @param objectInfo the document of `GET /object_info`; read it with `parseLossless` so that defaults keep their types.
 * @example
 * const { ok, prompt, problems } = convertWorkflow(parseLossless(text), await client.objectInfo());
 */
export function convertWorkflow(
  workflow: JsonValue,
  objectInfo: JsonObject,
  options: ConvertWorkflowOptions = {},
): WorkflowConversion {
  return allSteps(conversionSteps(workflow, objectInfo, options));
}

/**
 * As `convertWorkflow`, in slices of a few milliseconds: `pause` is awaited between them. For servers, which must answer others
 * while somebody has a huge document converted.
 */
export function convertWorkflowInSlices(
  workflow: JsonValue,
  objectInfo: JsonObject,
  options: ConvertWorkflowOptions & { readonly pause: () => Promise<void> },
): Promise<WorkflowConversion> {
  return stepsInSlices(conversionSteps(workflow, objectInfo, options), options.pause);
}

function* conversionSteps(
  workflow: JsonValue,
  objectInfo: JsonObject,
  options: ConvertWorkflowOptions,
): Steps<WorkflowConversion> {
  const problems = new ProblemList();
  const document = yield* readWorkflow(workflow, problems);
  if (document === undefined) return { ok: false, prompt: {}, problems: problems.toArray() };
  const classes = new NodeClasses(objectInfo);
  const maxNodes = options.maxNodes ?? DEFAULT_MAX_NODES;
  const { nodes } = yield* flattenWorkflow(document, { classes, problems, maxNodes });
  const prompt = yield* new Conversion(nodes, classes, problems, options).run();
  return { ok: !problems.hasErrors, prompt, problems: problems.toArray() };
}

class Conversion {
  readonly #problems: ProblemList;
  readonly #random: Random;
  readonly #now: Date;
  readonly #nodes: readonly FlatNode[];
  readonly #resolver: LinkResolver;
  readonly #widgets = new Map<FlatNode, NamedWidgets>();
  #nodesByName: ReadonlyMap<string, FlatNode> | undefined;
  #isTooLongReported = false;

  constructor(
    nodes: readonly FlatNode[],
    classes: NodeClasses,
    problems: ProblemList,
    { random = Math.random, now = new Date() }: ConvertWorkflowOptions,
  ) {
    this.#problems = problems;
    this.#random = random;
    this.#now = now;
    this.#nodes = nodes;
    this.#resolver = new LinkResolver(classes, { maxSteps: MAX_LINK_STEPS + 20 * this.#nodes.length });
  }

  *run(): Steps<Prompt> {
    for (const node of this.#nodes) {
      yield;
      this.#widgets.set(node, this.#nameWidgets(node));
    }
    const entries: (readonly [string, PromptNode])[] = [];
    for (const node of this.#nodes) {
      yield;
      entries.push([node.id, this.#promptNode(node)]);
    }
    return orderedObject(entries);
  }

  #nameWidgets({ id, node, nodeClass }: FlatNode): NamedWidgets {
    const context = { id, problems: this.#problems };
    return nodeClass === undefined
      ? nameUnknownWidgetValues(node, context)
      : nameWidgetValues(node, nodeClass, context);
  }

  #promptNode(flat: FlatNode): PromptNode {
    const { node, nodeClass } = flat;
    const promptNode: JsonObject = emptyObject();
    promptNode['inputs'] = this.#inputs(flat);
    promptNode['class_type'] = node.type;
    promptNode['_meta'] = { title: node.title ?? nodeClass?.displayName ?? node.type };
    return promptNode as PromptNode;
  }

  /** Widgets first, in the order of the class; links take the place of widget values of the same name. */
  #inputs(flat: FlatNode): JsonObject {
    const { node, nodeClass } = flat;
    const widgets = this.#widgets.get(flat) ?? new Map();
    const linked = new Map(node.inputs.flatMap(slot => this.#linkedInput(flat, slot)));
    const inputs = emptyObject();
    for (const [name, { value, input }] of widgets) {
      const source = linked.get(name);
      if (source === undefined) inputs[name] = this.#literal(value, input, flat, name);
      else if (source.kind === 'output') inputs[name] = [source.id, source.slot];
      else if (source.kind === 'value') inputs[name] = this.#literal(source.value, input, flat, name);
    }
    for (const [name, source] of linked) {
      if (widgets.has(name)) continue;
      const input = nodeClass?.inputs.find(declared => declared.name === name);
      if (source.kind === 'output') inputs[name] = [source.id, source.slot];
      else if (source.kind === 'value') inputs[name] = this.#literal(source.value, input, flat, name);
    }
    return inputs;
  }

  /** Name and source of a slot that something is connected to; nothing where the widget's own value stays. */
  #linkedInput(flat: FlatNode, slot: InputSlot): [string, Source][] {
    if (slot.linkId === undefined) return [];
    const name = slot.widgetName ?? slot.name;
    const source = this.#resolver.resolve(flat.scope, slot.linkId, slot.type);
    this.#report(source, { node: flat.id, type: flat.node.type, input: name });
    return source.kind === 'output' || source.kind === 'value' || source.kind === 'muted' ? [[name, source]] : [];
  }

  #report(source: Source, details: { readonly node: string; readonly type: string; readonly input: string }): void {
    if (source.kind === 'loop') this.#problems.add('LINK_LOOP', details);
    if (source.kind === 'broken-link') this.#problems.add('LINK_MISSING', { ...details, link: source.linkId });
    if (source.kind === 'unset-name') this.#problems.add('SET_NODE_MISSING', { ...details, name: source.name });
    if (source.kind !== 'too-long' || this.#isTooLongReported) return;
    this.#isTooLongReported = true;
    this.#problems.add('LINKS_TOO_LONG', { limit: this.#resolver.maxSteps });
  }

  /** A constant as prompts hold it: texts expanded, lists wrapped so that they are not taken for links. */
  #literal(value: JsonValue, input: NodeInput | undefined, flat: FlatNode, name: string): JsonValue {
    if (typeof value === 'string') return this.#text(value, input, flat, name);
    if (typeof value !== 'object' || value === null) return value;
    const wrapped = emptyObject();
    if (input !== undefined && widgetTypeOf(input) === 'CURVE' && !isWrapped(value)) wrapped['__type__'] = 'CURVE';
    else if (!Array.isArray(value)) return cloneJson(value);
    wrapped['__value__'] = cloneJson(value);
    return wrapped;
  }

  #text(text: string, input: NodeInput | undefined, flat: FlatNode, name: string): string {
    const isDynamic = input !== undefined && member(input.options, 'dynamicPrompts') === true;
    const expanded = isDynamic ? expandDynamicPrompt(text, this.#random) : text;
    if (!hasFileNameTokens(flat.node.type, name) || !expanded.includes('%')) return expanded;
    const widgetValue = (node: string, widget: string) => this.#widgetValue(node, widget);
    return fillFileNameTokens(expanded, { now: this.#now, widgetValue });
  }

  /** Stored value of a widget of a node named by `Node name for S&R`, or else by title. */
  #widgetValue(name: string, widget: string): JsonValue | undefined {
    this.#nodesByName ??= nodesByName(this.#nodes);
    const node = this.#nodesByName.get(name);
    return node === undefined ? undefined : this.#widgets.get(node)?.get(widget)?.value;
  }
}

function isWrapped(value: JsonValue): boolean {
  return isJsonObject(value) && Object.hasOwn(value, '__value__');
}

function nodesByName(nodes: readonly FlatNode[]): ReadonlyMap<string, FlatNode> {
  const byName = new Map<string, FlatNode>();
  for (const nameOf of [searchName, (flat: FlatNode) => flat.node.title]) {
    for (const node of nodes) {
      const name = nameOf(node);
      if (name !== undefined && !byName.has(name)) byName.set(name, node);
    }
  }
  return byName;
}

function searchName({ node }: FlatNode): string | undefined {
  const name = member(node.properties, 'Node name for S&R');
  return typeof name === 'string' ? name : undefined;
}

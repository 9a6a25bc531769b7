// Finds out where an input's value really comes from (spec files.md 8.3): through reroutes, Set and Get nodes, bypassed
// nodes and the borders of subgraphs, back to a node that runs, or to a value. Every place that was passed remembers the
// answer, so that long chains with many consumers cost linear time; a place met twice on one way is a loop.
import type { JsonValue } from '../lossless-json/json-value.ts';
import type { Scope } from './flatten-workflow.ts';
import type { NodeClasses } from './node-class.ts';
import { bypassInput } from './type-match.ts';
import { firstValue, virtualKind } from './virtual-node.ts';
import type { InputSlot, WorkflowNode } from './workflow-document.ts';

export type Source =
  /** An output of a node that runs. */
  | { readonly kind: 'output'; readonly id: string; readonly slot: number }
  /** A constant that takes the widget's place. */
  | { readonly kind: 'value'; readonly value: JsonValue }
  /** Nothing is connected in the end; a widget keeps its own value. */
  | { readonly kind: 'nothing' }
  /** A muted node: the input is left out altogether. */
  | { readonly kind: 'muted' }
  | { readonly kind: 'broken-link'; readonly linkId: string }
  | { readonly kind: 'unset-name'; readonly name: string }
  | { readonly kind: 'loop' }
  | { readonly kind: 'too-long' };

/** Where a search goes on. */
interface NextLink {
  readonly kind: 'next';
  readonly scope: Scope;
  readonly linkId: string;
}

const NOTHING: Source = { kind: 'nothing' };
const MUTED: Source = { kind: 'muted' };
const LOOP: Source = { kind: 'loop' };

export class LinkResolver {
  readonly maxSteps: number;
  readonly #classes: NodeClasses;
  readonly #answers = new Map<Scope, Map<string, Source>>();
  readonly #setters = new Map<Scope, ReadonlyMap<JsonValue, WorkflowNode>>();
  #steps = 0;

  /** @param options.maxSteps limit for all searches together. */
  constructor(classes: NodeClasses, { maxSteps }: { readonly maxSteps: number }) {
    this.#classes = classes;
    this.maxSteps = maxSteps;
  }

  /** Source of a linked input slot of a node in `scope`. */
  resolve(scope: Scope, linkId: string, wanted: string): Source {
    const trail: { readonly answers: Map<string, Source>; readonly key: string }[] = [];
    let at: NextLink = { kind: 'next', scope, linkId };
    let source: Source | undefined;
    while (source === undefined) {
      const link = at.scope.graph.links.get(at.linkId);
      if (link === undefined) {
        source = { kind: 'broken-link', linkId: at.linkId };
        break;
      }
      const answers = this.#answersOf(at.scope);
      const key = `${link.originSlot} ${link.originId} ${wanted}`;
      source = answers.get(key);
      if (source !== undefined) break;
      answers.set(key, LOOP); // Holds while the search is under way.
      trail.push({ answers, key });
      const step = this.#step(at, wanted);
      if (step.kind === 'next') at = step;
      else source = step;
    }
    for (const { answers, key } of trail) answers.set(key, source);
    return source;
  }

  #answersOf(scope: Scope): Map<string, Source> {
    let answers = this.#answers.get(scope);
    if (answers === undefined) {
      answers = new Map();
      this.#answers.set(scope, answers);
    }
    return answers;
  }

  #step({ scope, linkId }: NextLink, wanted: string): Source | NextLink {
    this.#steps += 1;
    if (this.#steps > this.maxSteps) return { kind: 'too-long' };
    const link = scope.graph.links.get(linkId);
    if (link === undefined) return { kind: 'broken-link', linkId };
    if (link.originId === scope.place?.subgraph.inputNodeId) return this.#fromOutside(scope, link.originSlot);
    const node = scope.graph.nodes.get(link.originId);
    if (node === undefined) return { kind: 'broken-link', linkId };
    return this.#fromNode(scope, node, link.originSlot, wanted);
  }

  #fromNode(scope: Scope, node: WorkflowNode, slot: number, wanted: string): Source | NextLink {
    const kind = virtualKind(node.type, this.#classes);
    if (kind === 'primitive') {
      const value = firstValue(node);
      return value === undefined || value === null ? NOTHING : { kind: 'value', value };
    }
    if (node.mode === 'muted') return MUTED;
    if (kind === 'note') return NOTHING;
    if (kind === 'getter') return this.#fromSetter(scope, node);
    if (kind !== undefined) return inputOf(scope, node.inputs[slot] ?? node.inputs[0]);
    if (node.mode === 'bypassed') {
      this.#steps += node.inputs.length;
      return inputOf(scope, bypassInput(node, slot, wanted));
    }
    const inner = scope.children.get(node.id);
    if (inner === undefined) return { kind: 'output', id: scope.prefix + node.id, slot };
    const outputLink = inner.place?.subgraph.outputLinks.get(slot);
    return outputLink === undefined ? NOTHING : { kind: 'next', scope: inner, linkId: outputLink };
  }

  /** Out of a subgraph: what its instance's input is connected to, or the value that the instance holds for it. */
  #fromOutside(scope: Scope, index: number): Source | NextLink {
    if (scope.place === undefined) return NOTHING;
    const { parent, instance, subgraph, values } = scope.place;
    this.#steps += instance.inputs.length;
    const slot = instanceInput(instance, subgraph.inputNames, index);
    if (slot?.linkId !== undefined) return inputOf(parent, slot);
    const value = values.get(slot?.name ?? subgraph.inputNames[index] ?? '');
    return value === undefined ? NOTHING : { kind: 'value', value };
  }

  /** The Set node of the same name, here or in a graph around this one. */
  #fromSetter(scope: Scope, getter: WorkflowNode): Source | NextLink {
    const name = firstValue(getter);
    for (let at: Scope | undefined = scope; at !== undefined; at = at.place?.parent) {
      const setter = name === undefined ? undefined : this.#settersOf(at).get(name);
      if (setter === undefined) continue;
      return setter.mode === 'muted' ? MUTED : inputOf(at, setter.inputs[0]);
    }
    return { kind: 'unset-name', name: typeof name === 'string' ? name : '' };
  }

  #settersOf(scope: Scope): ReadonlyMap<JsonValue, WorkflowNode> {
    let setters = this.#setters.get(scope);
    if (setters === undefined) {
      const found = new Map<JsonValue, WorkflowNode>();
      for (const node of scope.graph.nodes.values()) {
        const name = virtualKind(node.type, this.#classes) === 'setter' ? firstValue(node) : undefined;
        if (name !== undefined && !found.has(name)) found.set(name, node);
      }
      setters = found;
      this.#setters.set(scope, setters);
    }
    return setters;
  }
}

function inputOf(scope: Scope, slot: InputSlot | undefined): Source | NextLink {
  return slot?.linkId === undefined ? NOTHING : { kind: 'next', scope, linkId: slot.linkId };
}

/** The instance's slot for an input of its subgraph: by name, else by position unless that slot is named for another input. */
function instanceInput(instance: WorkflowNode, names: readonly string[], index: number): InputSlot | undefined {
  const name = names[index];
  const named = instance.inputs.find(slot => slot.name === name);
  if (named !== undefined) return named;
  const opposite = instance.inputs[index];
  return opposite === undefined || names.includes(opposite.name) ? undefined : opposite;
}

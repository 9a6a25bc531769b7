// The group nodes of editors before subgraphs (spec files.md 8.5): a node of type `workflow>NAME` whose members stand in
// `extra.groupNodes`. Its slots and widget values are those of its members in a row, so that it can be rebuilt as a subgraph;
// each row is checked against the definition, and what does not fit is refused instead of guessed.
import { isJsonObject, type JsonObject, type JsonValue, numericValue } from '../lossless-json/json-value.ts';
import { companionCount, hasWidget, uploadEntryCount } from './input-widget.ts';
import type { NodeClass, NodeClasses } from './node-class.ts';
import { readNode } from './read-workflow.ts';
import { virtualKind } from './virtual-node.ts';
import {
  type InputSlot,
  member,
  type Subgraph,
  slotIndex,
  type WorkflowLink,
  type WorkflowNode,
} from './workflow-document.ts';

const INPUT_NODE = 'in';
const OUTPUT_NODE = 'out';

/** Name of the definition that a group node's type refers to; undefined for other types. */
export function groupNodeName(type: string): string | undefined {
  return /^workflow[>/](.+)$/s.exec(type)?.[1];
}

export type GroupNodeOutcome = { readonly subgraph: Subgraph } | { readonly reason: string };

/** The graph that one group node stands for, with the node's own values; member ids are indices. */
export function expandGroupNode(node: WorkflowNode, definitions: JsonObject, classes: NodeClasses): GroupNodeOutcome {
  const name = groupNodeName(node.type) ?? '';
  const definition = member(definitions, name);
  if (!isJsonObject(definition)) return { reason: 'the workflow does not define it' };
  const entries = member(definition, 'nodes');
  const members = Array.isArray(entries) ? entries.map(readMember) : [];
  if (members.length === 0 || members.includes(undefined)) return { reason: 'its members cannot be read' };
  return new GroupExpansion(node, members as WorkflowNode[], definition, classes).expand(name);
}

function readMember(entry: JsonValue, index: number): WorkflowNode | undefined {
  const type = isJsonObject(entry) ? member(entry, 'type') : undefined;
  if (!isJsonObject(entry) || typeof type !== 'string') return undefined;
  const read = readNode(entry, { id: String(index), type, linkAt: () => undefined });
  // Links that members had when they were grouped mean nothing; those of the definition count.
  return { ...read, inputs: read.inputs.map(slot => ({ ...slot, linkId: undefined })) };
}

class GroupExpansion {
  readonly #node: WorkflowNode;
  readonly #members: readonly WorkflowNode[];
  readonly #definition: JsonObject;
  readonly #classes: NodeClasses;
  readonly #links = new Map<string, WorkflowLink>();
  /** `member slot` of an input to the link that feeds it. */
  readonly #fedInputs = new Map<string, string>();
  /** `member slot` of outputs that members use among themselves. */
  readonly #usedOutputs = new Set<string>();

  constructor(node: WorkflowNode, members: readonly WorkflowNode[], definition: JsonObject, classes: NodeClasses) {
    this.#node = node;
    this.#members = members;
    this.#definition = definition;
    this.#classes = classes;
  }

  expand(name: string): GroupNodeOutcome {
    if (this.#members.some(({ type }) => virtualKind(type, this.#classes) !== undefined)) {
      return { reason: 'it contains reroutes, primitives or notes' };
    }
    this.#readInnerLinks();
    const openInputs = this.#openInputs();
    const reason = this.#checkInputs(openInputs) ?? this.#checkOutputs();
    if (reason !== undefined) return { reason };
    for (const [index, { key }] of openInputs.entries()) this.#connect(INPUT_NODE, index, key);
    const outputLinks = new Map<number, string>();
    for (const [index, { memberId, slot }] of this.#openOutputs().entries()) {
      const linkId = this.#addLink({ originId: memberId, originSlot: slot, targetId: OUTPUT_NODE, targetSlot: index });
      outputLinks.set(index, linkId);
    }
    const nodes = this.#membersWithValues();
    if (nodes === undefined) return { reason: 'its widget values do not fit those of its members' };
    return {
      subgraph: {
        id: this.#node.type,
        name,
        nodes: new Map(nodes.map(node => [node.id, node])),
        links: this.#links,
        inputNodeId: INPUT_NODE,
        inputNames: openInputs.map((_, index) => this.#node.inputs[index]?.name ?? ''),
        outputLinks,
      },
    };
  }

  /** Entries are `[origin index, origin slot, target index, target slot, …]`; those without an origin came from outside. */
  #readInnerLinks(): void {
    const entries = member(this.#definition, 'links');
    for (const entry of Array.isArray(entries) ? entries : []) {
      const [origin, originSlot, target, targetSlot] = Array.isArray(entry) ? entry.map(slotIndex) : [];
      if (origin === undefined || originSlot === undefined || target === undefined || targetSlot === undefined)
        continue;
      this.#usedOutputs.add(`${origin} ${originSlot}`);
      this.#connect(String(origin), originSlot, `${target} ${targetSlot}`);
    }
  }

  #connect(originId: string, originSlot: number, key: string): void {
    const [targetId = '', slot = ''] = key.split(' ');
    this.#fedInputs.set(key, this.#addLink({ originId, originSlot, targetId, targetSlot: Number(slot) }));
  }

  #addLink(link: WorkflowLink): string {
    const id = String(this.#links.size);
    this.#links.set(id, link);
    return id;
  }

  /** Inputs of members that nothing inside feeds: those of the group node, in a row. */
  #openInputs(): { readonly key: string; readonly slot: InputSlot }[] {
    return this.#members.flatMap(({ id, inputs }) =>
      inputs.flatMap((slot, index) => {
        const key = `${id} ${index}`;
        return this.#fedInputs.has(key) || !this.#isShown(id, 'input', slot.name) ? [] : [{ key, slot }];
      }),
    );
  }

  #checkInputs(open: readonly { readonly slot: InputSlot }[]): string | undefined {
    const own = this.#node.inputs;
    if (own.length !== open.length) return `it has ${own.length} inputs, its members have ${open.length} open ones`;
    const strange = own.find((slot, index) => slot.type !== open[index]?.slot.type);
    return strange === undefined ? undefined : `its input "${strange.name}" has another type than the member's`;
  }

  /** Outputs of the group node: what members do not use themselves, and what is marked as used outside, too. */
  #openOutputs(): { readonly memberId: string; readonly slot: number; readonly type: string }[] {
    const external = member(this.#definition, 'external');
    const marked = new Set(
      (Array.isArray(external) ? external : []).map(entry =>
        Array.isArray(entry) ? `${numericValue(entry[0])} ${numericValue(entry[1])}` : '',
      ),
    );
    return this.#members.flatMap(({ id, outputs }) =>
      outputs.flatMap(({ type }, slot) => {
        const key = `${id} ${slot}`;
        const isOpen = marked.has(key) || !this.#usedOutputs.has(key);
        return isOpen && this.#isShown(id, 'output', String(slot)) ? [{ memberId: id, slot, type }] : [];
      }),
    );
  }

  #checkOutputs(): string | undefined {
    const open = this.#openOutputs();
    const own = this.#node.outputs;
    if (own.length !== open.length) return `it has ${own.length} outputs, its members have ${open.length} open ones`;
    return own.every(({ type }, index) => type === open[index]?.type) ? undefined : 'its outputs have other types';
  }

  /** Users may hide slots: `config[member].input[name].visible`. */
  #isShown(memberId: string, kind: 'input' | 'output', slot: string): boolean {
    let at: JsonValue | undefined = member(this.#definition, 'config');
    for (const key of [memberId, kind, slot]) at = isJsonObject(at) ? member(at, key) : undefined;
    return !(isJsonObject(at) && member(at, 'visible') === false);
  }

  /** Members with their links, and with their share of the group node's values; undefined when those do not add up. */
  #membersWithValues(): WorkflowNode[] | undefined {
    const list = this.#node.values;
    let start = 0;
    const nodes = this.#members.map(node => {
      const inputs = node.inputs.map((slot, index) => ({
        ...slot,
        linkId: this.#fedInputs.get(`${node.id} ${index}`),
      }));
      const nodeClass = this.#classes.get(node.type);
      const end = start + (nodeClass === undefined ? 0 : widgetEntryCount(nodeClass));
      const share = list.slice(start, end);
      start = end;
      return { ...node, inputs, values: share, namedValues: undefined, hasOwnNames: false };
    });
    return start === list.length ? nodes : undefined;
  }
}

/** Entries of a list of widget values that belong to a node of this class. */
function widgetEntryCount({ inputs }: NodeClass): number {
  const none: ReadonlySet<string> = new Set();
  return inputs.reduce(
    (sum, input) => sum + (hasWidget(input, none) ? 1 + companionCount(input) + uploadEntryCount(input) : 0),
    0,
  );
}

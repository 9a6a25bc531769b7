// One model for every version of the editor's document (spec files.md 7.2 to 7.4): ids are texts, slots are indices, links
// are looked up by id. `read-workflow.ts` makes it; everything else of the conversion works on it alone.
import { type JsonObject, type JsonValue, numericValue } from '../lossless-json/json-value.ts';

export interface InputSlot {
  readonly name: string;
  /** Upper case as saved; a list of choices is `COMBO`. */
  readonly type: string;
  /** Undefined when nothing is connected. */
  readonly linkId: string | undefined;
  /** Name of the widget that this slot feeds; undefined for plain sockets. */
  readonly widgetName: string | undefined;
}

export interface OutputSlot {
  readonly name: string;
  readonly type: string;
}

/** What the editor does with a node: only muted and bypassed ones are special (spec files.md 7.2). */
export type NodeMode = 'active' | 'muted' | 'bypassed';

export interface WorkflowNode {
  readonly id: string;
  /** Class of the node, id of a subgraph, or the name of something that only editors know. */
  readonly type: string;
  readonly title: string | undefined;
  readonly mode: NodeMode;
  readonly inputs: readonly InputSlot[];
  readonly outputs: readonly OutputSlot[];
  /** Widget values by position; empty when they are stored by name only. */
  readonly values: readonly JsonValue[];
  /** Widget values by name, where the file has them. */
  readonly namedValues: JsonObject | undefined;
  /** Whether the node's pack stores values by name itself; it may then have widgets that its class does not declare. */
  readonly hasOwnNames: boolean;
  readonly properties: JsonObject;
}

export interface WorkflowLink {
  readonly originId: string;
  readonly originSlot: number;
  readonly targetId: string;
  readonly targetSlot: number;
}

export interface WorkflowGraph {
  /** In the order in which the editor would run them. */
  readonly nodes: ReadonlyMap<string, WorkflowNode>;
  readonly links: ReadonlyMap<string, WorkflowLink>;
}

/** A graph with ends: links from `inputNodeId` come from outside, links to `outputNodeId` go there. */
export interface Subgraph extends WorkflowGraph {
  readonly id: string;
  readonly name: string;
  readonly inputNodeId: string;
  readonly inputNames: readonly string[];
  /** Output index to the link that feeds it. */
  readonly outputLinks: ReadonlyMap<number, string>;
}

export interface WorkflowDocument {
  readonly root: WorkflowGraph;
  readonly subgraphs: ReadonlyMap<string, Subgraph>;
  /** Definitions of the group nodes of older editors, by name, unread. */
  readonly groupNodes: JsonObject;
}

/** An own member; documents may come from `JSON.parse`, whose objects inherit `constructor` and the like. */
export function member(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Text of an id, which editors write as integer or text. */
export function idText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return String(value);
  const number = numericValue(value);
  return number !== undefined && Number.isInteger(number) ? String(number) : undefined;
}

/** Index of a slot; newer files write some as texts. */
export function slotIndex(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : numericValue(value);
  return number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

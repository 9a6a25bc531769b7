// Builds editor documents in a few words. Links are given as `target input <- [node, slot]` and written in either schema.
import {
  type ConvertWorkflowOptions,
  convertWorkflow,
  type JsonObject,
  type JsonValue,
  type WorkflowConversion,
} from '../../src/index.ts';
import { catalogue } from './node-catalogue.ts';

/** Where a link comes from: node and output. */
export type From = readonly [node: number | string, slot: number];

export type SlotSketch = readonly [name: string, type: string, from?: From | undefined, isWidget?: boolean];

export interface NodeSketch {
  readonly id: number | string;
  readonly type: string;
  /** Sockets in order: name, type, and where it comes from. */
  readonly in?: readonly SlotSketch[];
  /** Types of the outputs. */
  readonly out?: readonly string[];
  readonly values?: JsonValue;
  readonly mode?: number;
  readonly title?: string;
  readonly extra?: JsonObject;
}

export interface GraphSketch {
  readonly nodes: readonly NodeSketch[];
  /** Links to the outputs of a subgraph. */
  readonly outputs?: readonly From[];
}

type LinkStyle = 'arrays' | 'objects';

/** `nodes` and `links` of a graph. */
function graphMembers(
  { nodes, outputs = [] }: GraphSketch,
  style: LinkStyle,
): { nodes: JsonValue[]; links: JsonValue[] } {
  const links: JsonValue[] = [];
  const addLink = (from: From, target: number | string, slot: number, type: string) => {
    const id = links.length + 1;
    const [origin, originSlot] = from;
    links.push(
      style === 'arrays'
        ? [id, origin, originSlot, target, slot, type]
        : { id, origin_id: origin, origin_slot: originSlot, target_id: target, target_slot: slot, type },
    );
    return id;
  };
  const written = nodes.map(
    ({ id, type, in: inputs = [], out = [], values, mode = 0, title, extra = {} }): JsonObject => ({
      id,
      type,
      mode,
      inputs: inputs.map(([name, slotType, from, isWidget], slot) => ({
        name,
        type: slotType,
        link: from === undefined ? null : addLink(from, id, slot, slotType),
        ...(isWidget ? { widget: { name } } : {}),
      })),
      outputs: out.map((slotType, slot) => ({ name: slotType, type: slotType, links: [], slot_index: slot })),
      properties: {},
      ...(values === undefined ? {} : { widgets_values: values }),
      ...(title === undefined ? {} : { title }),
      ...extra,
    }),
  );
  for (const [slot, from] of outputs.entries()) addLink(from, -20, slot, '*');
  return { nodes: written, links };
}

export function workflow(graph: GraphSketch, more: JsonObject = {}): JsonObject {
  return { version: 0.4, last_node_id: 99, ...graphMembers(graph, 'arrays'), ...more };
}

export function workflowV1(graph: GraphSketch, more: JsonObject = {}): JsonObject {
  return { version: 1, state: { lastNodeId: 99 }, ...graphMembers(graph, 'objects'), ...more };
}

export function subgraph(id: string, inputs: readonly string[], graph: GraphSketch, more: JsonObject = {}): JsonObject {
  return {
    id,
    name: `Subgraph ${id}`,
    version: 1,
    inputNode: { id: -10 },
    outputNode: { id: -20 },
    inputs: inputs.map((name, index) => ({ id: `in-${index}`, name, type: '*' })),
    outputs: (graph.outputs ?? []).map((_, index) => ({ id: `out-${index}`, name: `out${index}`, type: '*' })),
    ...graphMembers(graph, 'objects'),
    ...more,
  };
}

export function convert(document: JsonValue, options: ConvertWorkflowOptions = {}): WorkflowConversion {
  return convertWorkflow(document, catalogue, { random: () => 0, ...options });
}

/** Inputs of one node of the prompt, as a plain object. */
export function inputsOf({ prompt }: WorkflowConversion, id: string): Record<string, unknown> | undefined {
  const node = prompt[id];
  return node && { ...node.inputs };
}

export function codesOf({ problems }: WorkflowConversion): string[] {
  return problems.map(({ code, nodeId }) => (nodeId === null ? code : `${code} ${nodeId}`));
}

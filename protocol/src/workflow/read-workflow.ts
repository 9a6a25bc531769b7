// Reads the editor's documents, schema 0.4 (links are arrays) and 1.0 (links are objects), into one model (spec files.md
// 7.2 to 7.4). Nothing is trusted: what cannot be read becomes a problem. The native reroutes of both versions are points
// on links and have no meaning here; links keep naming their true ends.
import { isJsonObject, type JsonObject, type JsonValue, numericValue } from '../lossless-json/json-value.ts';
import type { Steps } from '../lossless-json/slices.ts';
import {
  type InputSlot,
  idText,
  member,
  type NodeMode,
  type OutputSlot,
  type Subgraph,
  slotIndex,
  type WorkflowDocument,
  type WorkflowGraph,
  type WorkflowLink,
  type WorkflowNode,
} from './workflow-document.ts';
import type { ProblemList } from './workflow-problem.ts';

/** Types are compared often; no real one comes near this length. */
const MAX_TYPE_LENGTH = 1000;
/** Definitions may contain definitions; deeper than this they are not looked for. */
const MAX_DEFINITION_DEPTH = 64;

/** Nodes or links that are read in one step: some hundred microseconds. */
const ENTRIES_PER_STEP = 64;

/** The document as a model; undefined when it is none at all. */
export function* readWorkflow(value: JsonValue, problems: ProblemList): Steps<WorkflowDocument | undefined> {
  if (!isJsonObject(value)) {
    problems.add('NOT_A_WORKFLOW', { reason: 'it is no object' });
    return undefined;
  }
  if (!Array.isArray(member(value, 'nodes'))) {
    problems.add('NOT_A_WORKFLOW', { reason: 'it has no list "nodes"' });
    return undefined;
  }
  const extra = objectMember(value, 'extra');
  return {
    root: yield* readGraph(value, problems),
    subgraphs: yield* readSubgraphs(value, problems),
    groupNodes: objectMember(extra, 'groupNodes'),
  };
}

function* readGraph(graph: JsonObject, problems: ProblemList): Steps<WorkflowGraph> {
  const links = yield* readLinks(member(graph, 'links'), problems);
  const nodes = yield* readNodes(listOf(member(graph, 'nodes')), linkLookup(links), problems);
  return { nodes, links };
}

function* readSubgraphs(root: JsonObject, problems: ProblemList): Steps<Map<string, Subgraph>> {
  const found = new Map<string, Subgraph>();
  let level = [root];
  for (let depth = 0; level.length > 0 && depth < MAX_DEFINITION_DEPTH; depth++) {
    const inner = level.flatMap(owner => listOf(member(objectMember(owner, 'definitions'), 'subgraphs')));
    level = inner.filter(isJsonObject);
    for (const definition of level) {
      const subgraph = yield* readSubgraph(definition, problems);
      if (subgraph !== undefined && !found.has(subgraph.id)) found.set(subgraph.id, subgraph);
    }
  }
  return found;
}

function* readSubgraph(definition: JsonObject, problems: ProblemList): Steps<Subgraph | undefined> {
  const id = idText(member(definition, 'id'));
  if (id === undefined) return undefined;
  const graph = yield* readGraph(definition, problems);
  const outputNodeId = idText(member(objectMember(definition, 'outputNode'), 'id')) ?? '-20';
  const outputLinks = new Map<number, string>();
  for (const [linkId, link] of graph.links) {
    if (link.targetId === outputNodeId) outputLinks.set(link.targetSlot, linkId);
  }
  const inputs = listOf(member(definition, 'inputs'));
  return {
    ...graph,
    id,
    name: textOf(member(definition, 'name')) ?? id,
    inputNodeId: idText(member(objectMember(definition, 'inputNode'), 'id')) ?? '-10',
    inputNames: inputs.map(input => (isJsonObject(input) ? (textOf(member(input, 'name')) ?? '') : '')),
    outputLinks,
  };
}

function* readLinks(value: JsonValue | undefined, problems: ProblemList): Steps<Map<string, WorkflowLink>> {
  const links = new Map<string, WorkflowLink>();
  for (const [index, entry] of listOf(value).entries()) {
    if (index % ENTRIES_PER_STEP === 0) yield;
    if (entry === null) continue; // Editors of 2023 left holes where links had been deleted.
    const fields = Array.isArray(entry) ? entry : isJsonObject(entry) ? LINK_KEYS.map(key => member(entry, key)) : [];
    const [id, originId, targetId] = [idText(fields[0]), idText(fields[1]), idText(fields[3])];
    const [originSlot, targetSlot] = [slotIndex(fields[2]), slotIndex(fields[4])];
    if (id === undefined || originId === undefined || targetId === undefined || originSlot === undefined) {
      problems.add('LINK_UNREADABLE', { index });
    } else {
      links.set(id, { originId, originSlot, targetId, targetSlot: targetSlot ?? 0 });
    }
  }
  return links;
}

const LINK_KEYS = ['id', 'origin_id', 'origin_slot', 'target_id', 'target_slot'] as const;

/** Link that ends in a slot, for slots of hand-made documents that do not name theirs. */
type LinkLookup = (nodeId: string, slot: number) => string | undefined;

function linkLookup(links: ReadonlyMap<string, WorkflowLink>): LinkLookup {
  let byTarget: Map<string, string> | undefined; // Editors name every link: most documents never need it.
  return (nodeId, slot) => {
    byTarget ??= new Map(Array.from(links, ([id, link]) => [`${link.targetSlot} ${link.targetId}`, id]));
    return byTarget.get(`${slot} ${nodeId}`);
  };
}

function* readNodes(
  list: readonly JsonValue[],
  linkAt: LinkLookup,
  problems: ProblemList,
): Steps<Map<string, WorkflowNode>> {
  const read: { readonly node: WorkflowNode; readonly order: number }[] = [];
  const ids = new Set<string>();
  for (const [index, entry] of list.entries()) {
    if (index % ENTRIES_PER_STEP === 0) yield;
    const [id, type] = isJsonObject(entry) ? [idText(member(entry, 'id')), textOf(member(entry, 'type'))] : [];
    if (!isJsonObject(entry) || id === undefined || type === undefined) {
      problems.add('NODE_UNREADABLE', {
        index,
        reason: isJsonObject(entry) ? 'it has no id or type' : 'it is no object',
      });
    } else if (ids.has(id)) {
      problems.add('DUPLICATE_NODE_ID', { node: id, type });
    } else {
      ids.add(id);
      const order = numericValue(member(entry, 'order')) ?? Number.NaN;
      read.push({ node: readNode(entry, { id, type, linkAt }), order });
    }
  }
  // The saved order is the one in which the editor would submit; without it the document's own order holds.
  if (read.every(({ order }) => Number.isFinite(order))) read.sort((a, b) => a.order - b.order);
  return new Map(read.map(({ node }) => [node.id, node]));
}

/** Reads one node; `linkAt` finds links that its slots do not name. */
export function readNode(
  node: JsonObject,
  known: { readonly id: string; readonly type: string; readonly linkAt: LinkLookup },
): WorkflowNode {
  const values = member(node, 'widgets_values');
  const named = member(node, 'widgets_values_named');
  return {
    id: known.id,
    type: known.type,
    title: textOf(member(node, 'title')),
    mode: readMode(member(node, 'mode')),
    inputs: listOf(member(node, 'inputs')).map((slot, index) => readInput(slot, () => known.linkAt(known.id, index))),
    outputs: listOf(member(node, 'outputs')).map(readOutput),
    values: listOf(values),
    namedValues: isJsonObject(named) ? named : isJsonObject(values) ? values : undefined,
    hasOwnNames: !isJsonObject(named) && isJsonObject(values),
    properties: objectMember(node, 'properties'),
  };
}

function readMode(value: JsonValue | undefined): NodeMode {
  const mode = numericValue(value);
  return mode === 2 ? 'muted' : mode === 4 ? 'bypassed' : 'active';
}

function readInput(slot: JsonValue, linkByPosition: () => string | undefined): InputSlot {
  if (!isJsonObject(slot)) return { name: '', type: '*', linkId: undefined, widgetName: undefined };
  const name = textOf(member(slot, 'name')) ?? '';
  const widget = member(slot, 'widget');
  return {
    name,
    type: readType(member(slot, 'type')),
    // `link: null` says that nothing is connected; only a slot that says nothing is looked up in the list of links.
    linkId: Object.hasOwn(slot, 'link') ? idText(slot['link']) : linkByPosition(),
    widgetName: isJsonObject(widget) ? (textOf(member(widget, 'name')) ?? name) : undefined,
  };
}

function readOutput(slot: JsonValue): OutputSlot {
  if (!isJsonObject(slot)) return { name: '', type: '*' };
  return { name: textOf(member(slot, 'name')) ?? '', type: readType(member(slot, 'type')) };
}

/** Lists of choices are how older files write the type of a combo; numbers stand for anything. */
function readType(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return 'COMBO';
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_TYPE_LENGTH) : '*';
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function objectMember(object: JsonObject, key: string): JsonObject {
  const value = member(object, key);
  return isJsonObject(value) ? value : {};
}

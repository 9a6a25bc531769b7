// Nodes that turn into subgraphs (spec execution.md 4.5). The expanding node waits until the nodes that its result links
// to have run; output nodes of the subgraph run too, other nodes only when they are needed.
import { isPlainObject, type NodeId, orderedKeys } from '@snug/protocol';
import { isBlocker } from '../contract/blocker.ts';
import type { Expansion } from '../contract/graph-builder.ts';
import { isLink } from '../contract/link.ts';
import { ExecutionError } from '../errors.ts';
import { outputItems } from './input-data.ts';
import { type CallOutputs, type CallResult, mergeOutputs } from './node-results.ts';
import type { RunState } from './run-state.ts';

/**
 * Adds the subgraphs of all calls of a node to the run.
 *
 * @throws ExecutionError INVALID_EXPANSION, DUPLICATE_NODE, MISSING_NODE
 */
export async function registerExpansions(run: RunState, id: NodeId, calls: readonly CallResult[]): Promise<void> {
  const children: NodeId[] = [];
  for (const { expansion } of calls) if (expansion !== null) children.push(...addNodes(run, id, expansion));
  await run.beginExpansion(id, children);
  for (const child of children) {
    if (run.findShape(child)?.definition.outputNode === true) run.list.addNode(child);
  }
  for (const { expansion, outputs } of calls) {
    if (expansion === null || !Array.isArray(outputs)) continue;
    for (const output of outputs) if (isLink(output)) run.list.addLink(existing(run, output[0]), id);
  }
}

/** Outputs of an expanded node, once all that its result links to has run. */
export function resolveExpansions(
  run: RunState,
  id: NodeId,
  calls: readonly CallResult[],
): readonly (readonly unknown[])[] {
  const shape = run.shapeOf(id);
  const resolved = calls.map(({ outputs, expansion }): CallOutputs => {
    if (expansion === null || outputs === null || isBlocker(outputs)) return outputs;
    return outputs.flatMap((output, slot) => {
      if (!isLink(output)) return [output];
      const items = outputItems(run.heldFor(id, output[0]), output[1]) ?? [null];
      return shape.outputIsList[slot] === true ? [items] : items;
    });
  });
  return mergeOutputs(resolved, shape);
}

function addNodes(run: RunState, parent: NodeId, expansion: Expansion): NodeId[] {
  const fail = (reason: string): never => {
    throw new ExecutionError('INVALID_EXPANSION', { nodeId: parent, reason });
  };
  if (!isPlainObject(expansion)) return fail('expand is not an object');
  const ids = orderedKeys(expansion);
  for (const childId of ids) {
    const node = expansion[childId];
    if (!isPlainObject(node)) return fail(`node "${childId}" is not an object`);
    if (!isPlainObject(node.inputs)) return fail(`node "${childId}" has no inputs`);
    if (run.options.registry.get(node.class_type) === undefined) {
      return fail(`node "${childId}" is of the unknown class "${String(node.class_type)}"`);
    }
    run.graph.add(childId, node, parent);
  }
  return ids;
}

function existing(run: RunState, id: NodeId): NodeId {
  if (!run.graph.has(id)) throw new ExecutionError('MISSING_NODE', { nodeId: id });
  return id;
}

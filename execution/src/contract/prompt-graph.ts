// The prompt of a run with the nodes that expansions added ("dynamic prompt", spec execution.md 4.5).
import type { NodeId } from '@snug/protocol';

/** A node of a running prompt. Inputs of expanded nodes may be any value. */
export interface GraphNodeRecord {
  readonly class_type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Read access for nodes that build loops. */
export interface PromptGraph {
  has(id: NodeId): boolean;
  /** @throws ExecutionError MISSING_NODE */
  node(id: NodeId): GraphNodeRecord;
  /** The prompt's node that an expanded node goes back to. */
  realId(id: NodeId): NodeId;
  /** The node that clients highlight. */
  displayId(id: NodeId): NodeId;
  /** The node that created an expanded node; null for nodes of the prompt. */
  parentId(id: NodeId): NodeId | null;
  ids(): Iterable<NodeId>;
}

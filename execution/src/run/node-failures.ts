// Nodes that failed in a run that goes on without them (policy `continue_independent`, spec execution-test-catalog.md section 5),
// and the nodes that are blocked because they depend on those.
import type { ExecutionErrorData, ExecutionSummary, NodeId } from '@snug/protocol';
import { ExecutionError, type ExecutionErrorCode } from '../errors.ts';
import type { DynamicPrompt } from './dynamic-prompt.ts';

/** Errors of this room that a node's code causes by what it asks for; all others mean that what it built is malformed. */
const ORDINARY_CODES: ReadonlySet<ExecutionErrorCode> = new Set(['NODE_INPUT_ERROR', 'EMPTY_LIST']);

/** True for failures that only concern a node and what depends on it. */
export function isOrdinaryFailure(thrown: unknown): boolean {
  return !(thrown instanceof ExecutionError) || ORDINARY_CODES.has(thrown.code);
}

export class NodeFailures {
  readonly #graph: DynamicPrompt;
  readonly #failed = new Map<NodeId, ExecutionErrorData>();
  readonly #blocked = new Set<NodeId>();
  /** Nodes whose expansions hold a failed or blocked node, however deep. */
  readonly #withFailedParts = new Set<NodeId>();

  constructor(graph: DynamicPrompt) {
    this.#graph = graph;
  }

  addFailed(id: NodeId, error: ExecutionErrorData): void {
    this.#failed.set(id, error);
    this.#markParents(id);
  }

  addBlocked(id: NodeId): void {
    this.#blocked.add(id);
    this.#markParents(id);
  }

  /** True for nodes that will have no result in this run: they are not called (again). */
  isDead(id: NodeId): boolean {
    return this.#failed.has(id) || this.#blocked.has(id);
  }

  hasFailedPart(id: NodeId): boolean {
    return this.#withFailedParts.has(id);
  }

  /** What failed first; undefined when nothing did. */
  get first(): ExecutionErrorData | undefined {
    const [first] = this.#failed.values();
    return first;
  }

  /** @param outputs the nodes that were to be executed; null when none of them has a result. */
  summary(outputs: readonly NodeId[]): ExecutionSummary | null {
    const successful = outputs.filter(id => !this.isDead(id));
    if (successful.length === 0) return null;
    return {
      completion_status: 'partial_success',
      has_errors: true,
      execution_error_count: this.#failed.size,
      // Clients know the nodes of the prompt only; where one of its expansion failed, it is blocked itself.
      blocked_node_ids: [...this.#blocked].filter(id => !this.#graph.isEphemeral(id)),
      blocked_output_node_ids: outputs.filter(id => this.#blocked.has(id)),
      successful_output_node_ids: successful,
    };
  }

  #markParents(id: NodeId): void {
    for (let parent = this.#graph.parentId(id); parent !== null; parent = this.#graph.parentId(parent)) {
      this.#withFailedParts.add(parent);
    }
  }
}

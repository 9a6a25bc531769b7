// What the host knows of a run from its events. Normally the child hands over the finished history entry; this record is for
// the runs that lose their child half-way: it makes the same entry and the same last event from what was seen so far.
import {
  type ExecutionEvent,
  type JobResult,
  type JsonObject,
  type NodeId,
  type NodeProgress,
  orderedKeys,
  parseLossless,
  type StatusEvent,
  stringifyLossless,
} from '@snug/protocol';

export interface RunEnd {
  readonly event: StatusEvent;
  readonly result: JobResult;
}

export interface RunFailure {
  readonly message: string;
  readonly exceptionType: string;
  readonly traceback: readonly string[];
}

export interface RunRecord {
  observe(event: ExecutionEvent): void;
  /** Ends the run with `execution_error` on `nodeId`, or on the last node that was seen. */
  fail(failure: RunFailure, nodeId?: NodeId): RunEnd;
  /** Ends the run with `execution_interrupted`. */
  interrupt(nodeId?: NodeId): RunEnd;
}

/** @param run the prompt as lossless JSON text, parsed only when the run has to be ended here. */
export function createRunRecord(run: { readonly promptId: string; readonly promptJson: string }): RunRecord {
  const statusEvents: StatusEvent[] = [];
  const uiOutputs = new Map<NodeId, { readonly output: JsonObject; readonly displayNode: NodeId }>();
  const started = new Set<NodeId>();
  let progress: Readonly<Record<NodeId, NodeProgress>> = {};
  let lastNode: NodeId | undefined;

  const realIdOf = (nodeId: NodeId): NodeId => progress[nodeId]?.real_node_id ?? nodeId;

  /** Id and class of the prompt's node behind `nodeId`. */
  const blame = (nodeId: NodeId | undefined): { node_id: NodeId; node_type: string; promptIds: NodeId[] } => {
    const prompt = parseLossless(run.promptJson) as JsonObject;
    const promptIds = orderedKeys(prompt);
    const realId = realIdOf(nodeId ?? lastNode ?? promptIds[0] ?? '');
    const node = prompt[realId] as JsonObject | undefined;
    return { node_id: realId, node_type: String(node?.['class_type'] ?? ''), promptIds };
  };
  const executed = (): NodeId[] => [...started].filter(id => progress[id]?.state === 'finished');

  const end = (event: StatusEvent): RunEnd => {
    const messages = [...statusEvents, event].map(({ type, data }) => [type, data]);
    const outputs = [...uiOutputs].map(([id, { output }]) => [id, output] as const);
    const meta = [...uiOutputs].map(([id, { displayNode }]) => [id, metaOf(id, displayNode)] as const);
    return {
      event,
      result: {
        statusStr: 'error',
        messagesJson: stringifyLossless(messages),
        outputsJson: stringifyLossless(Object.fromEntries(outputs)),
        metaJson: stringifyLossless(Object.fromEntries(meta)),
        finishedAtMs: Date.now(),
      },
    };
  };
  const metaOf = (nodeId: NodeId, displayNode: NodeId): JsonObject => ({
    node_id: nodeId,
    display_node: displayNode,
    parent_node: progress[nodeId]?.parent_node_id ?? null,
    real_node_id: realIdOf(nodeId),
  });

  return {
    observe(event) {
      if (event.type === 'progress_state') progress = event.data.nodes;
      else if (event.type === 'executing' && event.data.node !== null) {
        lastNode = event.data.node;
        started.add(lastNode);
      } else if (event.type === 'executed' && event.data.output !== null) {
        uiOutputs.set(event.data.node, { output: event.data.output, displayNode: event.data.display_node });
      } else if (event.type === 'execution_start' || event.type === 'execution_cached') statusEvents.push(event);
    },
    fail(failure, nodeId) {
      const { promptIds, ...node } = blame(nodeId);
      return end({
        type: 'execution_error',
        data: {
          prompt_id: run.promptId,
          ...node,
          executed: executed(),
          // The reference's messages end in a newline (an empty tip follows it).
          exception_message: `${failure.message}\n`,
          exception_type: failure.exceptionType,
          traceback: [...failure.traceback],
          current_inputs: {},
          current_outputs: promptIds,
          timestamp: Date.now(),
        },
      });
    },
    interrupt(nodeId) {
      const { promptIds: _, ...node } = blame(nodeId);
      return end({
        type: 'execution_interrupted',
        data: { prompt_id: run.promptId, ...node, executed: executed(), timestamp: Date.now() },
      });
    },
  };
}

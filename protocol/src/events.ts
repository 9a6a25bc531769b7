// Events of a run (spec websocket.md section 5): emitted by `execution`, carried by `store.events`, encoded for sockets
// by `server`. JSON events keep their wire names and shapes; who receives each is decided by `server` from
// the type and the prompt's client id (websocket.md section 2).
import type { JsonObject } from './lossless-json/json-value.ts';
import type { NodeId } from './prompt.ts';

export interface NodeProgress {
  value: number;
  max: number;
  state: 'pending' | 'running' | 'finished' | 'error';
  node_id: NodeId;
  prompt_id: string;
  display_node_id: NodeId;
  parent_node_id: NodeId | null;
  real_node_id: NodeId;
  activity?: string;
}

/** Outputs for the user interface: every value is an array (`{"images": [{filename, subfolder, type}]}`). */
export type UiOutput = JsonObject;

export interface ExecutionErrorData {
  prompt_id: string;
  node_id: NodeId;
  node_type: string;
  executed: NodeId[];
  exception_message: string;
  exception_type: string;
  traceback: string[];
  current_inputs: JsonObject | [];
  current_outputs: NodeId[];
  timestamp?: number;
}

/** What the end of a run tells when nodes failed and the run went on without them (`continue_independent`). */
export interface ExecutionSummary {
  completion_status: 'partial_success';
  has_errors: true;
  execution_error_count: number;
  /** Nodes of the prompt that did not run because they depend on one that failed. */
  blocked_node_ids: NodeId[];
  blocked_output_node_ids: NodeId[];
  successful_output_node_ids: NodeId[];
}

/** Events that go into `status.messages` of the history entry, as `[type, data]`. */
export type StatusEvent =
  | { type: 'execution_start'; data: { prompt_id: string; timestamp: number } }
  | { type: 'execution_cached'; data: { nodes: NodeId[]; prompt_id: string; timestamp: number } }
  | { type: 'execution_success'; data: { prompt_id: string; timestamp: number } & Partial<ExecutionSummary> }
  | { type: 'execution_error'; data: ExecutionErrorData }
  | {
      type: 'execution_interrupted';
      data: { prompt_id: string; node_id: NodeId; node_type: string; executed: NodeId[]; timestamp: number };
    };

/** Identity of the node that a preview or text belongs to. */
export interface PreviewMetadata {
  node_id: NodeId;
  prompt_id: string;
  display_node_id: NodeId;
  parent_node_id: NodeId | null;
  real_node_id: NodeId;
}

export type ExecutionEvent =
  | StatusEvent
  /** A node failed, and the run goes on with what does not depend on it. */
  | { type: 'execution_node_error'; data: ExecutionErrorData }
  | { type: 'executing'; data: { node: NodeId | null; display_node?: NodeId; prompt_id: string } }
  | { type: 'executed'; data: { node: NodeId; display_node: NodeId; output: UiOutput | null; prompt_id: string } }
  | { type: 'progress'; data: { value: number; max: number; prompt_id: string; node: NodeId } }
  | { type: 'progress_state'; data: { prompt_id: string; nodes: Record<NodeId, NodeProgress> } }
  /** Binary preview. The server sends it once per socket: format 4 right where it is, or format 1 after the next `progress` (websocket.md 6.5). */
  | {
      type: 'preview';
      image: Uint8Array;
      format: 'jpeg' | 'png';
      metadata: PreviewMetadata;
      /** The picture is what the node was asked for, not a glimpse of it: no newer one makes up for it. */
      isResult?: boolean;
    }
  /** Binary text frame (type 3). */
  | { type: 'text'; nodeId: NodeId; text: string }
  /** Event raised by a node under a name of its own. */
  | { type: 'custom'; name: string; data: JsonObject };

/** What travels over `store.events`: a run's event with the run it belongs to, or a change of the queue. */
export type PublishedEvent =
  | { kind: 'run'; promptId: string; clientId: string | null; event: ExecutionEvent }
  | { kind: 'queue'; remaining: number };

// What a node gets beside its arguments while it runs (spec node-contract.md section 7).
import type { JsonObject, NodeId } from '@snug/protocol';
import type { NodeServices } from './data-types.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { HiddenKind, HiddenValues } from './hidden-inputs.ts';

/** An encoded picture shown while a node runs. */
export interface PreviewImage {
  readonly image: Uint8Array;
  readonly format: 'jpeg' | 'png';
  /** The picture is what the node was asked for: a client that reads slowly must get it, too. Default false. */
  readonly isResult?: boolean;
}

/**
 * One call of one node. `H` are the hidden inputs it asked for, `S` is its own state; a function that needs neither takes
 * a plain `NodeContext`, which every node's context is.
 */
export interface NodeContext<H extends HiddenKind = never, S = unknown> {
  readonly nodeId: NodeId;
  readonly classType: string;
  readonly promptId: string;
  /** Which item of mapped lists this call works on, from 0. */
  readonly listIndex: number;
  /** Fires on interrupt and when another node of the run failed. Hand it to everything that takes long. */
  readonly signal: AbortSignal;
  readonly services: NodeServices;
  readonly hidden: Pick<HiddenValues, H>;
  /** `extra_data` of the submission, without secrets (e.g. `preview_method`). */
  readonly extraData: JsonObject;
  /** Lives as long as the node (same id and class) keeps appearing in prompts; made by the definition's `state`. */
  readonly state: S;
  /** Throws when the run was interrupted; call it between steps. */
  throwIfInterrupted(): void;
  /** Reports step `value` of `max`, with an optional picture; throws when the run was interrupted. */
  progress(value: number, max: number, preview?: PreviewImage): void;
  /** Like `progress`, but without the classic `progress` message and without checking for interrupts. */
  setProgress(value: number, max: number): void;
  /** Shows a text at the node (binary frame 3). */
  sendText(text: string): void;
  /** Sends an event under a name of the node's own. */
  sendEvent(name: string, data: JsonObject): void;
  /** A new builder for a subgraph, its ids prefixed for this call. */
  graph(): GraphBuilder;
}

/** What validators know. */
export interface ValidatorContext {
  readonly nodeId: NodeId;
  /** Types of the linked inputs by name; empty unless the validator wants them. */
  readonly inputTypes: Readonly<Record<string, unknown>>;
}

/** What fingerprints know. */
export interface FingerprintContext {
  readonly nodeId: NodeId;
}

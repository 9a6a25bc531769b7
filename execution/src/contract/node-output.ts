// What `execute` may return beyond a plain array of outputs (spec execution.md 4.3).
import type { UiOutput } from '@snug/protocol';
import type { Blocker } from './blocker.ts';
import type { Expansion } from './graph-builder.ts';

/** Parts of a rich result; all optional. */
export interface NodeOutputParts {
  /** Outputs, one per declared output; with `expand` they may be links into the new nodes. A blocker stands for all outputs. */
  readonly result?: readonly unknown[] | Blocker;
  /** For the user interface; every value is an array. */
  readonly ui?: UiOutput;
  /** Subgraph that takes this node's place. */
  readonly expand?: Expansion;
}

/** Also recognised when a node pack brought its own copy of this module. */
const BRAND = Symbol.for('snug.execution.node-output');

/** A rich result; made by `out`. */
export class NodeOutput {
  readonly [BRAND] = true;
  readonly result: readonly unknown[] | Blocker | null;
  readonly ui: UiOutput | null;
  readonly expand: Expansion | null;
  constructor(parts: NodeOutputParts) {
    this.result = parts.result ?? null;
    this.ui = parts.ui ?? null;
    this.expand = parts.expand ?? null;
  }
}

/** Returns outputs together with ui, or a subgraph. */
export function out(parts: NodeOutputParts): NodeOutput {
  return new NodeOutput(parts);
}

export function isNodeOutput(value: unknown): value is NodeOutput {
  return typeof value === 'object' && value !== null && BRAND in value;
}

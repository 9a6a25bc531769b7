// Nodes that exist in editors only (spec files.md 8.1): they hold notes, carry links or hand over a value, and never run.
// A name that the server has a class for is no virtual node, whatever it is called.
import type { JsonValue } from '../lossless-json/json-value.ts';
import type { NodeClasses } from './node-class.ts';
import type { WorkflowNode } from './workflow-document.ts';

/**
 * `note`: nothing; `reroute`: passes its input on; `primitive`: a value for the widgets that it is connected to;
 * `setter` and `getter`: a link by name instead of by wire.
 */
export type VirtualKind = 'note' | 'reroute' | 'primitive' | 'setter' | 'getter';

const KINDS: ReadonlyMap<string, VirtualKind> = new Map<string, VirtualKind>([
  ['Note', 'note'],
  ['MarkdownNote', 'note'],
  ['Reroute', 'reroute'],
  ['PrimitiveNode', 'primitive'],
  ['SetNode', 'setter'],
  ['GetNode', 'getter'],
  ['easy setNode', 'setter'],
  ['easy getNode', 'getter'],
  ['Reroute (rgthree)', 'reroute'],
  ['Label (rgthree)', 'note'],
  ['Bookmark (rgthree)', 'note'],
  ['Fast Muter (rgthree)', 'note'],
  ['Fast Bypasser (rgthree)', 'note'],
  ['Fast Groups Muter (rgthree)', 'note'],
  ['Fast Groups Bypasser (rgthree)', 'note'],
  ['Fast Actions Button (rgthree)', 'note'],
  ['Mute / Bypass Relay (rgthree)', 'note'],
  ['Mute / Bypass Repeater (rgthree)', 'note'],
  ['Random Unmuter (rgthree)', 'note'],
  ['Node Collector (rgthree)', 'reroute'],
]);

export function virtualKind(type: string, classes: NodeClasses): VirtualKind | undefined {
  const kind = KINDS.get(type);
  return kind === undefined || classes.get(type) !== undefined ? undefined : kind;
}

/** Whether nodes of this type connect inputs without links, at the moment when an editor submits. */
export function connectsInvisibly(type: string): boolean {
  return /^(?:Anything|Prompts|Seed) Everywhere/.test(type);
}

/** First widget value of a virtual node: the value of a primitive, the name of a Set or Get node. */
export function firstValue({ values, namedValues }: WorkflowNode): JsonValue | undefined {
  return namedValues === undefined ? values[0] : Object.values(namedValues)[0];
}

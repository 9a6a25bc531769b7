// Links between nodes: `[source node id, output index]` (spec execution.md 4.1).
import type { Link } from '@snug/protocol';

/** True when a value counts as a link at run time: an array of a string and a number. */
export function isLink(value: unknown): value is Link {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number';
}

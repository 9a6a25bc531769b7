// Execution blockers (spec execution.md 4.6): a value in an output that stops everything downstream of it, item by item.

/** Also recognised when a node pack brought its own copy of this module. */
const BRAND = Symbol.for('snug.execution.blocker');

/** A blocked output. Without a message it spreads silently; with one, the first consumer reports it. */
export class Blocker {
  readonly [BRAND] = true;
  readonly message: string | null;
  constructor(message: string | null) {
    this.message = message;
  }
}

/** Makes a blocker, usable as any output or as the whole result of a node. */
export function block(message: string | null = null): Blocker {
  return new Blocker(message);
}

export function isBlocker(value: unknown): value is Blocker {
  return typeof value === 'object' && value !== null && BRAND in value;
}

// Deep copies of JSON values that keep key order and boxed floats, and the door through which values of unknown
// origin (node code, configuration) become JSON values.
import { ProtocolError } from '../errors.ts';
import { isPlainObject, JsonFloat, type JsonObject, type JsonValue, MAX_WRITABLE_DEPTH } from './json-value.ts';
import { copyKeyOrder, emptyObject, orderedKeys } from './key-order.ts';

/** A container whose members are still to be copied. */
type Pending = { readonly depth: number } & (
  | { readonly from: readonly unknown[]; readonly to: JsonValue[] }
  | { readonly from: Readonly<Record<string, unknown>>; readonly to: JsonObject }
);

function isScalar(value: unknown): value is null | boolean | number | bigint | string | JsonFloat {
  const type = typeof value;
  if (type === 'string' || type === 'number' || type === 'boolean' || type === 'bigint') return true;
  return value === null || value instanceof JsonFloat;
}

/** Copies a scalar, or schedules the copying of a container's members. */
function begin(value: unknown, place: string, depth: number, stack: Pending[]): JsonValue {
  if (isScalar(value)) return value;
  if (Array.isArray(value)) {
    const to: JsonValue[] = [];
    stack.push({ from: value, to, depth });
    return to;
  }
  if (isPlainObject(value)) {
    const to = emptyObject();
    stack.push({ from: value, to, depth });
    return to;
  }
  const kind = typeof value === 'object' ? (value?.constructor?.name ?? 'object') : typeof value;
  throw new ProtocolError('JSON_UNSUPPORTED_VALUE', { what: `${place} (${kind})` });
}

function copyMembers(pending: Pending, stack: Pending[]): void {
  const depth = pending.depth + 1;
  if (depth > MAX_WRITABLE_DEPTH) throw new ProtocolError('JSON_UNSUPPORTED_VALUE', { what: 'a cyclic value' });
  if (Array.isArray(pending.to)) {
    const items = pending.from as readonly unknown[];
    for (const [index, item] of items.entries()) {
      pending.to.push(item === undefined ? null : begin(item, `item ${index}`, depth, stack));
    }
    return;
  }
  const members = pending.from as Readonly<Record<string, unknown>>;
  for (const key of orderedKeys(members)) {
    const member = members[key];
    if (member !== undefined) pending.to[key] = begin(member, `member ${JSON.stringify(key)}`, depth, stack);
  }
  copyKeyOrder(members, pending.to);
}

/**
 * Deep copy of anything that consists of JSON values, as null-prototype objects; undefined members are left out.
 *
 * @throws ProtocolError JSON_UNSUPPORTED_VALUE naming the member that is a function, a class instance or the like.
 */
export function toJsonValue(value: unknown): JsonValue {
  const stack: Pending[] = [];
  const copy = begin(value, 'the value', 0, stack);
  for (let pending = stack.pop(); pending !== undefined; pending = stack.pop()) copyMembers(pending, stack);
  return copy;
}

/** Deep copy that keeps key order; boxed floats are immutable and shared. */
export function cloneJson<T extends JsonValue>(value: T): T {
  return toJsonValue(value) as T;
}

// How much memory a value holds, as far as it can be seen: typed arrays, buffers, texts and the containers around them.

/** Containers beyond this many members are estimated by their first ones. */
const MAX_MEMBERS = 10_000;

/** Bytes held by a value; objects that appear several times count once. Handles of models count as almost nothing. */
export function sizeOfValue(value: unknown): number {
  const seen = new Set<object>();
  const stack: unknown[] = [value];
  let bytes = 0;
  for (let visited = 0; stack.length > 0 && visited < MAX_MEMBERS; visited++) {
    const item = stack.pop();
    if (typeof item === 'string') bytes += 2 * item.length;
    else if (typeof item === 'number' || typeof item === 'bigint') bytes += 8;
    if (typeof item !== 'object' || item === null || seen.has(item)) continue;
    seen.add(item);
    if (ArrayBuffer.isView(item)) {
      // Views of one buffer share it.
      if (!seen.has(item.buffer)) bytes += item.buffer.byteLength;
      seen.add(item.buffer);
    } else if (item instanceof ArrayBuffer) {
      bytes += item.byteLength;
    } else {
      for (const member of item instanceof Map ? item.values() : Object.values(item)) stack.push(member);
    }
  }
  return bytes;
}

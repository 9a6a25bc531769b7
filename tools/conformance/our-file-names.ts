// Names of previews are drawn anew by every node: where a request of a recording names one, ours is the file that was shown in the
// same place of the same message or answer.
import { isJsonObject, type JsonValue } from '@snug/protocol';
import type { Place } from './allowances.ts';
import type { Bindings } from './placeholders.ts';
import { member } from './trace-format.ts';

/** A document of the recording and the one that we got in its place. */
export interface DocumentPair {
  readonly recorded: JsonValue;
  readonly ours: JsonValue;
}

/** Puts our file names into a recorded path; a name that nothing showed stays. */
export function withOurFileName(path: string, pairs: readonly DocumentPair[], bindings: Bindings): string {
  for (const { recorded, ours } of pairs) {
    for (const { name, place } of fileNames(recorded)) {
      if (!name.includes('<') || !path.includes(name)) continue;
      const own = member(ours, ...place.map(key => (typeof key === 'string' ? (bindings.fill(key) ?? key) : key)));
      if (typeof own === 'string') return path.replace(name, own);
    }
  }
  return path;
}

function fileNames(value: JsonValue, place: Place = []): { name: string; place: Place }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => fileNames(item, [...place, index]));
  if (!isJsonObject(value)) return [];
  const name = value['filename'];
  const own = typeof name === 'string' ? [{ name, place: [...place, 'filename'] }] : [];
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => fileNames(inner, [...place, key]))];
}

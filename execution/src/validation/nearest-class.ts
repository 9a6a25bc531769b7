// The known class that a prompt with an unknown one most likely means: the words on a node's title bar are often taken for its
// class ("Load Checkpoint" is CheckpointLoaderSimple), and names get mistyped. Nothing is better than a wild guess, so only
// names that differ by a slip count (spec clients.md section 1).
import type { Catalogue } from '../catalogue/node-description.ts';

/** Longer names are nobody's slip. */
const MAX_NAME_LENGTH = 80;

/** One slip for so many characters of a name. */
const CHARACTERS_PER_SLIP = 5;

/** @returns null when no class is near. Classes that are deprecated are not suggested. */
export function nearestClass(classType: string, catalogue: Catalogue): string | null {
  const wanted = bareName(classType);
  if (wanted === '' || wanted.length > MAX_NAME_LENGTH) return null;
  let nearest: string | null = null;
  let limit = Math.floor(wanted.length / CHARACTERS_PER_SLIP) + 1;
  for (const { classType: known, objectInfo } of catalogue.values()) {
    if (objectInfo['deprecated'] === true) continue;
    const slips = Math.min(
      slipsBetween(wanted, bareName(known), limit),
      // A title must be met exactly: titles are plain words, and plain words are near to each other.
      bareName(String(objectInfo['display_name'] ?? '')) === wanted ? 0 : limit,
    );
    if (slips >= limit) continue;
    nearest = known;
    limit = slips;
  }
  return nearest;
}

function bareName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Insertions, deletions and replacements that turn one text into the other (Levenshtein 1966); `limit` for that many or more. */
function slipsBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? limit) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? limit) + 1, (next[j - 1] ?? limit) + 1));
    }
    if (Math.min(...next) >= limit) return limit;
    row = next;
  }
  return Math.min(row.at(-1) ?? limit, limit);
}

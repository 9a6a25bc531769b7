// Compares the descriptions of our built-in nodes with recorded ones, entry by entry: names, order, types, defaults, ranges,
// categories and flags must be equal; texts are our own, but must be where the recording has some.
import { isJsonObject, type JsonObject, type JsonValue, orderedEntries, stringifyLossless } from '@snug/protocol';

/** What a recording has in the place of a text. */
const ANY_TEXT = '<text>';

/** Members that newer versions of the reference add; ours may have them. */
const NEWER_MEMBERS: ReadonlySet<string> = new Set([
  'is_input_list',
  'search_aliases',
  'has_intermediate_output',
  'essentials_category',
  'output_matchtypes',
  'dev_only',
  'price_badge',
]);

/** Objects whose members have an order that users see. */
const ORDERED_PLACE = /\.input\.(required|optional)$/;

export interface ObjectInfoDifference {
  /** `Class.input.required.seed`. */
  readonly place: string;
  /** Undefined where only one side has the member. */
  readonly recorded: string | undefined;
  readonly ours: string | undefined;
}

/** Differences of the classes that both sides have. */
export function compareObjectInfo(recorded: JsonObject, ours: JsonObject): readonly ObjectInfoDifference[] {
  const differences: ObjectInfoDifference[] = [];
  for (const [name, entry] of orderedEntries(recorded)) {
    const own = ours[name];
    if (own !== undefined) compare(name, entry, own, differences);
  }
  return differences;
}

function compare(place: string, recorded: JsonValue, ours: JsonValue, differences: ObjectInfoDifference[]): void {
  if (isJsonObject(recorded) && isJsonObject(ours)) {
    compareMembers(place, recorded, ours, differences);
  } else if (Array.isArray(recorded) && Array.isArray(ours) && recorded.length === ours.length) {
    for (const [i, item] of recorded.entries()) compare(`${place}[${i}]`, item, ours[i] ?? null, differences);
  } else if (!isSame(recorded, ours)) {
    differences.push({ place, recorded: stringifyLossless(recorded), ours: stringifyLossless(ours) });
  }
}

function compareMembers(
  place: string,
  recorded: JsonObject,
  ours: JsonObject,
  differences: ObjectInfoDifference[],
): void {
  for (const [key, value] of Object.entries(recorded)) {
    const own = ours[key];
    // Front ends need a name, so ours is the class type where the recording has none.
    if (key === 'display_name' && value === null && own === place) continue;
    if (own !== undefined) compare(`${place}.${key}`, value, own, differences);
    else differences.push({ place: `${place}.${key}`, recorded: stringifyLossless(value), ours: undefined });
  }
  for (const [key, own] of Object.entries(ours)) {
    if (key in recorded || NEWER_MEMBERS.has(key)) continue;
    differences.push({ place: `${place}.${key}`, recorded: undefined, ours: stringifyLossless(own) });
  }
  const order = (members: JsonObject): string =>
    orderedEntries(members)
      .map(([key]) => key)
      .join(', ');
  if (ORDERED_PLACE.test(place) && order(recorded) !== order(ours)) {
    differences.push({ place: `order of ${place}`, recorded: order(recorded), ours: order(ours) });
  }
}

function isSame(recorded: JsonValue, ours: JsonValue): boolean {
  if (recorded === ANY_TEXT) return typeof ours === 'string' && ours !== '';
  return stringifyLossless(recorded) === stringifyLossless(ours);
}

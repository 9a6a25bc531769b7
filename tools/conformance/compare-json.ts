// Compares a recorded document with ours, placeholders and allowances included, and lists the places where they differ.
import { isJsonObject, JsonFloat, type JsonObject, type JsonValue, numericValue } from '@snug/protocol';
import {
  isInputText,
  isPythonText,
  isUnordered,
  type Place,
  withoutNodeText,
  withRelativeNumbers,
} from './allowances.ts';
import { type Bindings, standsForAnything, standsForNumber } from './placeholders.ts';

export interface ValueDifference {
  readonly place: Place;
  /** Undefined where only we have a value. */
  readonly recorded: JsonValue | undefined;
  /** Undefined where only the recording has one. */
  readonly ours: JsonValue | undefined;
}

/** Key of a recorded object of which only some members are known. */
export const AND_MORE = '<more>';

export interface CompareOptions {
  readonly bindings: Bindings;
  /** Keep 1 and 1.0 apart. */
  readonly exactNumbers: boolean;
  /** The outermost array is a set. */
  readonly isListing?: boolean;
}

export function compareJson(recorded: JsonValue, ours: JsonValue, options: CompareOptions): ValueDifference[] {
  return compareAt([], recorded, ours, { ...options, isEngineError: false, isNodeText: false });
}

interface Context extends CompareOptions {
  /** Inside an error that the executor made itself: its texts are compared. */
  readonly isEngineError: boolean;
  /** Inside an error whose details a node's own validator worded. */
  readonly isNodeText: boolean;
}

function compareAt(place: Place, recorded: JsonValue, ours: JsonValue, context: Context): ValueDifference[] {
  if (standsForAnything(recorded)) return [];
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    return compareArrays(place, withRelativeNumbers(recorded), withRelativeNumbers(ours), context);
  }
  if (isJsonObject(recorded) && isJsonObject(ours)) return compareObjects(place, recorded, ours, context);
  return isSame(place, recorded, ours, context) ? [] : [{ place, recorded, ours }];
}

function compareObjects(place: Place, recorded: JsonObject, ours: JsonObject, context: Context): ValueDifference[] {
  const inner = {
    ...context,
    isEngineError: 'exception_type' in recorded ? isEngineError(recorded) : context.isEngineError,
    isNodeText: recorded['type'] === 'custom_validation_failed',
  };
  const found: ValueDifference[] = [];
  const taken = new Set<string>();
  for (const [key, value] of Object.entries(recorded)) {
    if (key === AND_MORE) continue;
    const ourKey = key in ours ? key : (context.bindings.fill(key) ?? key);
    taken.add(ourKey);
    const ourValue = ours[ourKey];
    if (ourValue === undefined) found.push({ place: [...place, key], recorded: value, ours: undefined });
    else found.push(...compareAt([...place, key], value, ourValue, inner));
  }
  for (const [key, value] of Object.entries(ours)) {
    if (!taken.has(key) && !(AND_MORE in recorded))
      found.push({ place: [...place, key], recorded: undefined, ours: value });
  }
  return found;
}

/** Errors without a trace of Python are the executor's own: blocked branches and cycles. */
function isEngineError({ traceback }: JsonObject): boolean {
  return Array.isArray(traceback) && traceback.length === 0;
}

function compareArrays(
  place: Place,
  recorded: readonly JsonValue[],
  ours: readonly JsonValue[],
  context: Context,
): ValueDifference[] {
  if (place.at(-1) === 'traceback')
    return recorded.length > 0 === ours.length > 0 ? [] : [{ place, recorded: [...recorded], ours: [...ours] }];
  if (isUnordered(place) || (context.isListing === true && place.length === 0)) {
    return compareSets(place, recorded, ours, context);
  }
  const found: ValueDifference[] = [];
  for (let index = 0; index < Math.max(recorded.length, ours.length); index++) {
    const [theirs, own] = [recorded[index], ours[index]];
    if (theirs === undefined || own === undefined)
      found.push({ place: [...place, index], recorded: theirs, ours: own });
    else found.push(...compareAt([...place, index], theirs, own, context));
  }
  return found;
}

/** Pairs each item with the one that differs least. */
function compareSets(
  place: Place,
  recorded: readonly JsonValue[],
  ours: readonly JsonValue[],
  context: Context,
): ValueDifference[] {
  const left = [...ours];
  return [
    ...recorded.flatMap((item, index) => {
      const nearest = nearestOf([...place, index], item, left, context);
      if (nearest === undefined) return [{ place: [...place, index], recorded: item, ours: undefined }];
      const [own = null] = left.splice(nearest, 1);
      return compareAt([...place, index], item, own, context);
    }),
    ...left.map((own, index) => ({ place: [...place, recorded.length + index], recorded: undefined, ours: own })),
  ];
}

/** Index of the candidate with the fewest differences. */
function nearestOf(
  place: Place,
  recorded: JsonValue,
  candidates: readonly JsonValue[],
  context: Context,
): number | undefined {
  const counts = candidates.map(
    own => compareAt(place, recorded, own, { ...context, bindings: context.bindings.copy() }).length,
  );
  return counts.length === 0 ? undefined : counts.indexOf(Math.min(...counts));
}

function isSame(place: Place, recorded: JsonValue, ours: JsonValue, context: Context): boolean {
  if (typeof recorded === 'string') return isSameText(place, recorded, ours, context);
  const [theirs, own] = [numericValue(recorded), numericValue(ours)];
  if (theirs === undefined || own === undefined) return recorded === ours;
  if (typeof recorded === 'bigint' || typeof ours === 'bigint') return recorded === ours;
  return theirs === own && (!context.exactNumbers || recorded instanceof JsonFloat === ours instanceof JsonFloat);
}

function isSameText(place: Place, recorded: string, ours: JsonValue, context: Context): boolean {
  if (typeof ours !== 'string') return numericValue(ours) !== undefined && standsForNumber(recorded);
  if (context.bindings.matches(recorded, ours)) return true;
  if (isPythonText(place, context.isEngineError)) return recorded.endsWith('\n') === ours.endsWith('\n');
  if (isInputText(place)) return /^(tensor\(|<|\[|\{|\()/.test(recorded);
  return context.isNodeText && place.at(-1) === 'details' && withoutNodeText(recorded) === withoutNodeText(ours);
}

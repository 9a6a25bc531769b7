// What recordings are not to be compared by, according to their README: set order, timing, texts of Python.
import { isJsonObject, type JsonValue } from '@snug/protocol';

/** A place in a document: keys from the outside in. */
export type Place = readonly (string | number)[];

const UNORDERED = new Set(['executed', 'current_outputs', 'dependent_outputs', 'queue_pending']);

/** True where the order of an array says nothing. */
export function isUnordered(place: Place): boolean {
  const [last, before] = [place.at(-1), place.at(-2)];
  if (UNORDERED.has(String(last))) return true;
  if (last === 'errors') return place.at(-3) === 'node_errors';
  // Outputs to execute, the fifth element of the tuples of history and queue.
  return last === 4 && (before === 'prompt' || /^queue_(running|pending)$/.test(String(place.at(-3))));
}

/** Texts of a failed node that are Python's own; `isEngineError` tells errors that the executor itself makes. */
export function isPythonText(place: Place, isEngineError: boolean): boolean {
  if (place.includes('traceback')) return true;
  return !isEngineError && ['exception_message', 'exception_type'].includes(String(place.at(-1)));
}

/** `current_inputs` shows tensors and objects in the words of Python. */
export function isInputText(place: Place): boolean {
  return place.includes('current_inputs');
}

/** What a node's own validator says about a value is the node's choice: only what is before " - " counts. */
export function withoutNodeText(details: string): string {
  return details.replace(/ - .*$/s, ' - <node text>');
}

/** GET answers whose order is that of the file system. */
export function isFileListing(path: string): boolean {
  return /^(\/api)?(\/internal\/files|\/userdata|\/v2\/userdata|\/extensions|\/models\/|\/experiment\/models\/|\/embeddings)/.test(
    path,
  );
}

/**
 * Previews are numbered under a prefix that each node draws anew, and go on from earlier prompts of the same node: their numbers
 * are compared from the first of the list on. Other lists come back as they are.
 */
export function withRelativeNumbers(files: readonly JsonValue[]): readonly JsonValue[] {
  const first = numberOf(files[0]);
  if (first === undefined) return files;
  return files.map(file => {
    const number = numberOf(file);
    if (number === undefined || !isJsonObject(file)) return file;
    const name = String(file['filename']).replace(/_\d{5}_/, `_first + ${number - first}_`);
    return { ...file, filename: name };
  });
}

function numberOf(file: JsonValue | undefined): number | undefined {
  const name = isJsonObject(file) ? file['filename'] : undefined;
  const digits = /^ComfyUI_temp_(?:<rand5>|[a-z]{5})_(\d{5})_\./.exec(String(name))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

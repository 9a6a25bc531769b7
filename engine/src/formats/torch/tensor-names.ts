// From the value that a file holds to tensors by name. Training programs wrap the weights in dicts of several names; nested dicts
// become names with dots.
import { isKind, type PickleDict, type PickleTensor, type PickleValue } from './pickle-values.ts';

/** Wrappers, the one that is preferred first. The last holds the vectors of a textual inversion. */
const WRAPPERS = [
  'model_state_dict',
  'state_dict',
  'params_ema',
  'params-ema',
  'params',
  'model',
  'net',
  'string_to_param',
];
const MAX_DEPTH = 4;

/** In the order of the file. */
export function tensorsByName(root: PickleValue): Map<string, PickleTensor> {
  const found = new Map<string, PickleTensor>();
  if (isKind(root, 'tensor')) found.set('tensor', root);
  if (isKind(root, 'dict')) collect(unwrap(root), '', MAX_DEPTH, { found, seen: new Set() });
  return found;
}

function unwrap(root: PickleDict): PickleDict {
  for (const name of WRAPPERS) {
    const inner = root.entries.get(name);
    if (isKind(inner, 'dict')) return inner;
  }
  return root;
}

interface Collection {
  readonly found: Map<string, PickleTensor>;
  /** A dict may be there many times over, or inside itself. */
  readonly seen: Set<PickleDict>;
}

function collect(dict: PickleDict, prefix: string, depth: number, collection: Collection): void {
  if (depth === 0 || collection.seen.has(dict)) return;
  collection.seen.add(dict);
  for (const [key, value] of dict.entries) {
    if (typeof key !== 'string' && typeof key !== 'number') continue;
    const name = `${prefix}${key}`;
    if (isKind(value, 'tensor')) collection.found.set(name, value);
    else if (isKind(value, 'dict')) collect(value, `${name}.`, depth - 1, collection);
  }
}

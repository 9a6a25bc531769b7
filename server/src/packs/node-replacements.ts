// Which classes took the place of which (spec http.md 7.9). A pack says so in `node_replacements.json` in its folder, in the shape in
// which clients get it: `{"<old class>": [{"new_node_id", "input_mapping"?, "output_mapping"?, "old_widget_ids"?}]}`. The
// files are read once, with the first question: packs are loaded when the server starts.
import { isJsonObject, type JsonValue, numericValue, type Prompt } from '@snug/protocol';
import type { Logger } from '../logger.ts';
import type { NodePackFolder } from '../server-options.ts';
import { readJsonBelow } from './pack-files.ts';
import { type InputMapping, type NodeReplacement, replaceNodesInPlace } from './replace-nodes.ts';

const FILE_NAME = 'node_replacements.json';

type Replacements = ReadonlyMap<string, readonly NodeReplacement[]>;

export interface NodeReplacements {
  /** Old class to its replacements, the preferred one first. */
  list(): Promise<Replacements>;
  /** Replaces, in place, the nodes of classes that are unknown now, where the new class is known. */
  apply(prompt: Prompt, isKnown: (classType: string) => Promise<boolean>): Promise<void>;
}

export function createNodeReplacements(packs: readonly NodePackFolder[], logger: Logger): NodeReplacements {
  let reading: Promise<Replacements> | undefined;
  const list = (): Promise<Replacements> => {
    reading ??= readReplacements(packs, logger).catch((error: unknown) => {
      reading = undefined; // A disk that failed once is asked again.
      throw error;
    });
    return reading;
  };
  return {
    list,
    async apply(prompt, isKnown) {
      const replacements = await list();
      if (replacements.size === 0) return;
      const chosen = new Map<string, NodeReplacement>();
      for (const classType of new Set(Object.values(prompt).map(node => node?.class_type))) {
        const candidates = replacements.get(classType) ?? [];
        if (candidates.length === 0 || (await isKnown(classType))) continue;
        const found = await firstKnown(candidates, isKnown);
        if (found !== undefined) chosen.set(classType, found);
      }
      replaceNodesInPlace(prompt, classType => chosen.get(classType));
    },
  };
}

async function firstKnown(
  candidates: readonly NodeReplacement[],
  isKnown: (classType: string) => Promise<boolean>,
): Promise<NodeReplacement | undefined> {
  for (const candidate of candidates) if (await isKnown(candidate.new_node_id)) return candidate;
  return undefined;
}

async function readReplacements(packs: readonly NodePackFolder[], logger: Logger): Promise<Replacements> {
  const merged = new Map<string, NodeReplacement[]>();
  for (const { name, folder } of packs) {
    const declared = folder === null ? undefined : await readJsonBelow(folder, FILE_NAME, logger);
    if (declared === undefined) continue;
    const entries = isJsonObject(declared) ? Object.entries(declared) : undefined;
    if (entries === undefined) logger.warn({ pack: name }, `${FILE_NAME} of the pack "${name}" is no object`);
    for (const [oldClass, list] of entries ?? []) {
      const read = (Array.isArray(list) ? list : []).map(item => readReplacement(oldClass, item));
      const usable = read.filter(item => item !== undefined);
      if (usable.length < read.length || usable.length === 0) {
        logger.warn({ pack: name, oldClass }, `A replacement of "${oldClass}" by the pack "${name}" cannot be used`);
      }
      if (usable.length > 0) merged.set(oldClass, [...(merged.get(oldClass) ?? []), ...usable]);
    }
  }
  return merged;
}

/** Undefined when a part of it has not the shape it must have. */
function readReplacement(oldClass: string, item: JsonValue): NodeReplacement | undefined {
  if (!isJsonObject(item) || typeof item['new_node_id'] !== 'string') return undefined;
  const inputs = readList(item['input_mapping'], readInput);
  const outputs = readList(item['output_mapping'], readOutput);
  const widgets = readList(item['old_widget_ids'], id => (typeof id === 'string' ? id : undefined));
  if (inputs === undefined || outputs === undefined || widgets === undefined) return undefined;
  return {
    new_node_id: item['new_node_id'],
    old_node_id: oldClass,
    old_widget_ids: widgets,
    input_mapping: inputs,
    output_mapping: outputs,
  };
}

/** Null stays null; undefined when it is no list or an item of it cannot be read. */
function readList<T>(
  list: JsonValue | undefined,
  read: (item: JsonValue) => T | undefined,
): readonly T[] | null | undefined {
  if (list === undefined || list === null) return null;
  const items = Array.isArray(list) ? list.map(read) : [undefined];
  return items.every(item => item !== undefined) ? items : undefined;
}

function readInput(item: JsonValue): InputMapping | undefined {
  const { new_id, old_id, set_value } = isJsonObject(item) ? item : {};
  if (typeof new_id !== 'string') return undefined;
  if (set_value !== undefined) return { new_id, set_value };
  return typeof old_id === 'string' ? { new_id, old_id } : undefined;
}

function readOutput(item: JsonValue): { new_idx: number; old_idx: number } | undefined {
  const [newIndex, oldIndex] = isJsonObject(item) ? [item['new_idx'], item['old_idx']].map(numericValue) : [];
  if (newIndex === undefined || oldIndex === undefined) return undefined;
  return Number.isInteger(newIndex) && Number.isInteger(oldIndex)
    ? { new_idx: newIndex, old_idx: oldIndex }
    : undefined;
}

// What a finished job produced, as lists of jobs show it: how many items, how many a user interface can show, and
// which one stands for the job (spec http.md 5).
import { isJsonObject, type JsonObject, type JsonValue, orderedEntries, orderedObject } from '@snug/protocol';

export interface OutputsSummary {
  readonly count: number;
  readonly previewableCount: number;
  /** One item with `nodeId` and `mediaType`; null when nothing can be shown. */
  readonly preview: JsonObject | null;
}

interface OutputItem {
  readonly nodeId: string;
  readonly mediaType: string;
  readonly item: JsonObject;
}

const modelFile = /\.(?:obj|fbx|gltf|glb|usdz)$/i;
const textFile = /\.(?:txt|md|json)$/i;
const visualTypes: ReadonlySet<string> = new Set(['images', 'video', 'audio', '3d']);

/** Longest text that a list carries. */
const MAX_TEXT_LENGTH = 1024;

/** A text that names a 3D file as a file item; undefined for other texts. */
function modelItemOf(name: string): JsonObject | undefined {
  return modelFile.test(name) ? { filename: name, type: 'output', subfolder: '', mediaType: '3d' } : undefined;
}

/** The outputs with texts that name 3D files turned into file items. */
export function normalizeOutputs(outputs: JsonObject): JsonObject {
  const normalizeItem = (item: JsonValue): JsonValue => (typeof item === 'string' ? (modelItemOf(item) ?? item) : item);
  const normalizeNode = (node: JsonValue): JsonValue =>
    isJsonObject(node)
      ? orderedObject(
          orderedEntries(node).map(
            ([key, value]) => [key, Array.isArray(value) ? value.map(normalizeItem) : value] as const,
          ),
        )
      : node;
  return orderedObject(orderedEntries(outputs).map(([id, node]) => [id, normalizeNode(node)] as const));
}

function isPreviewable({ mediaType, item }: OutputItem): boolean {
  if (visualTypes.has(mediaType) || mediaType === 'text') return true;
  const format = item['format'];
  if (typeof format === 'string' && /^(?:video|audio)\//.test(format)) return true;
  const filename = item['filename'];
  return typeof filename === 'string' && (modelFile.test(filename) || textFile.test(filename));
}

function isTextFile({ item }: OutputItem): boolean {
  const filename = item['filename'];
  return typeof filename === 'string' && textFile.test(filename);
}

function asPreview({ nodeId, mediaType, item }: OutputItem): JsonObject {
  return { ...item, nodeId, mediaType };
}

function textPreview(nodeId: string, text: string): JsonObject {
  const isLong = text.length > MAX_TEXT_LENGTH;
  return { content: text.slice(0, MAX_TEXT_LENGTH), ...(isLong && { truncated: true }), nodeId, mediaType: 'text' };
}

/** Every value of every list in the outputs, flags left out. */
function* listedValues(outputs: JsonObject): Generator<{ nodeId: string; key: string; value: JsonValue }> {
  for (const [nodeId, node] of orderedEntries(outputs)) {
    if (!isJsonObject(node)) continue;
    for (const [key, values] of orderedEntries(node)) {
      if (key === 'animated' || !Array.isArray(values)) continue;
      for (const value of values) yield { nodeId, key, value };
    }
  }
}

/** Items that are files, in order, and the first text. */
function collect(outputs: JsonObject): { readonly items: readonly OutputItem[]; readonly text: JsonObject | null } {
  const items: OutputItem[] = [];
  let text: JsonObject | null = null;
  for (const { nodeId, key, value } of listedValues(outputs)) {
    const item = typeof value === 'string' ? modelItemOf(value) : value;
    if (isJsonObject(item)) items.push({ nodeId, mediaType: typeof value === 'string' ? '3d' : key, item });
    else if (key === 'text' && typeof value === 'string') text ??= textPreview(nodeId, value);
  }
  return { items, text };
}

/** @param outputs UI outputs by node id. */
export function summarizeOutputs(outputs: JsonObject): OutputsSummary {
  const { items, text } = collect(outputs);
  const previewable = items.filter(isPreviewable);
  const visual = previewable.filter(item => item.mediaType !== 'text' && !isTextFile(item));
  const chosen = visual.find(({ item }) => item['type'] === 'output') ?? visual[0] ?? previewable.find(isTextFile);
  return {
    count: items.length,
    previewableCount: previewable.length,
    preview: chosen === undefined ? text : asPreview(chosen),
  };
}

// What is written into pictures so that they can be dropped into an editor again (spec files.md section 6): the prompt as it
// was executed and every key of `extra_pnginfo`, normally the workflow. Texts are ASCII JSON in Python's layout.
import type { HiddenValues } from '@snug/execution';
import { isJsonObject, type JsonValue, orderedEntries, stringifyPython } from '@snug/protocol';

/** Keyword and text of the PNG text chunks, in their order. */
export type PngTexts = readonly (readonly [keyword: string, text: string])[];

type MetadataSource = Pick<HiddenValues, 'prompt' | 'extraPngInfo'>;

/** Key and value of everything that is stored, the prompt first. */
export function metadataEntries({ prompt, extraPngInfo }: MetadataSource): readonly (readonly [string, JsonValue])[] {
  const extra = isJsonObject(extraPngInfo) ? orderedEntries(extraPngInfo) : [];
  return [['prompt', prompt as JsonValue] as const, ...extra];
}

export function pngTexts(source: MetadataSource): PngTexts {
  return metadataEntries(source).map(([keyword, value]) => [keyword, stringifyPython(value)]);
}

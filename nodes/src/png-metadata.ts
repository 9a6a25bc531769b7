// What is written into pictures so that they can be dropped into an editor again (spec files.md section 6): the prompt as it
// was executed and every key of `extra_pnginfo`, normally the workflow. Texts are ASCII JSON in Python's layout.
import type { HiddenValues } from '@snug/execution';
import { isJsonObject, orderedEntries, stringifyPython } from '@snug/protocol';

/** Keyword and text of the PNG text chunks, in their order. */
export type PngTexts = readonly (readonly [keyword: string, text: string])[];

export function pngTexts({ prompt, extraPngInfo }: Pick<HiddenValues, 'prompt' | 'extraPngInfo'>): PngTexts {
  const extra = isJsonObject(extraPngInfo) ? orderedEntries(extraPngInfo) : [];
  return [['prompt', prompt] as const, ...extra].map(([keyword, value]) => [keyword, stringifyPython(value)]);
}

// The prompt and the workflow that saved pictures carry (spec files.md section 6), so that a picture can be opened or run
// again. Works on bytes, in browsers and in Node.
import { isJsonObject, type JsonObject } from '../lossless-json/json-value.ts';
import { parseLossless } from '../lossless-json/parse-lossless.ts';
import { isPng, readPngTexts } from './png-texts.ts';
import { isWebp, readWebpTexts } from './webp-texts.ts';

export interface EmbeddedWorkflow {
  /** The prompt as it was executed. */
  readonly prompt: JsonObject | undefined;
  /** The editor's document. */
  readonly workflow: JsonObject | undefined;
}

/** Whether the bytes are a file that `readEmbeddedWorkflow` looks into. */
export function canEmbedWorkflow(bytes: Uint8Array): boolean {
  return isPng(bytes) || isWebp(bytes);
}

/**
 * Reads what a PNG (also animated) or WebP file carries; undefined for other files and for pictures that carry neither.
 * Texts that are no JSON objects count as absent; integers and floats keep their types.
 */
export async function readEmbeddedWorkflow(bytes: Uint8Array): Promise<EmbeddedWorkflow | undefined> {
  const texts = isPng(bytes) ? await readPngTexts(bytes) : isWebp(bytes) ? readWebpTexts(bytes) : new Map();
  const prompt = parseObject(texts.get('prompt'));
  const workflow = parseObject(texts.get('workflow'));
  return prompt === undefined && workflow === undefined ? undefined : { prompt, workflow };
}

function parseObject(text: string | undefined): JsonObject | undefined {
  try {
    const value = text === undefined ? undefined : parseLossless(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined; // Whoever wrote it meant something else: other programs use the same keywords.
  }
}

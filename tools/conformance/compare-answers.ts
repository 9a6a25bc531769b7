// Compares the answer to a request with the recorded one: status, recorded headers, body.
import { type JsonValue, parseLossless, stringifyLossless } from '@snug/protocol';
import type { Answer } from '../../server/test/http-client.ts';
import { isFileListing } from './allowances.ts';
import { compareJson } from './compare-json.ts';
import { type Difference, differenceOf } from './difference.ts';
import { summarizeFile } from './file-summary.ts';
import type { Bindings } from './placeholders.ts';
import { arrayOf, member, type RecordedRequest } from './trace-format.ts';
import { type Swap, swapIds } from './twins.ts';

export interface AnswerOptions {
  readonly bindings: Bindings;
  /** Pictures have the recorded content, not only its size: nothing made up is in them. */
  readonly hasTruePictures: boolean;
  /** Equal nodes of the prompt that the answer is about. */
  readonly twins: readonly Swap[];
}

export async function compareAnswer(
  request: RecordedRequest,
  answer: Answer,
  options: AnswerOptions,
): Promise<Difference[]> {
  const { bindings } = options;
  const what = whatOf(request);
  const differences: Difference[] = [];
  if (request.status !== answer.status) {
    differences.push({ what, place: 'status', recorded: String(request.status), ours: String(answer.status) });
  }
  for (const [name, recorded] of Object.entries(request.responseHeaders)) {
    const ours = String(answer.headers[name.toLowerCase()] ?? '');
    if (!bindings.matches(recorded, ours)) differences.push({ what, place: `header ${name}`, recorded, ours });
  }
  return [...differences, ...(await compareBody(what, request, answer, options))];
}

/** Method and path, without what differs from run to run. */
export function whatOf({ method, path }: RecordedRequest): string {
  return `${method} ${path}`;
}

async function compareBody(
  what: string,
  { response, path, method }: RecordedRequest,
  answer: Answer,
  { bindings, hasTruePictures, twins }: AnswerOptions,
): Promise<Difference[]> {
  if (method === 'HEAD') return [];
  if (member(response, 'binary') === true) {
    const ours = await summarizeFile(answer.body);
    const recorded = comparableSummary(response, hasTruePictures);
    const own = Object.fromEntries(Object.entries(ours).filter(([key]) => member(recorded, key) !== undefined));
    const found = compareJson(recorded, own, { bindings, exactNumbers: true });
    return found.map(difference => differenceOf(what, 'body', difference));
  }
  if (typeof response === 'string' && bindings.matches(response, answer.text)) return [];
  const json = parsed(answer.text);
  if (json === undefined) {
    return [{ what, place: 'body', recorded: stringifyLossless(response), ours: stringifyLossless(answer.text) }];
  }
  const options = { exactNumbers: true, isListing: isFileListing(path) };
  const isTwin = twins.some(
    swap => compareJson(swapIds(response, swap), json, { bindings: bindings.copy(), ...options }).length === 0,
  );
  if (isTwin) return [];
  const found = compareJson(response, json, { bindings, ...options });
  return [
    ...found.map(difference => differenceOf(what, 'body', difference)),
    ...compareQueueOrder(what, response, json),
  ];
}

/** The order of pending prompts, by their numbers; the prompts themselves are compared as a set. */
function compareQueueOrder(what: string, recorded: JsonValue, ours: JsonValue): Difference[] {
  const numbersOf = (queue: JsonValue) => arrayOf(member(queue, 'queue_pending')).map(item => Number(member(item, 0)));
  const [theirs, own] = [numbersOf(recorded), numbersOf(ours)];
  if (theirs.join() === own.join()) return [];
  const isAscending = own.every((number, index) => number >= (own[index - 1] ?? number));
  const order = `${isAscending ? 'ascending' : 'mixed'}: ${own.join(' ')}`;
  return [{ what, place: 'order of queue_pending', recorded: theirs.join(' '), ours: order }];
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseLossless(text);
  } catch {
    return undefined; // No document: compared as text.
  }
}

/** Sizes of compressed pictures are their encoder's, and made-up files have made-up pixels. */
function comparableSummary(summary: JsonValue, hasTruePictures: boolean): JsonValue {
  const { length, pixels_sha256, pixel_0_0, png_chunks, ...rest } = summary as { [key: string]: JsonValue };
  if (rest['format'] === undefined) return length === undefined ? rest : { ...rest, length };
  if (!hasTruePictures || pixels_sha256 === undefined) return rest;
  return { ...rest, pixels_sha256, pixel_0_0: pixel_0_0 ?? null, png_chunks: withoutRepeats(png_chunks ?? []) };
}

function withoutRepeats(chunks: JsonValue): JsonValue {
  return Array.isArray(chunks) ? chunks.filter((type, index) => type !== chunks[index - 1]) : chunks;
}

// One place where our answer differs from the recording, in words that reports print and the list of intended differences matches.
import { type JsonValue, stringifyLossless } from '@snug/protocol';
import type { ValueDifference } from './compare-json.ts';

export interface Difference {
  /** `POST /prompt` or `socket`. */
  readonly what: string;
  /** `status`, `header content-type`, `body.error.type`, `frames`, `executed.output.images.0.filename` ... */
  readonly place: string;
  /** Empty where the recording has nothing. */
  readonly recorded: string;
  /** Empty where we have nothing. */
  readonly ours: string;
}

/** @param prefix what comes before the place within the document. */
export function differenceOf(what: string, prefix: string, { place, recorded, ours }: ValueDifference): Difference {
  return { what, place: [prefix, ...place].join('.'), recorded: textOf(recorded), ours: textOf(ours) };
}

function textOf(value: JsonValue | undefined): string {
  return value === undefined ? '' : stringifyLossless(value);
}

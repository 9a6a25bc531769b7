// `Range` of one file (RFC 9110 section 14): a single range is honoured, several are answered with the whole file, which
// the standard allows. Video seeking in the front end depends on it (spec http.md 1.6).

/** First and last byte, both inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a `Range` header asks for: everything, one range, or something outside the file (416). */
export type RangeOutcome = 'whole' | 'unsatisfiable' | ByteRange;

const singleRange = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/;

export function parseByteRange(header: string | undefined, sizeBytes: number): RangeOutcome {
  const match = header === undefined ? null : singleRange.exec(header);
  if (match === null) return 'whole';
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return 'whole';
  if (first === '') return suffixRange(Number(last), sizeBytes);
  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < start) return 'whole';
  return start >= sizeBytes ? 'unsatisfiable' : { start, end };
}

/** `bytes=-500`: the last 500 bytes. */
function suffixRange(length: number, sizeBytes: number): RangeOutcome {
  if (length === 0 || sizeBytes === 0) return 'unsatisfiable';
  return { start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 };
}

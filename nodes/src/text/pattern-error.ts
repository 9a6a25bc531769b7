// The complaint about a pattern or a replacement, in the words of Python's `re`.

/** What Python would say of a pattern that is none, with the position where it says so. */
export class PatternError extends Error {
  constructor(message: string, position: number | null) {
    super(position === null ? message : `${message} at position ${position}`);
    this.name = 'PatternError';
  }
}

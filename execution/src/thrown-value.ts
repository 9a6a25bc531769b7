// What nodes throw may be anything; these read it in the words of the wire (spec execution.md 4.7). Even looking at it may throw:
// that must not hide which node failed.
import { isPlainObject } from '@snug/protocol';
import { pyRepr } from './python/python-text.ts';

/** Text of an exception, without the name of its type. */
export function thrownText(thrown: unknown): string {
  return orWhenItThrows('a value that has no text form', () => {
    if (thrown instanceof Error) return String(thrown.message);
    // "[object Object]" would tell nothing.
    return isPlainObject(thrown) || Array.isArray(thrown) ? pyRepr(thrown) : String(thrown);
  });
}

/** Type for `exception_type`: a property `exceptionType` wins, a plain `Error` counts as Python's RuntimeError. */
export function thrownType(thrown: unknown): string {
  return orWhenItThrows('RuntimeError', () => {
    if (typeof thrown === 'object' && thrown !== null && 'exceptionType' in thrown) {
      if (typeof thrown.exceptionType === 'string') return thrown.exceptionType;
    }
    if (!(thrown instanceof Error) || thrown.name === 'Error') return 'RuntimeError';
    return String(thrown.name);
  });
}

/** Stack as an array of lines, each ending in a newline; the causes follow. */
export function thrownTraceback(thrown: unknown): string[] {
  const lines = orWhenItThrows([], () => stackLines(thrown));
  return lines.length > 0 ? lines : [`Thrown: ${thrownText(thrown)}\n`];
}

/** The value itself and its causes, outermost first; ends where looking further throws. */
export function withCauses(thrown: unknown): readonly unknown[] {
  const found: unknown[] = [];
  let next = thrown;
  while (!found.includes(next) && found.length < MAX_CAUSES) {
    found.push(next);
    const error = next;
    next = orWhenItThrows(thrown, () => (error instanceof Error && error.cause !== undefined ? error.cause : thrown));
  }
  return found;
}

/** Answers what `read` does, or the fallback. */
export function orWhenItThrows<T>(fallback: T, read: () => T): T {
  try {
    return read();
  } catch {
    return fallback; // Only the words of the report suffer.
  }
}

/** Causes of an error that are looked at. */
const MAX_CAUSES = 8;

function stackLines(thrown: unknown): string[] {
  const lines: string[] = [];
  for (const error of withCauses(thrown)) {
    if (!(error instanceof Error)) break;
    const [first = '', ...rest] = String(error.stack ?? `${error.name}: ${error.message}`).split('\n');
    lines.push(`${lines.length > 0 ? 'Caused by ' : ''}${first}\n`, ...rest.map(line => `${line}\n`));
  }
  return lines;
}

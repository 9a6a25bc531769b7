// What nodes throw may be anything; these read it in the words of the wire (spec execution.md 4.7).

/** Text of an exception, without the name of its type. */
export function thrownText(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  try {
    return String(thrown);
  } catch {
    // An object whose own toString fails still must be reported.
    return 'a value that has no text form';
  }
}

/** Type for `exception_type`: a property `exceptionType` wins, a plain `Error` counts as Python's RuntimeError. */
export function thrownType(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'exceptionType' in thrown) {
    if (typeof thrown.exceptionType === 'string') return thrown.exceptionType;
  }
  if (!(thrown instanceof Error) || thrown.name === 'Error') return 'RuntimeError';
  return String(thrown.name);
}

/** Stack as an array of lines, each ending in a newline; the causes follow. */
export function thrownTraceback(thrown: unknown): string[] {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  for (let error = thrown; error instanceof Error && !seen.has(error); error = error.cause) {
    seen.add(error);
    const [first = '', ...rest] = (error.stack ?? `${error.name}: ${error.message}`).split('\n');
    lines.push(`${seen.size > 1 ? 'Caused by ' : ''}${first}\n`, ...rest.map(line => `${line}\n`));
  }
  return lines.length > 0 ? lines : [`Thrown: ${thrownText(thrown)}\n`];
}

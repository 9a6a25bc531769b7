// The last lines that a child wrote to its standard error: they go into the error message when it dies.

export interface StderrTail {
  /** Takes a piece of output; answers the lines that it completed. */
  push(chunk: string): string[];
  /** The newest lines, oldest first. */
  lines(): string[];
}

/** Keeps the newest `maxLines` lines, each cut to `maxLineLength` characters. */
export function createStderrTail(maxLines = 20, maxLineLength = 500): StderrTail {
  let kept: string[] = [];
  let unfinished = '';
  return {
    push(chunk) {
      const parts = (unfinished + chunk).split(/\r?\n/);
      // An endless line without a break must not grow without bound.
      unfinished = (parts.pop() ?? '').slice(0, maxLineLength);
      const complete = parts.map(line => line.slice(0, maxLineLength)).filter(line => line.trim() !== '');
      kept = [...kept, ...complete].slice(-maxLines);
      return complete;
    },
    lines: () => (unfinished.trim() === '' ? [...kept] : [...kept, unfinished].slice(-maxLines)),
  };
}

// Names of saved files (spec files.md section 5): tokens that the server resolves in a prefix, and the name of one file.

export interface FilenameTokens {
  /** Pixels; 0 when what is saved is no image. */
  readonly width: number;
  readonly height: number;
  /** Local time of the run. */
  readonly now: Date;
}

/**
 * Replaces `%width%`, `%height%`, `%year%`, `%month%`, `%day%`, `%hour%`, `%minute%` and `%second%`; other tokens stay.
 * `%batch_num%` is resolved per file by `outputFilename`.
 */
export function expandFilenameTokens(prefix: string, tokens: FilenameTokens): string {
  if (!prefix.includes('%')) return prefix;
  const { width, height, now } = tokens;
  const values: readonly (readonly [string, number, number])[] = [
    ['%width%', width, 1],
    ['%height%', height, 1],
    ['%year%', now.getFullYear(), 4],
    ['%month%', now.getMonth() + 1, 2],
    ['%day%', now.getDate(), 2],
    ['%hour%', now.getHours(), 2],
    ['%minute%', now.getMinutes(), 2],
    ['%second%', now.getSeconds(), 2],
  ];
  return values.reduce(
    (expanded, [token, value, digits]) => expanded.replaceAll(token, String(value).padStart(digits, '0')),
    prefix,
  );
}

/** `ComfyUI_00001_.png`: at least five digits, and the underscore behind them. */
export function outputFilename(file: {
  readonly stem: string;
  readonly counter: number;
  readonly extension: string;
  /** Index within the batch for `%batch_num%`. Default 0. */
  readonly batchIndex?: number;
}): string {
  const stem = file.stem.replaceAll('%batch_num%', String(file.batchIndex ?? 0));
  return `${stem}_${String(file.counter).padStart(5, '0')}_.${file.extension}`;
}

// The text that the runner prints: one line per folder, then failures, then what was skipped, grouped by reason.
import { relativeError } from './comparison.ts';
import type { ComparedOutcome, ParityOutcome } from './suite.ts';

const MAX_LINE = 120;

export interface CaseResult {
  readonly folder: string;
  readonly name: string;
  /** Part of the folder that gets a count of its own, such as a node class. */
  readonly group?: string;
  readonly outcome: ParityOutcome | { readonly failed: string };
}

export interface Summary {
  readonly text: string;
  readonly failures: number;
}

export function summarize(results: readonly CaseResult[]): Summary {
  const lines: string[] = [];
  let failures = 0;
  for (const folder of new Set(results.map(result => result.folder))) {
    const inFolder = results.filter(result => result.folder === folder);
    const failed = inFolder.filter(isFailure);
    failures += failed.length;
    lines.push(folderLine(folder, inFolder));
    if (inFolder.some(({ group }) => group !== undefined)) lines.push(...groupLines(inFolder));
    for (const result of failed) lines.push(`  FAILED ${result.name}: ${failureText(result.outcome)}`);
    for (const [part, count] of leftOutParts(inFolder)) lines.push(`  left out of ${count}: ${part}`);
    for (const [reason, count] of skippedReasons(inFolder)) lines.push(`  skipped ${count}: ${reason}`);
  }
  return { text: lines.join('\n'), failures };
}

/** A table for docs/parity.md: what was compared in each folder, and the error that came nearest to its tolerance. */
export function markdownTable(results: readonly CaseResult[]): string {
  const rows = [...new Set(results.map(result => result.folder))].map(folder => {
    const inFolder = results.filter(result => result.folder === folder);
    const compared = inFolder.filter(result => !('skipped' in result.outcome));
    const passed = compared.filter(result => !isFailure(result)).length;
    const outcomes = compared.flatMap(({ name, outcome }) => ('error' in outcome ? [{ name, ...outcome }] : []));
    const [worst] = outcomes.sort((a, b) => relativeError(b) - relativeError(a));
    const error = worst && `${worst.error.toPrecision(2)} of ${worst.tolerance.toPrecision(2)} (\`${worst.name}\`)`;
    return `| \`${folder}\` | ${passed}/${compared.length} | ${inFolder.length - compared.length} | ${error ?? ''} |`;
  });
  return ['| folder | passed | not covered | worst error of what is allowed |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function folderLine(folder: string, results: readonly CaseResult[]): string {
  const compared = results.filter(result => !('skipped' in result.outcome));
  const passed = compared.filter(result => !isFailure(result));
  const worst = Math.max(0, ...compared.map(({ outcome }) => ('error' in outcome ? relativeError(outcome) : 0)));
  const skipped = results.length - compared.length;
  const worstText = compared.length === 0 ? '' : `, worst error ${worst.toPrecision(2)} of the tolerance`;
  return `${folder}: ${passed.length}/${compared.length} passed${worstText}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** `ImageCrop 3/3, ImageBlend 8/8`, in lines of some length. */
function groupLines(results: readonly CaseResult[]): string[] {
  const compared = results.filter(result => !('skipped' in result.outcome));
  const lines: string[] = [];
  for (const group of new Set(compared.map(result => result.group))) {
    const members = compared.filter(result => result.group === group);
    const passed = members.filter(result => !isFailure(result));
    const text = `${group} ${passed.length}/${members.length}`;
    const last = lines.at(-1);
    if (last === undefined || last.length > MAX_LINE) lines.push(`  ${text}`);
    else lines[lines.length - 1] = `${last}, ${text}`;
  }
  return lines;
}

function isFailure({ outcome }: CaseResult): boolean {
  return 'failed' in outcome || ('passed' in outcome && !outcome.passed);
}

function failureText(outcome: CaseResult['outcome']): string {
  if ('failed' in outcome) return outcome.failed;
  const { error, tolerance, where } = outcome as ComparedOutcome;
  return `${where}: error ${error.toPrecision(3)}, allowed ${tolerance.toPrecision(3)}`;
}

function skippedReasons(results: readonly CaseResult[]): Map<string, number> {
  return counts(results.flatMap(({ outcome }) => ('skipped' in outcome ? [outcome.skipped] : [])));
}

function leftOutParts(results: readonly CaseResult[]): Map<string, number> {
  return counts(
    results.flatMap(({ outcome }) => ('leftOut' in outcome && outcome.leftOut !== undefined ? [outcome.leftOut] : [])),
  );
}

function counts(texts: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const text of texts) found.set(text, (found.get(text) ?? 0) + 1);
  return found;
}

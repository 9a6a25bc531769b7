// The text that the runner prints: one line per scenario, then what differs in it, then totals.
import type { Check, TraceResult } from './check-trace.ts';
import type { Difference } from './difference.ts';
import { type IntendedDifference, intentionOf } from './intended-differences.ts';

export interface Summary {
  readonly checks: number;
  /** Equal, or different on purpose. */
  readonly passed: number;
  readonly failed: number;
  readonly uncovered: number;
}

const LONGEST_VALUE = 140;

/** Lines about one scenario. Intended differences are counted; `isVerbose` shows them one by one. */
export function reportTrace({ name, checks, attempts = 1 }: TraceResult, isVerbose: boolean): string {
  const { passed, failed, uncovered } = summarize([{ name, checks }]);
  const intended = checks.flatMap(intentionsOf).length;
  const notes = [
    ...(failed > 0 ? [`${failed} differ`] : []),
    ...(uncovered > 0 ? [`${uncovered} not covered`] : []),
    ...(attempts > 1 ? [`attempt ${attempts}`] : []),
    ...(intended > 0 ? [`${intended} intended differences`] : []),
  ];
  const head = `${failed > 0 ? 'FAIL' : 'ok  '} ${name}: ${passed} of ${checks.length}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
  return [head, ...checks.flatMap(check => linesOf(check, isVerbose))].join('\n');
}

export function summarize(results: readonly TraceResult[]): Summary {
  const checks = results.flatMap(result => result.checks);
  const uncovered = checks.filter(check => check.uncovered !== undefined).length;
  const failed = checks.filter(check => unintended(check).length > 0).length;
  return { checks: checks.length, passed: checks.length - failed - uncovered, failed, uncovered };
}

/** The last lines: totals, which intended differences were met, and why something was not covered. */
export function reportTotals(results: readonly TraceResult[]): string {
  const { checks, passed, failed, uncovered } = summarize(results);
  const whole = results.filter(result => summarize([result]).passed === result.checks.length).length;
  const met = countBy(results.flatMap(result => result.checks.flatMap(intentionsOf)).map(({ id }) => id));
  const reasons = countBy(results.flatMap(result => result.checks.flatMap(check => check.uncovered ?? [])));
  return [
    '',
    `${whole} of ${results.length} scenarios, ${passed} of ${checks} checks: ${failed} differ, ${uncovered} not covered`,
    ...[...reasons].map(([reason, count]) => `  not covered (${count}): ${reason}`),
    ...(met.size > 0 ? [`  intended: ${[...met].map(([id, count]) => `${id} (${count})`).join(', ')}`] : []),
  ].join('\n');
}

function linesOf(check: Check, isVerbose: boolean): string[] {
  const shown = check.differences.filter(
    difference => isVerbose || intentionOf(difference, check.differences) === undefined,
  );
  const uncovered = check.uncovered !== undefined && isVerbose ? [`     ~ ${check.name}: ${check.uncovered}`] : [];
  return [...uncovered, ...shown.map(difference => lineOf(check, difference))];
}

function lineOf(check: Check, { place, recorded, ours, ...difference }: Difference): string {
  const intention = intentionOf({ place, recorded, ours, ...difference }, check.differences);
  const mark = intention === undefined ? '-' : `= [${intention.id}]`;
  return `     ${mark} ${check.name}: ${place}: ${short(recorded) || '(nothing)'} -> ${short(ours) || '(nothing)'}`;
}

function short(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}...`;
}

function unintended({ differences }: Check): Difference[] {
  return differences.filter(difference => intentionOf(difference, differences) === undefined);
}

function intentionsOf({ differences }: Check): IntendedDifference[] {
  return differences.flatMap(difference => intentionOf(difference, differences) ?? []);
}

function countBy(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

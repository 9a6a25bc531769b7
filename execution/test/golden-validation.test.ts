// Every validation answer of the golden file. Its README allows these differences: order of errors and of dependent
// outputs, the text of tracebacks, and texts of the testing nodes themselves.
import { readFileSync } from 'node:fs';
import {
  type JsonObject,
  type JsonValue,
  type NodeErrors,
  type PromptProblem,
  parseLossless,
  stringifyLossless,
} from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { Workbench } from './workbench.ts';

interface GoldenValidation extends JsonObject {
  name: string;
  prompt: JsonObject;
  ok: boolean;
  error: JsonValue;
  good_outputs: JsonValue[];
  node_errors: JsonObject;
}

const golden = parseLossless(
  readFileSync(new URL('./golden/golden-execution.json', import.meta.url), 'utf8'),
) as unknown as { validation: GoldenValidation[] };

/** Static cycles are named since 2026; the golden answer is that of a stack overflow. */
const NEWER = new Set(['static cycle']);

const NODE_TEXT = '<node text>';

function comparableErrors(errors: readonly PromptProblem[], expected: readonly PromptProblem[]): PromptProblem[] {
  const hidesText = expected.some(({ details }) => details.includes(NODE_TEXT));
  return errors
    .map(error => ({
      ...error,
      details: hidesText ? error.details.replace(/ - .*$/s, ` - ${NODE_TEXT}`) : error.details,
      extra_info: 'traceback' in error.extra_info ? { ...error.extra_info, traceback: '<text>' } : error.extra_info,
    }))
    .sort((a, b) => (a.details < b.details ? -1 : 1));
}

function comparable(actual: NodeErrors, expected: NodeErrors): JsonObject {
  const entries = Object.entries(actual).map(([id, node]) => {
    const errors = comparableErrors(node.errors, expected[id]?.errors ?? []);
    return [id, { ...node, errors, dependent_outputs: [...node.dependent_outputs].sort() }];
  });
  return Object.fromEntries(entries);
}

describe('golden validation answers', () => {
  it.each(golden.validation.filter(({ name }) => !NEWER.has(name)).map(answer => [answer.name, answer] as const))(
    '%s',
    async (_, answer) => {
      const bench = new Workbench();
      const targets = (answer['partial_execution_targets'] as string[] | undefined) ?? null;
      const outcome = await bench.validate(stringifyLossless(answer.prompt), targets);
      const expected = answer.node_errors as unknown as NodeErrors;
      expect(outcome.ok).toBe(answer.ok);
      expect(outcome.ok ? null : outcome.error).toEqual(answer.error);
      expect(outcome.ok ? [...outcome.outputs].sort() : []).toEqual([...answer.good_outputs].sort());
      expect(comparable(outcome.nodeErrors, expected)).toEqual(comparable(expected, expected));
      if (outcome.ok && answer['prompt_after'] !== undefined) {
        // The file writes NaN as a text.
        const after = stringifyLossless(outcome.prompt).replaceAll(':NaN', ':"NaN"');
        expect(after).toBe(stringifyLossless(answer['prompt_after']));
      }
    },
  );
});

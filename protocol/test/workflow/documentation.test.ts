import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { workflowProblemCodes } from '../../src/index.ts';

test('docs/workflows.md names every problem, and no other', () => {
  const page = readFileSync(new URL('../../../docs/workflows.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf('## Problems'), page.indexOf('## Not converted'));
  const named = Array.from(section.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g), ([, code]) => code);
  expect([...named].sort()).toEqual([...workflowProblemCodes].sort());
});

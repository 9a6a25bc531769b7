// The nodes of texts and constants against recorded answers (golden/texts.json).
import { readFileSync } from 'node:fs';
import { NodeRegistry } from '@snug/execution';
import { builtinPack } from '@snug/nodes';
import { describe, expect, it } from 'vitest';

interface Recorded {
  readonly node: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: readonly unknown[] | { readonly error: string };
}

const cases = JSON.parse(readFileSync(new URL('golden/texts.json', import.meta.url), 'utf8')) as Recorded[];
const registry = new NodeRegistry();
registry.registerPack(builtinPack);

async function call({ node, inputs }: Pick<Recorded, 'node' | 'inputs'>): Promise<unknown> {
  const registered = registry.get(node);
  if (registered === undefined) throw new Error(`there is no node ${node}`);
  return registered.definition.execute(inputs, {} as never);
}

describe.each([...new Set(cases.map(({ node }) => node))])('%s', node => {
  it('answers what was recorded', async () => {
    for (const recorded of cases.filter(entry => entry.node === node)) {
      const answer = call(recorded).catch(() => 'failed');
      expect(await answer, JSON.stringify(recorded.inputs)).toEqual(
        'error' in recorded.outputs ? 'failed' : recorded.outputs,
      );
    }
  });
});

it('says what is wrong with a pattern or with its replacement', async () => {
  const inputs = { string: 'a', regex_pattern: '(a', replace: '' };
  await expect(call({ node: 'RegexReplace', inputs })).rejects.toThrow(
    'The regular expression "(a" or its replacement cannot be used: missing ), unterminated subpattern at position 0.',
  );
});

it('finds nothing between all characters, as Python does', async () => {
  expect(await call({ node: 'StringReplace', inputs: { string: 'ab', find: '', replace: '-' } })).toEqual(['-a-b-']);
});

// Wrong patterns and empty texts; the recorded answers of these nodes are in tools/parity/golden/nodes/strings.json.
import { NodeRegistry } from '@snug/execution';
import { builtinPack } from '@snug/nodes';
import { expect, it } from 'vitest';

const registry = new NodeRegistry();
registry.registerPack(builtinPack);

async function call({ node, inputs }: { readonly node: string; readonly inputs: object }): Promise<unknown> {
  const registered = registry.get(node);
  if (registered === undefined) throw new Error(`there is no node ${node}`);
  return registered.definition.execute(inputs as never, {} as never);
}

it('says what is wrong with a pattern or with its replacement', async () => {
  const inputs = { string: 'a', regex_pattern: '(a', replace: '' };
  await expect(call({ node: 'RegexReplace', inputs })).rejects.toThrow(
    'The regular expression "(a" or its replacement cannot be used: missing ), unterminated subpattern at position 0.',
  );
});

it('finds nothing between all characters, as Python does', async () => {
  expect(await call({ node: 'StringReplace', inputs: { string: 'ab', find: '', replace: '-' } })).toEqual(['-a-b-']);
});

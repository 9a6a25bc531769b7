import { JsonFloat, type JsonObject } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { block } from '../contract/blocker.ts';
import { defineNode } from '../contract/define-node.ts';
import { any, float, int } from '../contract/input-builders.ts';
import { NodeRegistry } from '../contract/node-registry.ts';
import { callValidator } from './call-validator.ts';

function registryWith(
  check: (args: Readonly<Record<string, unknown>>, context: unknown, env: unknown) => unknown,
): NodeRegistry {
  const registry = new NodeRegistry();
  const node = defineNode({
    id: 'Checked',
    inputs: { size: float(), seed: int({ big: true }), raw: any() },
    outputs: [],
    validate: { names: 'all', check: check as never },
    execute: () => undefined,
  });
  const plain = defineNode({ id: 'Plain', inputs: {}, outputs: [], execute: () => undefined });
  registry.registerPack({ name: 'p', pythonModule: 'nodes', nodes: [node, plain] });
  return registry;
}

const call = (registry: NodeRegistry, args: JsonObject = {}, inputTypes?: Record<string, string>) =>
  callValidator(registry, { files: 'env' } as never, { nodeId: '7', classType: 'Checked', args, inputTypes });

describe('callValidator', () => {
  it.each<[unknown, unknown]>([
    [true, { passed: true }],
    [Promise.resolve(true), { passed: true }],
    [block('later'), { passed: true }],
    [false, { passed: false, text: null }],
    ['too big', { passed: false, text: 'too big' }],
    [1, { passed: false, text: '1' }],
    [null, { passed: false, text: 'None' }],
    [undefined, { passed: false, text: 'None' }],
    [new JsonFloat(1), { passed: false, text: '1.0' }],
  ])('reads the answer %s', async (answer, verdict) => {
    expect(await call(registryWith(() => answer))).toEqual(verdict);
  });

  it('hands over plain numbers for typed inputs, the node id, the types and the environment', async () => {
    let seen: unknown[] = [];
    const registry = registryWith((...args) => {
      seen = args;
      return true;
    });
    await call(registry, { size: new JsonFloat(2), seed: 5, raw: new JsonFloat(2) }, { size: 'FLOAT' });
    expect(seen).toEqual([
      { size: 2, seed: 5n, raw: new JsonFloat(2) },
      { nodeId: '7', inputTypes: { size: 'FLOAT' } },
      { files: 'env' },
    ]);
  });

  it('passes on what the validator throws', async () => {
    const registry = registryWith(() => {
      throw new RangeError('broken');
    });
    await expect(call(registry)).rejects.toThrow(RangeError);
  });

  it.each(['Plain', 'Nope'])('says that %s has no validator here', async classType => {
    const request = callValidator(
      registryWith(() => true),
      {} as never,
      { nodeId: '1', classType, args: {} },
    );
    await expect(request).rejects.toMatchObject({ code: 'UNKNOWN_NODE_CLASS' });
  });
});

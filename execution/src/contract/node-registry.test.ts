import { describe, expect, it } from 'vitest';
import { defineNode } from './define-node.ts';
import { NodeRegistry } from './node-registry.ts';

const node = (id: string, options: object = {}) =>
  defineNode({ id, inputs: {}, outputs: [], execute: () => undefined, ...options });

describe('NodeRegistry', () => {
  it('finds classes with their origin', () => {
    const registry = new NodeRegistry();
    const [own, packs] = [node('Own', { pythonModule: 'comfy_extras.own' }), node('Packs')];
    registry.registerPack({ name: 'p', pythonModule: 'custom_nodes.p', nodes: [own, packs] });
    expect(registry.get('Own')).toEqual({ definition: own, packName: 'p', pythonModule: 'comfy_extras.own' });
    expect(registry.get('Packs')?.pythonModule).toBe('custom_nodes.p');
    expect([registry.size, registry.get('constructor')]).toEqual([2, undefined]);
  });

  it('lets the later of two classes win and says which it replaced', () => {
    const registry = new NodeRegistry();
    registry.registerPack({ name: 'a', pythonModule: 'nodes', nodes: [node('X'), node('Y')] });
    const later = node('X');
    expect(registry.registerPack({ name: 'b', pythonModule: 'nodes', nodes: [later] })).toEqual(['X']);
    expect(registry.get('X')?.definition).toBe(later);
    expect([...registry].map(({ definition }) => definition.id)).toEqual(['Y', 'X']);
  });

  it.each<[string, unknown]>([
    ['no list of nodes', { name: 'bad', pythonModule: 'x' }],
    ['something that is no node', { name: 'bad', pythonModule: 'x', nodes: [node('Fine'), { id: 'Raw' }] }],
    ['nothing at all in its list', { name: 'bad', pythonModule: 'x', nodes: [undefined] }],
  ])('refuses a pack with %s and adds nothing of it', (_, pack) => {
    const registry = new NodeRegistry();
    expect(() => registry.registerPack(pack as never)).toThrow(expect.objectContaining({ code: 'INVALID_NODE_PACK' }));
    expect(registry.size).toBe(0);
  });
});

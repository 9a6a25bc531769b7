import { describeNode, type NodeEnvironment, NodeRegistry } from '@snug/execution';
import { builtinPack } from '@snug/nodes';
import { type Prompt, stringifyLossless } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { HostCatalogue } from './host-catalogue.ts';

const registry = new NodeRegistry();
registry.registerPack(builtinPack);

/** Descriptions as a child with these checkpoints sends them. */
function described(classTypes: readonly string[], checkpoints: readonly string[] = []) {
  const models = { list: () => checkpoints, resolve: async () => undefined };
  const env = { models, inputFiles: () => [], inputFolders: () => [] } as unknown as NodeEnvironment;
  return classTypes.map(classType => {
    const node = registry.get(classType);
    if (node === undefined) throw new Error(`${classType} is not registered`);
    return [classType, stringifyLossless(describeNode(node, env))] as const;
  });
}

const promptOf = (...classTypes: string[]): Prompt =>
  Object.fromEntries(classTypes.map((class_type, index) => [String(index), { class_type, inputs: {} }]));

function catalogueOf(...classTypes: string[]): HostCatalogue {
  const catalogue = new HostCatalogue();
  catalogue.replace({ version: 5, classes: described(classTypes) });
  return catalogue;
}

describe('the catalogue of the host', () => {
  it('joins the classes to one document, in the order of the child', () => {
    const { json } = catalogueOf('KSampler', 'EmptyImage').whole();
    expect(Object.keys(JSON.parse(json))).toEqual(['KSampler', 'EmptyImage']);
    expect(json).toContain('18446744073709551615');
  });

  it('makes a new document, with another tag, only for what changed', () => {
    const catalogue = catalogueOf('CheckpointLoaderSimple', 'EmptyImage');
    const before = { whole: catalogue.whole(), one: catalogue.one('CheckpointLoaderSimple') };
    catalogue.merge({ version: 5, classes: [] });
    expect(catalogue.whole()).toBe(before.whole);
    catalogue.merge({ version: 6, classes: described(['CheckpointLoaderSimple'], ['a.safetensors']) });
    expect(catalogue.version).toBe(6);
    expect(catalogue.whole().etag).not.toBe(before.whole.etag);
    expect(catalogue.one('CheckpointLoaderSimple').json).toContain('a.safetensors');
    expect(catalogue.one('CheckpointLoaderSimple').etag).not.toBe(before.one.etag);
  });

  it('ignores an answer that a newer one has overtaken, but takes any from a new child', () => {
    const catalogue = catalogueOf('CheckpointLoaderSimple');
    const old = described(['CheckpointLoaderSimple'], ['old.safetensors']);
    catalogue.merge({ version: 4, classes: old });
    expect(catalogue.whole().json).not.toContain('old.safetensors');
    catalogue.replace({ version: 1, classes: old });
    expect(catalogue.version).toBe(1);
    expect(catalogue.whole().json).toContain('old.safetensors');
  });

  it('does not change what somebody is reading', () => {
    const catalogue = catalogueOf('EmptyImage');
    const { descriptions } = catalogue;
    catalogue.merge({ version: 6, classes: described(['KSampler']) });
    expect([...descriptions.keys()]).toEqual(['EmptyImage']);
    expect([...catalogue.descriptions.keys()]).toEqual(['EmptyImage', 'KSampler']);
  });

  it('knows which classes have live lists, and for which of them a check depends on the list', () => {
    const catalogue = catalogueOf('CheckpointLoaderSimple', 'LoadImage', 'EmptyImage');
    expect(catalogue.live()).toEqual(['CheckpointLoaderSimple', 'LoadImage']);
    const prompt = promptOf('EmptyImage', 'CheckpointLoaderSimple', 'CheckpointLoaderSimple', 'LoadImage', 'Nothing');
    expect(catalogue.liveIn(prompt)).toEqual(['CheckpointLoaderSimple']);
  });

  it('has nothing to say about a class that nobody knows', () => {
    expect(catalogueOf('EmptyImage').one('Nothing').json).toBe('{}');
    expect(new HostCatalogue().isEmpty).toBe(true);
  });
});

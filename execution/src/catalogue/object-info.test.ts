// Entries as a reference server publishes them, beside declarations of the same nodes.
import { type JsonObject, parseLossless, stringifyLossless } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { defineNode } from '../contract/define-node.ts';
import { autogrow, dynamicCombo, dynamicGroup, dynamicSlot, matchType } from '../contract/dynamic-input-builders.ts';
import {
  any,
  boolean,
  combo,
  float,
  image,
  int,
  latent,
  model,
  multiCombo,
  string,
  union,
} from '../contract/input-builders.ts';
import type { NodeDefinition } from '../contract/node-definition.ts';
import { decodeDescriptions, describeNode, encodeDescriptions } from './node-description.ts';

const execute = (): never => undefined as never;

function infoOf(definition: NodeDefinition): JsonObject {
  return describeNode({ definition, packName: 'test', pythonModule: 'nodes' }, {} as never).objectInfo;
}

const sampler = defineNode({
  id: 'KSampler',
  category: 'sampling',
  description: 'Denoises.',
  inputs: {
    model: model({ tooltip: 'the model' }),
    seed: int({ default: 0, min: 0, max: 18446744073709551615n, control_after_generate: true, big: true }),
    cfg: float({ default: 8, min: 0, max: 100, step: 0.1, round: 0.01 }),
    sampler_name: combo(['euler', 'heun'], { tooltip: 'the sampler' }),
    scheduler: combo(['normal']),
    latent: latent(),
    empty: latent({}),
    size: float({ default: 1n, optional: true }),
  },
  outputs: [latent({ tooltip: 'the result' })],
  execute,
});

describe('V1 entries', () => {
  it('carries options untouched and tells floats from integers', () => {
    expect(stringifyLossless(infoOf(sampler)['input'] as JsonObject)).toBe(
      stringifyLossless(
        parseLossless(`{
          "required": {
            "model": ["MODEL", {"tooltip": "the model"}],
            "seed": ["INT", {"default": 0, "min": 0, "max": 18446744073709551615, "control_after_generate": true}],
            "cfg": ["FLOAT", {"default": 8.0, "min": 0.0, "max": 100.0, "step": 0.1, "round": 0.01}],
            "sampler_name": [["euler", "heun"], {"tooltip": "the sampler"}],
            "scheduler": [["normal"]],
            "latent": ["LATENT"],
            "empty": ["LATENT", {}]
          },
          "optional": {"size": ["FLOAT", {"default": 1}]}
        }`),
      ),
    );
  });

  it('has its keys in the order of the reference', () => {
    expect(Object.keys(infoOf(sampler))).toEqual([
      'input',
      'input_order',
      'is_input_list',
      'output',
      'output_is_list',
      'output_name',
      'name',
      'display_name',
      'description',
      'python_module',
      'category',
      'output_node',
      'output_tooltips',
      'search_aliases',
      'has_intermediate_output',
    ]);
  });

  it('publishes flags only when they are set', () => {
    const node = defineNode({
      id: 'Old',
      deprecated: true,
      experimental: true,
      devOnly: true,
      apiNode: true,
      essentialsCategory: 'Basics',
      searchAliases: ['ancient'],
      inputs: {},
      outputs: [],
      execute,
    });
    expect(infoOf(node)).toMatchObject({
      deprecated: true,
      experimental: true,
      dev_only: true,
      api_node: true,
      essentials_category: 'Basics',
      search_aliases: ['ancient'],
      input: { required: {} },
    });
    expect(infoOf(sampler)).not.toHaveProperty('deprecated');
  });

  it('lists hidden inputs as plain texts', () => {
    const node = defineNode({
      id: 'Saver',
      outputNode: true,
      inputs: { images: image() },
      hidden: ['prompt', 'extraPngInfo'],
      hiddenInputs: { initial: any() },
      outputs: [],
      execute,
    });
    expect(infoOf(node)).toMatchObject({
      input: { hidden: { prompt: 'PROMPT', extra_pnginfo: 'EXTRA_PNGINFO', initial: ['*'] } },
      input_order: { required: ['images'], hidden: ['prompt', 'extra_pnginfo', 'initial'] },
      output_node: true,
    });
  });

  it('names outputs by their type, a combo by its options', () => {
    const node = defineNode({
      id: 'Names',
      inputs: {},
      outputs: [image(), int({ name: 'count' }), combo(['a', 'b']), union(['IMAGE', 'MASK'], { isList: true })],
      execute,
    });
    expect(infoOf(node)).toMatchObject({
      output: ['IMAGE', 'INT', ['a', 'b'], 'IMAGE,MASK'],
      output_name: ['IMAGE', 'count', ['a', 'b'], 'IMAGE,MASK'],
      output_is_list: [false, false, false, true],
    });
  });

  it('takes the module that the node names before that of its pack', () => {
    const definition = defineNode({ id: 'X', pythonModule: 'comfy_extras.x', inputs: {}, outputs: [], execute });
    const registered = { definition, packName: 'p', pythonModule: definition.pythonModule ?? 'nodes' };
    expect(describeNode(registered, {} as never).objectInfo['python_module']).toBe('comfy_extras.x');
  });
});

describe('V3 entries', () => {
  it('says null where V1 says nothing', () => {
    const node = defineNode({
      id: 'LatentCut',
      wire: 'v3',
      category: 'latent/advanced',
      inputs: {
        samples: latent(),
        dim: combo(['x', 'y']),
        index: int({ default: 0, min: -16384, max: 16384, step: 1 }),
        text: string(),
        many: multiCombo(['a'], { optional: true }),
      },
      outputs: [latent()],
      execute,
    });
    expect(infoOf(node)).toEqual({
      input: {
        required: {
          samples: ['LATENT', {}],
          dim: ['COMBO', { multiselect: false, options: ['x', 'y'] }],
          index: ['INT', { default: 0, min: -16384, max: 16384, step: 1 }],
          text: ['STRING', { multiline: false }],
        },
        optional: { many: ['COMBO', { multiselect: true, options: ['a'] }] },
      },
      input_order: { required: ['samples', 'dim', 'index', 'text'], optional: ['many'] },
      is_input_list: false,
      output: ['LATENT'],
      output_is_list: [false],
      output_name: ['LATENT'],
      output_tooltips: [null],
      output_matchtypes: null,
      name: 'LatentCut',
      display_name: 'LatentCut',
      description: '',
      python_module: 'nodes',
      category: 'latent/advanced',
      output_node: false,
      deprecated: false,
      experimental: false,
      dev_only: false,
      api_node: false,
      price_badge: null,
      search_aliases: null,
      essentials_category: null,
      has_intermediate_output: false,
    });
  });

  it('adds the hidden inputs of output and partner nodes, as one-element arrays', () => {
    const node = defineNode({ id: 'S', wire: 'v3', outputNode: true, apiNode: true, inputs: {}, outputs: [], execute });
    expect(infoOf(node)['input']).toEqual({
      required: {},
      hidden: {
        prompt: ['PROMPT'],
        extra_pnginfo: ['EXTRA_PNGINFO'],
        auth_token_comfy_org: ['AUTH_TOKEN_COMFY_ORG'],
        api_key_comfy_org: ['API_KEY_COMFY_ORG'],
        comfy_usage_source: ['COMFY_USAGE_SOURCE'],
      },
    });
  });

  it('publishes dynamic inputs with their templates', () => {
    const node = defineNode({
      id: 'Dynamic',
      wire: 'v3',
      inputs: {
        row: autogrow(int({ default: 1 }), { prefix: 'n', min: 2, max: 5 }),
        named: autogrow(image(), { names: ['a', 'b'] }),
        mode: dynamicCombo({ one: { size: int() }, none: {} }),
        slot: dynamicSlot(image(), { strength: float({ optional: true }) }),
        rows: dynamicGroup({ flag: boolean() }, { max: 3, groupName: 'entry' }),
        same: matchType('T', ['IMAGE', 'MASK']),
      },
      outputs: [matchType('T', ['IMAGE', 'MASK']), image()],
      execute,
    });
    expect(infoOf(node)).toMatchObject({
      input: {
        required: {
          row: [
            'COMFY_AUTOGROW_V3',
            {
              template: {
                input: { required: { n: ['INT', { default: 1, forceInput: true }] } },
                prefix: 'n',
                min: 2,
                max: 5,
              },
            },
          ],
          named: [
            'COMFY_AUTOGROW_V3',
            { template: { input: { required: { value: ['IMAGE', {}] } }, names: ['a', 'b'] } },
          ],
          mode: [
            'COMFY_DYNAMICCOMBO_V3',
            {
              options: [
                { key: 'one', inputs: { required: { size: ['INT', {}] }, optional: {} } },
                { key: 'none', inputs: { required: {}, optional: {} } },
              ],
            },
          ],
          slot: [
            'COMFY_DYNAMICSLOT_V3',
            { slotType: 'IMAGE', inputs: { optional: { strength: ['FLOAT', {}] } }, forceInput: true },
          ],
          rows: ['COMFY_DYNAMICGROUP_V3', { template: { required: { flag: ['BOOLEAN', {}] } }, group_name: 'entry' }],
          same: ['COMFY_MATCHTYPE_V3', { template: { template_id: 'T', allowed_types: 'IMAGE,MASK' } }],
        },
      },
      output_matchtypes: ['T', null],
    });
  });
});

describe('describeNode', () => {
  it('evaluates live inputs anew', () => {
    let files = ['a.png'];
    const definition = defineNode({
      id: 'Live',
      inputs: () => ({ file: combo(files as readonly string[]) }),
      outputs: [],
      execute,
    });
    const node = { definition, packName: 'p', pythonModule: 'nodes' };
    const typeNow = () => describeNode(node, {} as never).inputs[0]?.type;
    expect(typeNow()).toEqual(['a.png']);
    files = ['a.png', 'b.png'];
    expect(typeNow()).toEqual(['a.png', 'b.png']);
    expect(describeNode(node, {} as never).hasLiveInputs).toBe(true);
  });

  it('crosses a process boundary as text without loss', () => {
    const description = describeNode({ definition: sampler, packName: 'p', pythonModule: 'nodes' }, {} as never);
    expect(decodeDescriptions(encodeDescriptions([description]))).toEqual([description]);
    expect(encodeDescriptions([description])).toContain('18446744073709551615');
  });
});

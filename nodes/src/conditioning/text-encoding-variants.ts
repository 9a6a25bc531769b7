// Text encoding with values of certain model families. Those that need text encoders of another family say so: this version
// has the encoder of Stable Diffusion 1.x.
import { withConditioningOptions } from '@snug/engine';
import { clip, combo, conditioning, defineNode, float, int, string } from '@snug/execution';
import { NodeError } from '../errors.ts';
import { MAX_RESOLUTION } from '../latent/max-resolution.ts';

const category = 'advanced/conditioning';
const text = string({ multiline: true, dynamicPrompts: true });
const side = int({ default: 1024, min: 0, max: MAX_RESOLUTION });
const offset = int({ default: 0, min: 0, max: MAX_RESOLUTION });

export const CLIPTextEncodeSDXLRefiner = defineNode({
  id: 'CLIPTextEncodeSDXLRefiner',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_clip_sdxl',
  category,
  inputs: {
    ascore: float({ default: 6, min: 0, max: 1000, step: 0.01 }),
    width: side,
    height: side,
    text,
    clip: clip(),
  },
  outputs: [conditioning()],
  execute: async ({ ascore, width, height, text, clip }, { signal }) => [
    withConditioningOptions(await clip.encode(text, { signal }), { aesthetic_score: ascore, width, height }),
  ],
});

export const CLIPTextEncodePixArtAlpha = defineNode({
  id: 'CLIPTextEncodePixArtAlpha',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_pixart',
  category,
  description: 'Encodes a text together with the size of the picture, for PixArt Alpha.',
  inputs: { width: side, height: side, text, clip: clip() },
  outputs: [conditioning()],
  execute: async ({ width, height, text, clip }, { signal }) => [
    withConditioningOptions(await clip.encode(text, { signal }), { width, height }),
  ],
});

export const CLIPTextEncodeControlnet = defineNode({
  id: 'CLIPTextEncodeControlnet',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_cond',
  category: '_for_testing/conditioning',
  experimental: true,
  inputs: { clip: clip(), conditioning: conditioning(), text },
  outputs: [conditioning()],
  execute: async ({ clip, conditioning, text }, { signal }) => {
    const [[embedding, options] = []] = await clip.encode(text, { signal });
    const added = { cross_attn_controlnet: embedding, pooled_output_controlnet: options?.['pooled_output'] };
    return [withConditioningOptions(conditioning, added)];
  },
});

export const CLIPTextEncodeSDXL = defineNode({
  id: 'CLIPTextEncodeSDXL',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_clip_sdxl',
  category,
  inputs: {
    clip: clip(),
    width: side,
    height: side,
    crop_w: offset,
    crop_h: offset,
    target_width: side,
    target_height: side,
    text_g: text,
    text_l: text,
  },
  outputs: [conditioning()],
  execute: () => needsParts('CLIPTextEncodeSDXL', 'SDXL', 'l and g'),
});

export const CLIPTextEncodeFlux = defineNode({
  id: 'CLIPTextEncodeFlux',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_flux',
  category: 'advanced/conditioning/flux',
  inputs: {
    clip: clip(),
    clip_l: text,
    t5xxl: text,
    guidance: float({ default: 3.5, min: 0, max: 100, step: 0.1 }),
  },
  outputs: [conditioning()],
  execute: () => needsParts('CLIPTextEncodeFlux', 'Flux', 'l and t5xxl'),
});

export const CLIPTextEncodeSD3 = defineNode({
  id: 'CLIPTextEncodeSD3',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_sd3',
  category,
  inputs: { clip: clip(), clip_l: text, clip_g: text, t5xxl: text, empty_padding: combo(['none', 'empty_prompt']) },
  outputs: [conditioning()],
  execute: () => needsParts('CLIPTextEncodeSD3', 'Stable Diffusion 3', 'l, g and t5xxl'),
});

function needsParts(node: string, family: string, parts: string): never {
  throw new NodeError('TEXT_ENCODER_PART_MISSING', { node, family, parts });
}

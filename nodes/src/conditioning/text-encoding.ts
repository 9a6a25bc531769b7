// Nodes around the text encoder.
import { clip, conditioning, defineNode, float, int, string } from '@snug/execution';

export const CLIPTextEncode = defineNode({
  id: 'CLIPTextEncode',
  displayName: 'CLIP Text Encode (Prompt)',
  category: 'conditioning',
  description: 'Turns a text into the conditioning that tells a sampler what to draw, or what to avoid.',
  inputs: {
    text: string({
      multiline: true,
      dynamicPrompts: true,
      tooltip: 'The text. (word:1.2) gives a word more weight; embedding:name inserts a textual inversion.',
    }),
    clip: clip({ tooltip: 'The text encoder, usually that of the checkpoint.' }),
  },
  outputs: [conditioning({ tooltip: 'The encoded text.' })],
  execute: async ({ text, clip }, { signal }) => [await clip.encode(text, { signal })],
});

export const CLIPSetLastLayer = defineNode({
  id: 'CLIPSetLastLayer',
  displayName: 'CLIP Set Last Layer',
  category: 'conditioning',
  inputs: {
    clip: clip(),
    stop_at_clip_layer: int({ default: -1, min: -24, max: -1, step: 1 }),
  },
  outputs: [clip()],
  execute: ({ clip, stop_at_clip_layer }) => [clip.withStopAtLayer(stop_at_clip_layer)],
});

const factor = float({ default: 1, min: 0, max: 10, step: 0.01 });

export const CLIPAttentionMultiply = defineNode({
  id: 'CLIPAttentionMultiply',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_attention_multiply',
  category: '_for_testing/attention_experiments',
  experimental: true,
  inputs: { clip: clip(), q: factor, k: factor, v: factor, out: factor },
  outputs: [clip()],
  execute: ({ clip, q, k, v, out }) => [clip.withScaledAttention({ query: q, key: k, value: v, out })],
});

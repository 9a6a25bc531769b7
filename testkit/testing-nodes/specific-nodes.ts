// Nodes that each exercise one rule: lazy inputs, undeclared inputs, fingerprints, expansion, output nodes with sockets.
import { custom, defineNode, float, int, out, string } from '@snug/execution';
import { average, filled, map, mean, requireSameSize, type StubTensor, stubImage, stubMask } from './stub-image.ts';

const CATEGORY = 'Testing/Nodes';
const SIZE = { height: 512, width: 512, batch_size: 1 };

/** image1 where the mask is 0, image2 where it is 1, a mix in between. Sides that count nothing are never computed. */
export const TestLazyMixImages = defineNode({
  id: 'TestLazyMixImages',
  category: CATEGORY,
  inputs: {
    image1: custom<StubTensor>('IMAGE', { lazy: true }),
    image2: custom<StubTensor>('IMAGE', { lazy: true }),
    mask: stubMask(),
  },
  outputs: [stubImage()],
  checkLazy: ({ image1, image2, mask }) => {
    const needed: string[] = [];
    if (image1 === null && mask.data.some(value => value !== 1)) needed.push('image1');
    if (image2 === null && mask.data.some(value => value !== 0)) needed.push('image2');
    return needed;
  },
  execute: ({ image1, image2, mask }) => {
    if (image1 !== null && mask.data.every(value => value === 0)) return [image1];
    if (image2 !== null && mask.data.every(value => value === 1)) return [image2];
    if (image1 === null || image2 === null) throw new Error('Both pictures are needed for a mix.');
    return [mix(image1, image2, mask)];
  },
});

function mix(image1: StubTensor, image2: StubTensor, mask: StubTensor): StubTensor {
  requireSameSize(image1, image2);
  const channels = image1.dims.at(-1) ?? 1;
  const data = image1.data.map((value, index) => {
    const weight = mask.data[Math.floor(index / channels) % mask.data.length] ?? 0;
    return value * (1 - weight) + (image2.data[index] ?? 0) * weight;
  });
  return { data, dims: image1.dims };
}

/** Mean of input1, input2, ... of which only the first is declared. */
export const TestVariadicAverage = defineNode({
  id: 'TestVariadicAverage',
  category: CATEGORY,
  inputs: { input1: stubImage() },
  outputs: [stubImage()],
  execute: args => {
    const inputs: Readonly<Record<string, unknown>> = args;
    const images: StubTensor[] = [];
    for (let n = 1; inputs[`input${n}`] !== undefined; n++) images.push(inputs[`input${n}`] as StubTensor);
    return [average(images)];
  },
});

export const TestCustomIsChanged = defineNode({
  id: 'TestCustomIsChanged',
  category: CATEGORY,
  inputs: {
    image: stubImage(),
    should_change: custom<boolean>('BOOL', { default: false, optional: true }),
  },
  outputs: [stubImage()],
  fingerprint: ({ should_change }) => (should_change === true ? Number.NaN : false),
  execute: ({ image }) => [image],
});

/** Its fingerprint must never see the picture. */
export const TestIsChangedWithConstants = defineNode({
  id: 'TestIsChangedWithConstants',
  category: CATEGORY,
  inputs: { image: stubImage(), value: float({ default: 1, min: 0, max: 10, step: 0.01 }) },
  outputs: [stubImage()],
  fingerprint: ({ image, value }) => {
    const factor = value ?? 1;
    return image === null || image === undefined ? factor : mean(image) * factor;
  },
  execute: ({ image, value }) => [map(image, pixel => pixel * value)],
});

/** Expands into two mixes that wait for each other. */
export const TestDynamicDependencyCycle = defineNode({
  id: 'TestDynamicDependencyCycle',
  category: CATEGORY,
  inputs: { input1: stubImage(), input2: stubImage() },
  outputs: [stubImage()],
  execute: ({ input1, input2 }, context) => {
    const graph = context.graph();
    const mask = graph.node('StubMask', { value: 0.5, ...SIZE });
    const mix1 = graph.node('TestLazyMixImages', { image1: input1, mask: mask.out(0) });
    const mix2 = graph.node('TestLazyMixImages', { image1: mix1.out(0), image2: input2, mask: mask.out(0) });
    mix1.setInput('image2', mix2.out(0));
    return out({ result: [mix2.out(0)], expand: graph.finalize() });
  },
});

/** A plain result, a rich one, or a subgraph, depending on the value. */
export const TestMixedExpansionReturns = defineNode({
  id: 'TestMixedExpansionReturns',
  category: CATEGORY,
  inputs: { input1: float() },
  outputs: [stubImage(), stubImage()],
  execute: ({ input1 }, context) => {
    const white = filled(1, 1, 512, 512, 3);
    if (input1 <= 0.1) return [filled(0.1, 1, 512, 512, 3), white];
    if (input1 <= 0.2) return out({ result: [filled(0.2, 1, 512, 512, 3), white] });
    const graph = context.graph();
    const mask = graph.node('StubMask', { value: 0.3, ...SIZE });
    const dark = graph.node('StubImage', { content: 'BLACK', ...SIZE });
    const light = graph.node('StubImage', { content: 'WHITE', ...SIZE });
    const mixed = graph.node('TestLazyMixImages', { image1: dark.out(0), image2: light.out(0), mask: mask.out(0) });
    return out({ result: [mixed.out(0), white], expand: graph.finalize() });
  },
});

/** A whole text-to-image graph; needs the built-in nodes and a real model. */
export const TestSamplingInExpansion = defineNode({
  id: 'TestSamplingInExpansion',
  category: CATEGORY,
  inputs: {
    model: custom<unknown>('MODEL'),
    clip: custom<unknown>('CLIP'),
    vae: custom<unknown>('VAE'),
    seed: int({ default: 0, min: 0, max: 0xffffffffffffffffn, big: true }),
    steps: int({ default: 20, min: 1, max: 100 }),
    cfg: float({ default: 7, min: 0, max: 30 }),
    prompt: string({ multiline: true, default: 'a beautiful landscape with mountains and trees' }),
    negative_prompt: string({ multiline: true, default: 'blurry, bad quality, worst quality' }),
  },
  outputs: [stubImage()],
  execute: ({ model, clip, vae, seed, steps, cfg, prompt, negative_prompt }, context) => {
    const graph = context.graph();
    const positive = graph.node('CLIPTextEncode', { text: prompt, clip });
    const negative = graph.node('CLIPTextEncode', { text: negative_prompt, clip });
    const latent = graph.node('EmptyLatentImage', SIZE);
    const sampled = graph.node('KSampler', {
      model,
      positive: positive.out(0),
      negative: negative.out(0),
      latent_image: latent.out(0),
      seed,
      steps,
      cfg,
      sampler_name: 'euler_ancestral',
      scheduler: 'normal',
      denoise: 1,
    });
    const decoded = graph.node('VAEDecode', { samples: sampled.out(0), vae });
    return out({ result: [decoded.out(0)], expand: graph.finalize() });
  },
});

/** An output node that also feeds other nodes. */
export const TestOutputNodeWithSocketOutput = defineNode({
  id: 'TestOutputNodeWithSocketOutput',
  category: CATEGORY,
  outputNode: true,
  inputs: { image: stubImage(), value: float({ default: 1, min: 0, max: 10 }) },
  outputs: [stubImage()],
  execute: ({ image, value }) => [map(image, pixel => pixel * value)],
});

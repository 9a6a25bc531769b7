// Custom sampling as prompts use it: the parts give what KSampler gives, and wrong parts are told apart in words.
import type { Tensor } from '@snug/engine';
import { describe, expect, it } from 'vitest';
import { fakeCheckpoint } from './fake-checkpoint.ts';
import { createNodeBench, errorOf } from './node-bench.ts';

type Inputs = Readonly<Record<string, unknown>>;

const node = (class_type: string, inputs: Inputs = {}) => ({ class_type, inputs });

const base = {
  4: node('CheckpointLoaderSimple', { ckpt_name: 'a.safetensors' }),
  5: node('EmptyLatentImage', { width: 64, height: 32, batch_size: 1 }),
  6: node('CLIPTextEncode', { text: 'a green bottle', clip: ['4', 1] }),
  7: node('CLIPTextEncode', { text: 'ugly', clip: ['4', 1] }),
  8: node('CLIPTextEncode', { text: '', clip: ['4', 1] }),
};

const sides = { model: ['4', 0], positive: ['6', 0], negative: ['7', 0] };
const scheduler = node('BasicScheduler', { model: ['4', 0], scheduler: 'karras', steps: 4, denoise: 1 });

function benchOf() {
  const { checkpoint, contexts } = fakeCheckpoint();
  const warnings: string[] = [];
  const bench = createNodeBench({
    engine: { loadCheckpoint: async () => checkpoint },
    models: { checkpoints: { 'a.safetensors': '/a.safetensors' } },
    warn: message => warnings.push(message),
  });
  return { bench, contexts, warnings };
}

/** Runs a prompt to a preview of its last latent and answers the numbers of that latent. */
async function latentOf(nodes: object, link: readonly [string, number]): Promise<Float32Array> {
  const { bench } = benchOf();
  let seen: Tensor | undefined;
  const prompt = {
    ...base,
    ...nodes,
    decode: node('VAEDecode', { samples: link, vae: ['watched', 0] }),
    watched: node('WatchedVae'),
    save: node('PreviewImage', { images: ['decode', 0] }),
  };
  bench.register('WatchedVae', () => ({
    downscale: 8,
    latentChannels: 4,
    decode: async (latents: Tensor) => {
      seen = latents;
      return { data: new Float32Array(192), dims: [1, 8, 8, 3] };
    },
  }));
  const run = await bench.run(prompt, ['save']);
  expect(errorOf(run)).toBeUndefined();
  if (seen === undefined) throw new Error('nothing was decoded');
  return seen.data;
}

const kSampler = (changes: Inputs = {}) =>
  node('KSampler', {
    ...sides,
    seed: 5,
    steps: 4,
    cfg: 3,
    sampler_name: 'euler_ancestral',
    scheduler: 'karras',
    latent_image: ['5', 0],
    denoise: 1,
    ...changes,
  });

describe('custom sampling', () => {
  it('gives the latent of a KSampler from its parts', async () => {
    const whole = await latentOf({ 3: kSampler() }, ['3', 0]);
    const fromParts = await latentOf(
      {
        n: node('RandomNoise', { noise_seed: 5 }),
        g: node('CFGGuider', { ...sides, cfg: 3 }),
        k: node('KSamplerSelect', { sampler_name: 'euler_ancestral' }),
        s: scheduler,
        3: node('SamplerCustomAdvanced', {
          noise: ['n', 0],
          guider: ['g', 0],
          sampler: ['k', 0],
          sigmas: ['s', 0],
          latent_image: ['5', 0],
        }),
      },
      ['3', 0],
    );
    expect(fromParts).toEqual(whole);
    expect(whole.some(value => value !== 0)).toBe(true);
  });

  it('with default options of a sampler node is the sampler of that name', async () => {
    const withSampler = (sampler: object) =>
      latentOf(
        {
          k: sampler,
          s: scheduler,
          3: node('SamplerCustom', {
            ...sides,
            add_noise: true,
            noise_seed: 5,
            cfg: 3,
            sampler: ['k', 0],
            sigmas: ['s', 0],
            latent_image: ['5', 0],
          }),
        },
        ['3', 0],
      );
    const named = await withSampler(node('KSamplerSelect', { sampler_name: 'dpmpp_2m_sde' }));
    const options = { solver_type: 'midpoint', eta: 1, s_noise: 1, noise_device: 'cpu' };
    expect(await withSampler(node('SamplerDPMPP_2M_SDE', options))).toEqual(named);
    expect(await withSampler(node('SamplerDPMPP_2M_SDE', { ...options, eta: 0.3 }))).not.toEqual(named);
  });

  it('goes on where another sampler stopped when the noise is left in the latent', async () => {
    const advanced = (changes: Inputs) => {
      const { seed, denoise, ...inputs } = kSampler({ sampler_name: 'euler' }).inputs;
      return node('KSamplerAdvanced', {
        ...inputs,
        noise_seed: seed,
        start_at_step: 0,
        end_at_step: 10000,
        add_noise: 'enable',
        return_with_leftover_noise: 'disable',
        ...changes,
      });
    };
    const whole = await latentOf({ 3: advanced({}) }, ['3', 0]);
    const first = advanced({ end_at_step: 2, return_with_leftover_noise: 'enable' });
    const second = advanced({ start_at_step: 2, add_noise: 'disable', latent_image: ['1', 0] });
    const halves = await latentOf({ 1: first, 3: second }, ['3', 0]);
    for (const [i, value] of halves.entries()) expect(value).toBeCloseTo(whole[i] ?? Number.NaN, 4);
  });

  it('evaluates all conditionings of a guider together', async () => {
    const { bench, contexts } = benchOf();
    const guider = node('PerpNegGuider', { ...sides, empty_conditioning: ['8', 0], cfg: 3, neg_scale: 1 });
    const run = await bench.run(
      {
        ...base,
        n: node('DisableNoise'),
        g: guider,
        k: node('KSamplerSelect', { sampler_name: 'euler' }),
        s: scheduler,
        3: node('SamplerCustomAdvanced', {
          noise: ['n', 0],
          guider: ['g', 0],
          sampler: ['k', 0],
          sigmas: ['s', 0],
          latent_image: ['5', 0],
        }),
        d: node('VAEDecode', { samples: ['3', 0], vae: ['4', 2] }),
        o: node('PreviewImage', { images: ['d', 0] }),
      },
      ['o'],
    );
    expect(errorOf(run)).toBeUndefined();
    expect(contexts).toEqual(Array(4).fill([14, 4, 0]));
  });
});

describe('wrong parts', () => {
  const custom = (sigmas: object, changes: Inputs = {}) => ({
    ...base,
    k: node('KSamplerSelect', { sampler_name: 'euler' }),
    s: sigmas,
    3: node('SamplerCustom', {
      ...sides,
      add_noise: true,
      noise_seed: 5,
      cfg: 3,
      sampler: ['k', 0],
      sigmas: ['s', 0],
      latent_image: ['5', 0],
      ...changes,
    }),
    d: node('VAEDecode', { samples: ['3', 0], vae: ['4', 2] }),
    o: node('PreviewImage', { images: ['d', 0] }),
  });

  it('such as sigmas that turn round are named with their values', async () => {
    const { bench } = benchOf();
    const turned = node('SetFirstSigma', { sigmas: ['b', 0], sigma: 0.001 });
    const run = await bench.run({ ...custom(turned), b: scheduler }, ['o']);
    expect(errorOf(run)).toContain('The noise schedule turns round: its sigma number 2 is');
  });

  it('such as a scheduler without numbers are named', async () => {
    const { bench } = benchOf();
    const inputs = { steps: 4, sigma_max: 14, sigma_min: 0 };
    const run = await bench.run(custom(node('ExponentialScheduler', inputs)), ['o']);
    expect(errorOf(run)).toContain('The noise schedule contains values that are no numbers');
  });

  it('such as text encoders of another family are named with what they lack', async () => {
    const { bench } = benchOf();
    const inputs = { clip: ['4', 1], clip_l: 'a', t5xxl: 'b', guidance: 3 };
    const prompt = custom(scheduler, { positive: ['f', 0] });
    const run = await bench.run({ ...prompt, f: node('CLIPTextEncodeFlux', inputs) }, ['o']);
    expect(errorOf(run)).toContain('needs a text encoder of Flux with the parts l and t5xxl');
  });

  it('that the model cannot use are ignored with a warning', async () => {
    const { bench, warnings } = benchOf();
    bench.register('Seen', () => ({ image_embeds: null }), 'CLIP_VISION_OUTPUT');
    const inputs = { conditioning: ['6', 0], clip_vision_output: ['v', 0], strength: 1, noise_augmentation: 0 };
    const prompt = custom(scheduler, { positive: ['u', 0] });
    const run = await bench.run({ ...prompt, v: node('Seen'), u: node('unCLIPConditioning', inputs) }, ['o']);
    expect(errorOf(run)).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('image embeddings of unCLIP (unCLIPConditioning)')]);
  });

  it('as hooks are ignored with a warning, and groups without hooks silently', async () => {
    const set = { cond_NEW: ['6', 0], strength: 1, set_cond_area: 'default', hooks: ['h', 0] };
    const hooked = {
      ...custom(scheduler, { positive: ['p', 0] }),
      f: node('CreateHookKeyframe', { strength_mult: 0.5, start_percent: 0.2 }),
      p: node('ConditioningSetProperties', set),
    };
    const { bench, warnings } = benchOf();
    bench.register('AnyHooks', () => [{}], 'HOOKS');
    const chain = {
      g: node('AnyHooks'),
      c: node('CombineHooks4', { hooks_B: ['g', 0] }),
      h: node('SetHookKeyframes', { hooks: ['c', 0], hook_kf: ['f', 0] }),
    };
    expect(errorOf(await bench.run({ ...hooked, ...chain }, ['o']))).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('hooks that change weights')]);
    warnings.length = 0;
    expect(errorOf(await bench.run({ ...hooked, h: node('CombineHooks2') }, ['o']))).toBeUndefined();
    expect(warnings).toEqual([]);
  });
});

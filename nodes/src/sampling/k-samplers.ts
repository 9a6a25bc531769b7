// Nodes that turn noise into latents. Both are the same run of the engine with other knobs.
import { type SampleOptions, sample, samplerNames, schedulerNames } from '@snug/engine';
import { combo, conditioning, defineNode, float, int, latent, model, type NodeContext } from '@snug/execution';
import type { Latent } from '../node-types.ts';
import { latentInputOf, withProgress } from './run-sampler.ts';
import { cfgOptions, denoiseOptions, MAX_STEPS, seedOptions, stepsOptions } from './sampling-inputs.ts';

export const KSampler = defineNode({
  id: 'KSampler',
  category: 'sampling',
  description: 'Removes noise from latents step by step, guided by the conditioning, until a picture is left.',
  inputs: {
    model: model({ tooltip: 'The network that estimates the noise.' }),
    seed: int({ ...seedOptions, tooltip: 'Where the noise comes from: the same seed gives the same picture.' }),
    steps: int({ ...stepsOptions, tooltip: 'In how many steps the noise is removed.' }),
    cfg: float({
      ...cfgOptions,
      tooltip: 'How closely the picture follows the positive conditioning; very high values spoil it.',
    }),
    sampler_name: combo(samplerNames, { tooltip: 'The method that goes from one noise level to the next.' }),
    scheduler: combo(schedulerNames, { tooltip: 'How the noise levels are spread over the steps.' }),
    positive: conditioning({ tooltip: 'What the picture shall show.' }),
    negative: conditioning({ tooltip: 'What the picture shall not show.' }),
    latent_image: latent({ tooltip: 'The latents to start from; blank ones for a picture from scratch.' }),
    denoise: float({
      ...denoiseOptions,
      tooltip: 'How much of the start is replaced: below 1 its composition is kept, at 0 nothing changes.',
    }),
  },
  outputs: [latent({ tooltip: 'The latents without noise.' })],
  execute: async (args, context) => [
    await runKSampler(context, args.latent_image, {
      ...args,
      sampler: args.sampler_name,
    }),
  ],
});

export const KSamplerAdvanced = defineNode({
  id: 'KSamplerAdvanced',
  displayName: 'KSampler (Advanced)',
  category: 'sampling',
  inputs: {
    model: model(),
    add_noise: combo(['enable', 'disable']),
    noise_seed: int(seedOptions),
    steps: int(stepsOptions),
    cfg: float(cfgOptions),
    sampler_name: combo(samplerNames),
    scheduler: combo(schedulerNames),
    positive: conditioning(),
    negative: conditioning(),
    latent_image: latent(),
    start_at_step: int({ default: 0, min: 0, max: MAX_STEPS }),
    end_at_step: int({ default: MAX_STEPS, min: 0, max: MAX_STEPS }),
    return_with_leftover_noise: combo(['disable', 'enable']),
  },
  outputs: [latent()],
  execute: async (args, context) => [
    await runKSampler(context, args.latent_image, {
      ...args,
      seed: args.noise_seed,
      sampler: args.sampler_name,
      denoise: 1,
      disableNoise: args.add_noise === 'disable',
      startStep: args.start_at_step,
      lastStep: args.end_at_step,
      forceFullDenoise: args.return_with_leftover_noise === 'disable',
    }),
  ],
});

/** Samples a latent; everything but its samples is carried along. */
async function runKSampler(
  context: NodeContext<never>,
  input: Latent,
  options: Omit<SampleOptions, 'latent' | 'signal' | 'onStep' | 'onWarning'>,
): Promise<Latent> {
  const samples = await withProgress(context, options.model, run =>
    sample({ ...options, ...run, latent: latentInputOf(input) }),
  );
  return { ...input, samples };
}

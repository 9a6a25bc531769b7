// The run behind every sampler node: progress, previews, warnings and old noise come from the context; everything of the
// latent but its samples is carried along.
import { type SampleGuidedOptions, sampleGuided } from '@snug/engine';
import type { NodeContext } from '@snug/execution';
import type { Latent } from '../node-types.ts';
import { reportSteps } from './sampler-progress.ts';

type ContextOptions = 'latent' | 'signal' | 'onStep' | 'onWarning' | 'compatNoise';

export interface SampledLatents {
  /** The latent as sampling left it. */
  readonly output: Latent;
  /** The last estimate of the clean latent. */
  readonly denoised: Latent;
}

export async function runSampler(
  context: NodeContext<never>,
  input: Latent,
  options: Omit<SampleGuidedOptions, ContextOptions>,
): Promise<SampledLatents> {
  const { samples, denoised } = await withProgress(context, options.guider.model, run =>
    sampleGuided({ ...options, ...run, latent: latentInputOf(input) }),
  );
  return { output: { ...input, samples }, denoised: { ...input, samples: denoised } };
}

/** Runs a sampler with what the context knows, and waits until everything has been reported. */
export async function withProgress<T>(
  context: NodeContext<never>,
  model: SampleGuidedOptions['guider']['model'],
  run: (options: Pick<SampleGuidedOptions, Exclude<ContextOptions, 'latent'>>) => Promise<T>,
): Promise<T> {
  const { services, signal } = context;
  const progress = reportSteps(context, model);
  const { compatNoise } = services.settings;
  const result = await run({ signal, compatNoise, onStep: progress.onStep, onWarning: services.warn });
  await progress.finished();
  return result;
}

export function latentInputOf({ samples, noise_mask, batch_index }: Latent): SampleGuidedOptions['latent'] {
  return { samples, noiseMask: noise_mask, batchIndex: batch_index };
}

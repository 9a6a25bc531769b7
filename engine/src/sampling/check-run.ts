// Numbers of a run that would end in noise or in NaN are refused before anything is computed.
import { EngineError } from '../errors.ts';
import { areAllFinite } from './finite.ts';
import type { Guidance } from './guidance/guidance.ts';
import type { LatentInput } from './run-options.ts';

export interface CheckedRun {
  readonly guidance: Pick<Guidance, 'scales'>;
  readonly latent: Pick<LatentInput, 'samples'>;
  readonly sigmas: Float32Array;
}

/** @throws EngineError INVALID_ARGUMENT, SIGMAS_NOT_FINITE, SIGMAS_NOT_MONOTONIC, LATENT_NOT_FINITE. */
export function checkRun({ guidance, latent, sigmas }: CheckedRun): void {
  for (const [name, scale] of Object.entries(guidance.scales)) {
    if (!Number.isFinite(scale)) {
      throw new EngineError('INVALID_ARGUMENT', { name, expected: 'a finite number', actual: scale });
    }
  }
  checkSigmas(sigmas);
  if (!areAllFinite(latent.samples.data)) throw new EngineError('LATENT_NOT_FINITE', { place: 'given to the sampler' });
}

/** Sigmas fall, or rise when a picture is turned into noise; equal neighbours make an empty step. */
function checkSigmas(sigmas: Float32Array): void {
  if (!areAllFinite(sigmas)) throw new EngineError('SIGMAS_NOT_FINITE', { sigmas: sigmas.join(', ') });
  const negative = sigmas.find(sigma => sigma < 0);
  if (negative !== undefined) {
    throw new EngineError('INVALID_ARGUMENT', { name: 'A sigma', expected: '0 or more', actual: negative });
  }
  let direction = 0;
  for (let i = 1; i < sigmas.length; i++) {
    const step = Math.sign(sigmas[i]! - sigmas[i - 1]!);
    if (step !== 0 && step === -direction) {
      const [before, after] = [sigmas[i - 1]!, sigmas[i]!];
      throw new EngineError('SIGMAS_NOT_MONOTONIC', { before, after, step: i });
    }
    direction ||= step;
  }
}

// DPM-Solver-fast: as many steps of order 3 as the number of evaluations allows, the rest by lower orders. Lu et al.,
// "DPM-Solver" (2022), section 3.4. The given sigmas set just the ends and the number of evaluations; the steps are
// even in lambda.
import { linspace } from '../schedulers/linspace.ts';
import { DpmSolverStep, lambdaRange, levelOf } from './dpm-solver-step.ts';
import type { SamplerRun } from './sampler.ts';

export async function dpmFast(run: SamplerRun, start: Float32Array): Promise<Float32Array> {
  const { from, to } = lambdaRange(run.sigmas);
  const orders = stepOrders(run.sigmas.length - 1);
  const lambdas = linspace(from, to, orders.length + 1);
  let x = start;
  for (const [i, order] of orders.entries()) {
    const denoised = await run.denoise(x, levelOf(lambdas[i]!));
    run.report(i, x, denoised);
    const step = DpmSolverStep.from(run, x, denoised, lambdas[i]!, lambdas[i + 1]!);
    x = order === 1 ? step.first() : await (order === 2 ? step.second() : step.third());
  }
  return x;
}

/** Orders whose sum is the number of evaluations. */
function stepOrders(evaluations: number): number[] {
  const rest = evaluations % 3;
  const full = Math.floor(evaluations / 3);
  return rest === 0 ? [...Array<number>(full - 1).fill(3), 2, 1] : [...Array<number>(full).fill(3), rest];
}

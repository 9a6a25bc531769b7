// All schedulers by the name that workflows use, in the order in which clients show them.
import { beta } from './beta.ts';
import { exponential } from './exponential.ts';
import { karras } from './karras.ts';
import { klOptimal } from './kl-optimal.ts';
import { linearQuadratic } from './linear-quadratic.ts';
import type { Scheduler } from './scheduler.ts';
import { ddimUniform, simple } from './table-positions.ts';
import { normal, sgmUniform } from './uniform-timesteps.ts';

export const schedulers = {
  simple,
  sgm_uniform: sgmUniform,
  karras,
  exponential,
  ddim_uniform: ddimUniform,
  beta,
  normal,
  linear_quadratic: linearQuadratic,
  kl_optimal: klOptimal,
} as const satisfies Record<string, Scheduler>;

export type SchedulerName = keyof typeof schedulers;

export const schedulerNames = Object.keys(schedulers) as readonly SchedulerName[];

// Whether this server can do its work: accept a prompt (the store answers) and run it (a worker process is there or on its
// way). For supervisors and load balancers, which look at the status alone; the checks are for people.
import type { JobStore } from '@snug/store';
import { reasonOf } from '../errors.ts';
import type { PromptRunner, RunnerHealth } from '../ports.ts';
import { withinTime } from './within-time.ts';

export interface HealthCheck {
  readonly ok: boolean;
  /** Why not, or what is still to come; null when all is well. */
  readonly reason: string | null;
}

export interface Readiness {
  readonly status: 'ready' | 'not ready';
  readonly checks: {
    readonly store: HealthCheck;
    readonly worker: HealthCheck & { readonly state: RunnerHealth['state'] };
  };
}

/** A store that takes longer cannot be worked with. */
const DEFAULT_LIMIT_MS = 2_000;

export async function readinessOf(
  { jobs, runner }: { readonly jobs: Pick<JobStore, 'remaining'>; readonly runner: Pick<PromptRunner, 'health'> },
  { limitMs = DEFAULT_LIMIT_MS }: { readonly limitMs?: number } = {},
): Promise<Readiness> {
  const [store, worker] = await Promise.all([checkStore(jobs, limitMs), checkWorker(runner, limitMs)]);
  return { status: store.ok && worker.ok ? 'ready' : 'not ready', checks: { store, worker } };
}

async function checkStore(jobs: Pick<JobStore, 'remaining'>, limitMs: number): Promise<HealthCheck> {
  try {
    await withinTime(jobs.remaining(), limitMs);
    return { ok: true, reason: null };
  } catch (error) {
    return { ok: false, reason: `the job store failed: ${reasonOf(error)}` };
  }
}

/** A worker that is starting is good enough: prompts are accepted and wait for it. */
async function checkWorker(
  runner: Pick<PromptRunner, 'health'>,
  limitMs: number,
): Promise<Readiness['checks']['worker']> {
  if (runner.health === undefined) return { ok: true, state: 'ready', reason: null };
  try {
    const { state, reason } = await withinTime(runner.health(), limitMs);
    return { ok: state === 'ready' || state === 'starting', state, reason };
  } catch (error) {
    return { ok: false, state: 'failing', reason: `the worker was not heard of: ${reasonOf(error)}` };
  }
}

// The number that orders prompts submitted without one (spec http.md 2.2): an integer that grows with every submission.
import type { JobStore } from '@snug/store';
import type { PromptCounter } from './server-context.ts';

/**
 * A counter that starts at 0, or behind the jobs that are still waiting from before a restart, so that new prompts do not
 * overtake them. Numbers that clients chose do not count.
 */
export async function createPromptCounter(jobs: Pick<JobStore, 'highestNumber'>): Promise<PromptCounter> {
  let value = Math.max((await jobs.highestNumber()) ?? -1, -1) + 1;
  return { next: () => value++ };
}

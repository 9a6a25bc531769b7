// Tells everybody how many prompts wait or run, after a change of the queue (spec websocket.md 3).
import type { EventBus, JobStore } from '@snug/store';

/**
 * Publishes the count after a submission or clearing, or once per job after a removal of several: then the counts
 * descend as if the jobs had been removed one by one.
 */
export async function announceQueue(
  { jobs, events }: { readonly jobs: JobStore; readonly events: EventBus },
  { changes = 1 }: { readonly changes?: number } = {},
): Promise<void> {
  if (changes === 0) return;
  const remaining = await jobs.remaining();
  for (let left = changes - 1; left >= 0; left--) events.publish({ kind: 'queue', remaining: remaining + left });
}

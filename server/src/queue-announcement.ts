// Tells everybody how many prompts wait or run, after a change of the queue (spec websocket.md 3).
import type { EventBus, JobStore } from '@snug/store';

interface QueuePlaces {
  readonly jobs: JobStore;
  readonly events: EventBus;
}

/** Most counts that one removal tells: a thousand sockets must not be told of each of ten thousand jobs. */
const MAX_COUNTS = 64;

/** Publishes the count after a submission or clearing. */
export async function announceQueue({ jobs, events }: QueuePlaces): Promise<void> {
  events.publish({ kind: 'queue', remaining: await jobs.remaining() });
}

/**
 * Publishes a count for each removed job: they descend as if the jobs had been removed one by one, and where no job waits any
 * more the last count comes twice, as in the reference. Of a long removal only the last counts are told.
 */
export async function announceRemoval({ jobs, events }: QueuePlaces, removed: number): Promise<void> {
  if (removed === 0) return;
  const [remaining, running] = await Promise.all([jobs.remaining(), jobs.running()]);
  for (let left = Math.min(removed, MAX_COUNTS) - 1; left >= 0; left--) {
    events.publish({ kind: 'queue', remaining: remaining + left });
  }
  if (remaining === running.length) events.publish({ kind: 'queue', remaining });
}

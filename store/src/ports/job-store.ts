// Port: the durable queue and the history. One conformance suite runs against every adapter.
import type { FinishedJob, Job, JobResult, NewJob } from '@snug/protocol';

export interface JobStore {
  /** Resolves once the job is on disk: only then may the client be told that it was accepted. Replaces a finished job of the same id when it ends. */
  submit(job: NewJob): Promise<void>;
  /** Takes the pending job with the lowest `(number, promptId)`; undefined when there is none. */
  claim(workerId: string): Promise<Job | undefined>;
  /** Moves a running job to the history. Idempotent; a job that is not running is left alone. */
  finish(promptId: string, result: JobResult): Promise<void>;
  /** Returns running jobs of a worker that is gone to the queue (all workers when no id is given); answers their ids. */
  requeue(options?: { workerId?: string }): Promise<string[]>;
  running(): Promise<Job[]>;
  /** Ascending `(number, promptId)`. */
  pending(): Promise<Job[]>;
  /** Pending + running. */
  remaining(): Promise<number>;
  /** Removes pending jobs; answers the ids that were removed. */
  cancelPending(promptIds: readonly string[]): Promise<string[]>;
  clearPending(): Promise<number>;
  /** Completion order, oldest first; spec http.md 4.3 for `maxItems` and `offset`. */
  history(range: { maxItems?: number; offset?: number }): Promise<FinishedJob[]>;
  historyEntry(promptId: string): Promise<FinishedJob | undefined>;
  deleteHistory(promptIds: readonly string[]): Promise<void>;
  clearHistory(): Promise<void>;
  /** Called after every submission of this or (where the adapter can tell) another process. */
  onSubmitted(listener: () => void): () => void;
  close(): Promise<void>;
}

// Port: the durable queue and the history. One conformance suite runs against every adapter.
import type { FinishedJob, Job, JobResult, NewJob } from '@snug/protocol';
import type { JobDetails, JobList, JobListQuery } from './job-listing.ts';

export interface HistoryRange {
  readonly maxItems?: number;
  readonly offset?: number;
}

export interface JobStore {
  /**
   * Resolves once the job is on disk: only then may the client be told that it was accepted. An id may be submitted
   * again at any time; the job replaces the finished one of the same id when it ends.
   */
  submit(job: NewJob): Promise<void>;
  /**
   * Takes the pending job with the lowest `(number, promptId)`, first come first served among equals; undefined when
   * there is none. Jobs whose id is running already wait until that run ends. The only answer with `sensitiveJson`.
   */
  claim(workerId: string): Promise<Job | undefined>;
  /** Moves a running job to the history. Idempotent; a job that is not running is left alone. */
  finish(promptId: string, result: JobResult): Promise<void>;
  /**
   * Returns running jobs of a worker that is gone to their old place in the queue (all workers when no id is given); answers
   * their ids in queue order. With `undoAttempt` the claim is forgotten as if it had not been made: for jobs that are given
   * back in good order, whose next failure must not be taken for their second.
   */
  requeue(options?: { workerId?: string; undoAttempt?: boolean }): Promise<string[]>;
  running(): Promise<Job[]>;
  /** Ascending `(number, promptId)`. */
  pending(): Promise<Job[]>;
  /** As `pending`, for queues of any length: which jobs and their order is decided by the call, what is gone when its batch is read is left out. */
  pendingBatches(): AsyncIterable<readonly Job[]>;
  /** Largest integer priority that waits or runs; undefined when there is none. Floats, which clients choose, do not count. */
  highestNumber(): Promise<number | undefined>;
  /** Pending + running. */
  remaining(): Promise<number>;
  /** Removes pending jobs; answers the ids that were removed, one per job. Running jobs stay. */
  cancelPending(promptIds: readonly string[]): Promise<string[]>;
  clearPending(): Promise<number>;
  /**
   * Completion order, oldest first (spec http.md 4.3): without `maxItems` everything from index `offset`, with `maxItems`
   * alone the newest ones, with both that many from index `offset`. A negative `offset` counts as absent.
   */
  history(range: HistoryRange): Promise<FinishedJob[]>;
  /** As `history`, for ranges of any length; decided and read like `pendingBatches`. */
  historyBatches(range: HistoryRange): AsyncIterable<readonly FinishedJob[]>;
  /** Number of entries. */
  historyCount(): Promise<number>;
  historyEntry(promptId: string): Promise<FinishedJob | undefined>;
  deleteHistory(promptIds: readonly string[]): Promise<void>;
  clearHistory(): Promise<void>;
  /** A page of queue and history together. */
  list(query: JobListQuery): Promise<JobList>;
  /** A job in whatever state; one that runs, else one that waits, goes before the history entry of the same id. */
  details(promptId: string): Promise<JobDetails | undefined>;
  /** Called after every submission of this or (where the adapter can tell) another process, and after a requeue: there may be something to claim. */
  onSubmitted(listener: () => void): () => void;
  close(): Promise<void>;
}

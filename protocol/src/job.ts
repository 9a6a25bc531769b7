// One job record serves every view of it: /queue, /history, /api/jobs. JSON documents are kept as text, exactly as
// they will be sent, so that numbers survive and large queues need no re-encoding.

export type JobState = 'pending' | 'running' | 'finished';

/** What a submission stores. `number` orders the queue: lower runs first, ties by prompt id. */
export interface NewJob {
  readonly promptId: string;
  readonly number: number;
  /** True when the client sent the number as a float: it is echoed as one. */
  readonly numberIsFloat: boolean;
  readonly clientId: string | null;
  /** Coerced prompt as lossless JSON text. */
  readonly promptJson: string;
  /** `extra_data` as lossless JSON text, without secrets, with `client_id` and `create_time`. */
  readonly extraDataJson: string;
  /** Secrets taken out of `extra_data` (JSON text); handed to the executor only, never listed, dropped at the end. */
  readonly sensitiveJson: string | null;
  readonly outputsToExecute: readonly string[];
  readonly createdAtMs: number;
}

export interface Job extends NewJob {
  readonly state: JobState;
  /** How many times a worker has started it. */
  readonly attempts: number;
  readonly workerId: string | null;
}

/** How a run ended: the parts of a history entry. */
export interface JobResult {
  readonly statusStr: 'success' | 'error';
  /** `status.messages` as JSON text. */
  readonly messagesJson: string;
  /** UI outputs by node id as JSON text. */
  readonly outputsJson: string;
  /** `meta` by node id as JSON text. */
  readonly metaJson: string;
  readonly finishedAtMs: number;
}

export interface FinishedJob extends Job {
  readonly result: JobResult;
}

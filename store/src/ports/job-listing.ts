// What lists of jobs ask for and get (spec http.md 5): filters, order and page, and jobs without their large documents.
// A list may be longer than memory, so it comes in batches.

export const JOB_STATUSES = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'] as const;

/** Where a job stands, as clients see it: a run that ended badly either failed or was interrupted. */
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A job as lists show it. */
export interface JobSummary {
  readonly promptId: string;
  readonly status: JobStatus;
  readonly number: number;
  readonly numberIsFloat: boolean;
  readonly createdAtMs: number;
  /** Id of the editor's document that the prompt was made from (`extra_data.extra_pnginfo.workflow.id`). */
  readonly workflowId: string | null;
  /** `status.messages` of the history entry as JSON text; null while the job waits or runs. */
  readonly messagesJson: string | null;
  /** UI outputs by node id as JSON text; null while the job waits or runs. */
  readonly outputsJson: string | null;
}

/** One job with what was submitted. */
export interface JobDetails extends JobSummary {
  readonly promptJson: string;
  readonly extraDataJson: string;
}

export interface JobListQuery {
  /** Default: all. */
  readonly statuses?: readonly JobStatus[];
  readonly workflowId?: string;
  /** Time of submission, or time from the first to the last event of the run (0 until it has ended). Default `created_at`. */
  readonly sortBy?: 'created_at' | 'execution_duration';
  /** Equals are in order of arrival, in the same direction. Default false. */
  readonly isDescending?: boolean;
  /** Default 0. */
  readonly offset?: number;
  /** Default: no limit. */
  readonly limit?: number;
}

export interface JobList {
  /** Jobs that the filters let through, on all pages. */
  readonly total: number;
  /** How many of them are on this page. */
  readonly count: number;
  /**
   * The page, to be read once. Which jobs are on it and their order was decided when it was made; one that is deleted before
   * its batch is read is left out.
   */
  readonly batches: AsyncIterable<readonly JobSummary[]>;
}

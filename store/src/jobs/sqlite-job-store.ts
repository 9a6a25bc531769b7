// The embedded job store: queue and history in one SQLite file. The binding is synchronous, so each method is one
// uninterrupted step; a method that resolved has been committed (see sqlite-connection.ts for what a commit survives).
import type { FinishedJob, Job, JobResult, NewJob } from '@snug/protocol';
import { compareCodePoints } from '@snug/protocol';
import { type ListenerErrorHandler, ListenerSet } from '../listener-set.ts';
import type { JobDetails, JobList, JobListQuery } from '../ports/job-listing.ts';
import type { HistoryRange, JobStore } from '../ports/job-store.ts';
import { migrate } from '../sqlite/migrations.ts';
import { SqliteConnection, type SqliteOptions } from '../sqlite/sqlite-connection.ts';
import { inBatches } from './batches.ts';
import { HistoryLedger, type HistoryRetention } from './history-retention.ts';
import { JobLists } from './job-lists.ts';
import { checkNewJob, finishedJobOf, jobOf } from './job-rows.ts';
import { type JobStatements, prepareJobStatements } from './job-statements.ts';
import { runFactsOf, workflowIdJsonOf } from './listed-facts.ts';

export interface SqliteJobStoreOptions extends SqliteOptions {
  readonly retention?: HistoryRetention;
  /** Clock for retention by age. Default `Date.now`. */
  readonly now?: () => number;
  /** Told about `onSubmitted` listeners that throw. Default: the error becomes an uncaught exception. */
  readonly onListenerError?: ListenerErrorHandler;
}

const byteLength = (text: string): number => Buffer.byteLength(text);

/** Made by `openSqliteJobStore`. */
export class SqliteJobStore implements JobStore {
  readonly #connection: SqliteConnection;
  readonly #statements: JobStatements;
  readonly #lists: JobLists;
  readonly #ledger: HistoryLedger;
  readonly #now: () => number;
  readonly #submitted: ListenerSet<readonly []>;
  /** Carried in memory: they are asked for at every event of the queue, and this process alone changes them. */
  #pendingCount: number;
  #runningCount: number;

  constructor(options: SqliteJobStoreOptions) {
    this.#now = options.now ?? Date.now;
    this.#submitted = new ListenerSet(options.onListenerError);
    this.#connection = new SqliteConnection(options);
    try {
      migrate(this.#connection);
      this.#statements = prepareJobStatements(this.#connection);
      this.#lists = new JobLists(this.#connection);
      this.#ledger = new HistoryLedger(this.#statements, options.retention);
      this.#pendingCount = this.#statements.countOf.get([0])?.count ?? 0;
      this.#runningCount = this.#statements.countOf.get([1])?.count ?? 0;
      this.#ledger.prune(this.#now());
    } catch (error) {
      this.#connection.close();
      throw error;
    }
  }

  async submit(job: NewJob): Promise<void> {
    checkNewJob(job);
    const { insertJob, insertDocuments, insertSecrets } = this.#statements;
    const outputsJson = JSON.stringify(job.outputsToExecute);
    const clientIdJson = job.clientId === null ? null : JSON.stringify(job.clientId);
    const sizeBytes = byteLength(job.promptJson) + byteLength(job.extraDataJson);
    const workflowIdJson = workflowIdJsonOf(job.extraDataJson);
    this.#connection.transaction(() => {
      const seq = insertJob.run([
        job.promptId,
        job.number,
        job.numberIsFloat ? 1 : 0,
        clientIdJson,
        outputsJson,
        job.createdAtMs,
        sizeBytes,
        workflowIdJson,
      ]).lastInsertRowid;
      insertDocuments.run([seq, job.promptJson, job.extraDataJson]);
      if (job.sensitiveJson !== null) insertSecrets.run([seq, job.sensitiveJson]);
    });
    this.#pendingCount++;
    this.#submitted.emit();
  }

  async claim(workerId: string): Promise<Job | undefined> {
    // A closed store must say so, hence no early answer before the statement.
    const claimed = this.#statements.claim.get([workerId]);
    if (claimed === undefined) return undefined;
    this.#pendingCount--;
    this.#runningCount++;
    return jobOf(claimed);
  }

  async finish(promptId: string, result: JobResult): Promise<void> {
    try {
      const wasRunning = this.#connection.transaction(() => this.#moveToHistory(promptId, result));
      if (wasRunning) this.#runningCount--;
    } catch (error) {
      this.#ledger.reload();
      throw error;
    }
  }

  #moveToHistory(promptId: string, result: JobResult): boolean {
    const { runningOf, replace, finish, insertResult, deleteSecrets } = this.#statements;
    const job = runningOf.get([promptId]);
    if (job === undefined) return false;
    const { messagesJson, outputsJson, metaJson } = result;
    const sizeBytes = job.size_bytes + byteLength(messagesJson) + byteLength(outputsJson) + byteLength(metaJson);
    if (job.replaces !== 0) this.#ledger.removed(replace.all([promptId]));
    const { outcome, durationMs } = runFactsOf(result);
    const finishSeq = this.#ledger.nextSeq();
    finish.run([result.statusStr, result.finishedAtMs, finishSeq, sizeBytes, outcome, durationMs, job.seq]);
    insertResult.run([job.seq, messagesJson, outputsJson, metaJson]);
    if (job.has_secrets !== 0) deleteSecrets.run([job.seq]);
    this.#ledger.added(sizeBytes, result.finishedAtMs);
    this.#ledger.prune(this.#now());
    return true;
  }

  async requeue(options: { workerId?: string; undoAttempt?: boolean } = {}): Promise<string[]> {
    const { requeueAll, requeueOf } = this.#statements;
    const undone = options.undoAttempt === true ? 1 : 0;
    const rows = options.workerId === undefined ? requeueAll.all([undone]) : requeueOf.all([undone, options.workerId]);
    this.#runningCount -= rows.length;
    this.#pendingCount += rows.length;
    if (rows.length > 0) this.#submitted.emit();
    return rows
      .sort((a, b) => a.number - b.number || compareCodePoints(a.prompt_id, b.prompt_id))
      .map(row => row.prompt_id);
  }

  async running(): Promise<Job[]> {
    return this.#statements.running.all().map(jobOf);
  }

  async pending(): Promise<Job[]> {
    return this.#jobs(this.#pendingSeqs());
  }

  pendingBatches(): AsyncIterable<readonly Job[]> {
    return inBatches(this.#pendingSeqs(), seqs => this.#jobs(seqs));
  }

  #pendingSeqs(): number[] {
    return this.#statements.pendingSeqs.all().map(({ seq }) => seq);
  }

  #jobs(seqs: readonly number[]): Job[] {
    return this.#statements.jobsNamed.all([JSON.stringify(seqs)]).map(jobOf);
  }

  async highestNumber(): Promise<number | undefined> {
    return this.#statements.highestNumber.get()?.number ?? undefined;
  }

  async remaining(): Promise<number> {
    return this.#pendingCount + this.#runningCount;
  }

  async cancelPending(promptIds: readonly string[]): Promise<string[]> {
    const removed = this.#statements.cancel.all([JSON.stringify(promptIds)]).map(row => row.prompt_id);
    this.#pendingCount -= removed.length;
    return removed;
  }

  async clearPending(): Promise<number> {
    const { changes } = this.#statements.clearPending.run();
    this.#pendingCount -= changes;
    return changes;
  }

  async history(range: HistoryRange): Promise<FinishedJob[]> {
    return this.#finishedJobs(this.#finishedSeqs(range));
  }

  historyBatches(range: HistoryRange): AsyncIterable<readonly FinishedJob[]> {
    return inBatches(this.#finishedSeqs(range), seqs => this.#finishedJobs(seqs));
  }

  async historyCount(): Promise<number> {
    this.#ledger.prune(this.#now());
    return this.#ledger.count;
  }

  /** Rows of a range of the history, oldest first. */
  #finishedSeqs({ maxItems, offset = -1 }: HistoryRange): number[] {
    this.#ledger.prune(this.#now());
    const { finishedSeqs, newestFinishedSeqs } = this.#statements;
    const limit = maxItems === undefined ? -1 : Math.max(maxItems, 0);
    const isNewest = offset < 0 && maxItems !== undefined;
    const rows = isNewest ? newestFinishedSeqs.all([limit]).reverse() : finishedSeqs.all([limit, Math.max(offset, 0)]);
    return rows.map(({ seq }) => seq);
  }

  #finishedJobs(seqs: readonly number[]): FinishedJob[] {
    return this.#statements.finishedNamed.all([JSON.stringify(seqs)]).map(finishedJobOf);
  }

  async historyEntry(promptId: string): Promise<FinishedJob | undefined> {
    this.#ledger.prune(this.#now());
    const row = this.#statements.historyEntry.get([promptId]);
    return row === undefined ? undefined : finishedJobOf(row);
  }

  async list(query: JobListQuery): Promise<JobList> {
    this.#ledger.prune(this.#now());
    const { total, seqs } = this.#lists.find(query, {
      pending: this.#pendingCount,
      running: this.#runningCount,
      finished: this.#ledger.count,
    });
    return { total, count: seqs.length, batches: inBatches(seqs, some => this.#lists.read(some)) };
  }

  async details(promptId: string): Promise<JobDetails | undefined> {
    this.#ledger.prune(this.#now());
    return this.#lists.details(promptId);
  }

  async deleteHistory(promptIds: readonly string[]): Promise<void> {
    this.#ledger.removed(this.#statements.deleteHistory.all([JSON.stringify(promptIds)]));
  }

  async clearHistory(): Promise<void> {
    this.#statements.clearHistory.run();
    this.#ledger.reload();
    // Gives the pages back to the file system; ordinary pruning leaves them to be filled again.
    this.#connection.exec('PRAGMA incremental_vacuum');
  }

  onSubmitted(listener: () => void): () => void {
    return this.#submitted.add(listener);
  }

  async close(): Promise<void> {
    this.#submitted.clear();
    this.#connection.close();
  }
}

// The job that is running now: which child has it, what is known of it, and whether somebody wants it to stop.
import type { Job } from '@snug/protocol';
import type { RunOutcome } from '../messages.ts';
import { type ChildExit, type ChildLink, describeExit } from './child-link.ts';
import { createRunRecord, type RunEnd, type RunRecord } from './run-record.ts';

export class ActiveRun {
  readonly job: Job;
  readonly record: RunRecord;
  /** Resolves when the run is over and recorded. */
  readonly closed: Promise<void>;
  child: ChildLink | undefined;
  isInterrupted = false;
  /** The host is shutting down: the job returns to the queue unless it ends by itself. */
  isGivenBack = false;
  /** Nothing can be stopped any more; what is left is to record the end. */
  isOver = false;
  settle: (outcome: RunOutcome | ChildExit) => void = () => {};
  #close: () => void = () => {};
  #graceTimer: NodeJS.Timeout | undefined;

  constructor(job: Job) {
    this.job = job;
    this.record = createRunRecord(job);
    this.closed = new Promise(resolve => {
      this.#close = resolve;
    });
  }

  /** Sends the job to a child; answers how the run, or the child, ended. */
  start(child: ChildLink): Promise<RunOutcome | ChildExit> {
    const { promptId, clientId, promptJson, extraDataJson, sensitiveJson, outputsToExecute } = this.job;
    this.child = child;
    return new Promise(resolve => {
      this.settle = resolve;
      void child.exited.then(resolve);
      child.send({
        type: 'run',
        run: { promptId, clientId, promptJson, extraDataJson, sensitiveJson, outputs: outputsToExecute },
      });
    });
  }

  /** Asks the child to stop; kills it after the grace period. */
  interrupt(graceMs: number): void {
    this.isInterrupted = true;
    this.#abort(graceMs, `killed because it did not react to an interrupt within ${graceMs} ms`);
  }

  /** As `interrupt`, but for a shutdown. */
  giveBack(graceMs: number): void {
    if (!this.isInterrupted) this.isGivenBack = true;
    this.#abort(graceMs, 'killed because the server is shutting down');
  }

  /** The end of a run whose child is gone. */
  lostChild(exit: ChildExit): RunEnd {
    const nodeId = exit.lastNode?.promptId === this.job.promptId ? exit.lastNode.nodeId : undefined;
    if (this.isInterrupted) return this.record.interrupt(nodeId);
    const tail = exit.stderr.length > 0 ? `\nLast output: ${exit.stderr.slice(-5).join('\n')}` : '';
    return this.record.fail(
      {
        exceptionType: 'WorkerProcessDied',
        message: `The worker process died while it ran this prompt (${describeExit(exit)}). A new one is started.${tail}`,
        traceback: exit.stderr,
      },
      nodeId,
    );
  }

  /** The end of a job that takes the whole server down again and again. */
  tooManyAttempts(maxAttempts: number): RunEnd {
    return this.record.fail({
      exceptionType: 'TooManyAttempts',
      message:
        `This prompt was running each of the ${maxAttempts} times that the server ended unexpectedly, so it is not started again. ` +
        'Submit it once more if the cause is known to be gone.',
      traceback: [],
    });
  }

  /** To be called when the child has ended the run or is gone. */
  end(): void {
    this.isOver = true;
    clearTimeout(this.#graceTimer);
  }

  /** To be called once, when the run is over and recorded. */
  close(): void {
    this.end();
    this.#close();
  }

  #abort(graceMs: number, reason: string): void {
    if (this.isOver) return;
    this.child?.send({ type: 'abort', promptId: this.job.promptId });
    this.#graceTimer ??= setTimeout(() => this.child?.kill(reason), graceMs);
  }
}

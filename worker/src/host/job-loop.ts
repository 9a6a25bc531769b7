// The host's main loop: claim a job, have the child run it, record the end, go on. One job at a time; the order of what others
// see is fixed (spec websocket.md 7.9): the history entry is durable, then the queue status, then `executing` null, and
// only then does the next prompt start.
import type { ExecutionEvent, Job, JobResult } from '@snug/protocol';
import type { EventBus, JobStore } from '@snug/store';
import { fromWire } from '../event-wire.ts';
import type { ChildMessage } from '../messages.ts';
import { ActiveRun } from './active-run.ts';
import { backOffMs } from './back-off.ts';
import type { ChildLink } from './child-link.ts';
import type { ChildSupervisor } from './child-supervisor.ts';
import type { Logger } from './logger.ts';
import { createWakeSignal } from './wake-signal.ts';

export interface JobLoopOptions {
  readonly jobs: JobStore;
  readonly events: EventBus;
  readonly supervisor: ChildSupervisor;
  readonly workerId: string;
  readonly logger: Logger;
  /** A job that was started this often and never ended is failed instead of started again. */
  readonly maxAttempts: number;
  /** Time between an interrupt and the end of a child that does not react. */
  readonly interruptGraceMs: number;
  /** Limit of a `free` request to the child. */
  readonly requestLimitMs: number;
  /** Completes the UI outputs of a prompt (JSON text) before they are recorded. */
  readonly completeOutputs: (outputsJson: string, promptId: string) => Promise<string>;
}

export class JobLoop {
  readonly #options: JobLoopOptions;
  readonly #wake = createWakeSignal();
  #active: ActiveRun | undefined;
  #pendingFree: { unloadModels: boolean; freeMemory: boolean } | undefined;
  #freeApplied: Promise<void> = Promise.resolve();
  #isStopping = false;
  #finished: Promise<void> = Promise.resolve();

  constructor(options: JobLoopOptions) {
    this.#options = options;
  }

  /** Starts claiming; the loop also looks for work whenever something is submitted. */
  start(): void {
    const unsubscribe = this.#options.jobs.onSubmitted(this.#wake.set);
    this.#finished = this.#loop().finally(unsubscribe);
  }

  /** Passes on what the child says about its run. */
  receive(child: ChildLink, message: ChildMessage): void {
    const run = this.#active;
    if (message.type === 'log') {
      this.#options.logger[message.level]({ ...message.fields, childPid: child.pid }, message.message);
    } else if (run?.child === child && 'promptId' in message && message.promptId === run.job.promptId) {
      if (message.type === 'events') for (const event of message.events) this.#pass(run, fromWire(event));
      else run.settle(message.outcome);
    }
  }

  /** Tells the running prompt to stop (with an id: only if it is that one). Answers whether one was told. */
  interrupt(promptId?: string): boolean {
    const run = this.#active;
    if (!run || run.isOver || (promptId !== undefined && run.job.promptId !== promptId)) return false;
    run.interrupt(this.#options.interruptGraceMs);
    return true;
  }

  /** Applied between runs: resolves at once while a prompt runs, else when the child has freed its memory. */
  async free(request: { unloadModels: boolean; freeMemory: boolean }): Promise<void> {
    this.#pendingFree = {
      unloadModels: request.unloadModels || this.#pendingFree?.unloadModels === true,
      freeMemory: request.freeMemory || this.#pendingFree?.freeMemory === true,
    };
    if (this.#active) return;
    const child = this.#options.supervisor.readyChild;
    if (child) await this.#applyFree(child);
  }

  /**
   * Stops claiming and lets the running prompt end within `runLimitMs`; after that it is aborted, within `abortLimitMs` more,
   * and left to be requeued. Resolves when nothing runs any more.
   */
  async drain(runLimitMs: number, abortLimitMs: number): Promise<void> {
    this.#isStopping = true;
    this.#wake.set();
    const run = this.#active;
    if (!run) return;
    const timer = setTimeout(() => run.giveBack(abortLimitMs), runLimitMs);
    await run.closed;
    clearTimeout(timer);
  }

  /** Resolves when the loop has ended, after `drain` and the end of the supervisor. */
  get finished(): Promise<void> {
    return this.#finished;
  }

  async #loop(): Promise<void> {
    const { supervisor, logger } = this.#options;
    let failures = 0;
    while (!this.#isStopping) {
      try {
        const child = await supervisor.whenReady();
        await this.#applyFree(child);
        const hadWork = await this.#runNext();
        failures = 0;
        if (!hadWork) await this.#wake.wait();
      } catch (error) {
        if (this.#isStopping) break;
        // The store did not answer.
        failures += 1;
        logger.error({ err: error, failures }, 'The job loop failed; trying again');
        await this.#returnClaimed();
        await this.#wake.wait(Math.max(250, backOffMs(failures, 10_000)));
      }
    }
  }

  /** Claims and runs one job; false when none is pending. */
  async #runNext(): Promise<boolean> {
    const { jobs, workerId, maxAttempts } = this.#options;
    if (this.#isStopping) return false;
    const job = await jobs.claim(workerId);
    // A job that was claimed while the host began to stop is returned by it.
    if (!job || this.#isStopping) return false;
    const run = new ActiveRun(job);
    this.#active = run;
    try {
      await this.#publishQueue();
      const result =
        job.attempts > maxAttempts ? this.#end(run, run.tooManyAttempts(maxAttempts)) : await this.#runOnChild(run);
      run.end();
      if (result) {
        await this.#finish(job, await this.#completed(job, result));
        await this.#publishQueue();
        this.#publish(job, { type: 'executing', data: { node: null, prompt_id: job.promptId } });
      }
    } finally {
      this.#active = undefined;
      run.close();
    }
    return true;
  }

  /** The result to record, or undefined when the job goes back to the queue. */
  async #runOnChild(run: ActiveRun): Promise<JobResult | undefined> {
    // The child may have died while the job was being claimed; the job then waits for the next one.
    const child = await this.#options.supervisor.whenReady();
    if (run.isInterrupted) return this.#end(run, run.record.interrupt());
    const outcome = await run.start(child);
    if (run.isGivenBack && (!('statusStr' in outcome) || outcome.isInterrupted)) return undefined;
    if (!('statusStr' in outcome)) return this.#end(run, run.lostChild(outcome));
    if (outcome.mustRestart) this.#options.supervisor.retire(child, 'replaced because a node ignored an interrupt');
    const { statusStr, messagesJson, outputsJson, metaJson } = outcome;
    return { statusStr, messagesJson, outputsJson, metaJson, finishedAtMs: Date.now() };
  }

  #end(run: ActiveRun, end: ReturnType<ActiveRun['lostChild']>): JobResult {
    this.#publish(run.job, end.event);
    return end.result;
  }

  /** Outputs that cannot be completed are recorded as they are. */
  async #completed(job: Job, result: JobResult): Promise<JobResult> {
    try {
      return { ...result, outputsJson: await this.#options.completeOutputs(result.outputsJson, job.promptId) };
    } catch (error) {
      this.#options.logger.warn({ err: error, promptId: job.promptId }, 'The outputs of a job could not be completed');
      return result;
    }
  }

  /** Records the end; without that the loop may not go on, so it tries until it succeeds or the host stops. */
  async #finish(job: Job, result: JobResult): Promise<void> {
    for (let failures = 1; ; failures++) {
      try {
        return await this.#options.jobs.finish(job.promptId, result);
      } catch (error) {
        if (this.#isStopping) throw error;
        this.#options.logger.error(
          { err: error, promptId: job.promptId },
          'Cannot record the end of a job; trying again',
        );
        await this.#wake.wait(Math.max(250, backOffMs(failures, 10_000)));
      }
    }
  }

  /** Puts a job that was claimed but could not be run back into the queue; only called while nothing runs. */
  async #returnClaimed(): Promise<void> {
    const { jobs, workerId, logger } = this.#options;
    try {
      await jobs.requeue({ workerId, undoAttempt: true });
    } catch (error) {
      logger.error(
        { err: error },
        'A claimed job could not be returned to the queue; it will be when the server restarts',
      );
    }
  }

  #pass(run: ActiveRun, event: ExecutionEvent): void {
    run.record.observe(event);
    // A job that goes back to the queue was not interrupted in its owner's eyes.
    if (run.isGivenBack && event.type === 'execution_interrupted') return;
    this.#publish(run.job, event);
  }

  #publish(job: Job, event: ExecutionEvent): void {
    this.#options.events.publish({ kind: 'run', promptId: job.promptId, clientId: job.clientId, event });
  }

  /** A count that cannot be had must not keep a client from the end of its run. */
  async #publishQueue(): Promise<void> {
    const { jobs, events, logger } = this.#options;
    try {
      events.publish({ kind: 'queue', remaining: await jobs.remaining() });
    } catch (error) {
      logger.error({ err: error }, 'The length of the queue could not be told');
    }
  }

  #applyFree(child: ChildLink): Promise<void> {
    const request = this.#pendingFree;
    if (!request) return this.#freeApplied;
    this.#pendingFree = undefined;
    this.#freeApplied = child.request('free', request, this.#options.requestLimitMs).then(
      () => {},
      // A child that died in between holds no memory any more; one that is slow frees it later.
      error => this.#options.logger.warn({ err: error }, 'Freeing memory was not confirmed'),
    );
    return this.#freeApplied;
  }
}

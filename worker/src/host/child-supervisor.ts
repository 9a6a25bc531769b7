// Keeps one child process alive: starts it, notices its end, starts the next one after a back-off, and lets others wait for a
// child that is ready. A child that keeps failing before it is ready makes waiters fail at once instead of hanging; the
// supervisor itself never gives up.
import { existsSync } from 'node:fs';
import { type ChildOptions, LOADING_PACK } from '../child-options.ts';
import { WorkerError } from '../errors.ts';
import type { CatalogueChange, ChildMessage } from '../messages.ts';
import { backOffMs } from './back-off.ts';
import { type ChildExit, ChildLink, describeExit } from './child-link.ts';
import type { Logger } from './logger.ts';

export interface SupervisorOptions {
  readonly modulePath: string;
  readonly childOptions: ChildOptions;
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Logger;
  /** A child that is not ready after this time is replaced. */
  readonly startLimitMs: number;
  /** Failed starts in a row after which waiters are told so at once. */
  readonly failuresUntilUnavailable: number;
  /** Called before anybody who waits for the child goes on. */
  readonly onReady: (child: ChildLink, catalogue: CatalogueChange) => void;
  readonly onMessage: (child: ChildLink, message: ChildMessage) => void;
}

/** Whether prompts can run; structurally the server's `RunnerHealth`. */
export interface WorkerHealth {
  /** `starting` also while a child that ended is being replaced, `failing` when that keeps going wrong. */
  readonly state: 'ready' | 'starting' | 'failing' | 'stopped';
  /** Why it is not ready; null when it is. */
  readonly reason: string | null;
  /** Children that were started because one before them had ended. */
  readonly restarts: number;
}

/** A child that ends by itself before it has run anything or lived this long counts as one that failed to start. */
const PROVEN_MS = 10_000;

interface Waiter {
  readonly resolve: (child: ChildLink) => void;
  readonly reject: (error: WorkerError) => void;
}

export class ChildSupervisor {
  readonly #options: SupervisorOptions;
  readonly #waiters = new Set<Waiter>();
  /** Packs that no child has died of. */
  #packs: readonly string[];
  #child: ChildLink | undefined;
  #isReady = false;
  /** Since when the present child has been ready, though it may have been retired since. */
  #readySince: number | undefined;
  #failures = 0;
  #lastFailure = 'it was never started';
  #restartTimer: NodeJS.Timeout | undefined;
  #isReplacing = true;
  #isStopped = false;
  #launches = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#packs = options.childOptions.extraPacks ?? [];
  }

  /** @throws WorkerError CHILD_NOT_BUILT */
  start(): void {
    const path = this.#options.modulePath;
    if (!existsSync(path)) throw new WorkerError('CHILD_NOT_BUILT', { path });
    this.#launch();
  }

  /** How it stands with the child at this moment. */
  get health(): WorkerHealth {
    const restarts = Math.max(0, this.#launches - 1);
    if (this.#isStopped || !this.#isReplacing) return { state: 'stopped', reason: 'it is shutting down', restarts };
    if (this.#isReady) return { state: 'ready', reason: null, restarts };
    const isFailing = this.#keepsFailing;
    const reason = this.#failures > 0 ? `the last one ended at start: ${this.#lastFailure}` : 'it is starting';
    return { state: isFailing ? 'failing' : 'starting', reason, restarts };
  }

  /** The child, when it is ready right now. */
  get readyChild(): ChildLink | undefined {
    return this.#isReady ? this.#child : undefined;
  }

  /**
   * The child as soon as it is ready; without a limit waits through any number of failed starts.
   *
   * @throws WorkerError CHILD_UNAVAILABLE when a limit was given and it passed or starting keeps failing; HOST_STOPPED.
   */
  whenReady(limitMs?: number): Promise<ChildLink> {
    const isPointless = this.#isStopped || (!this.#isReplacing && !this.#child);
    if (isPointless) return Promise.reject(new WorkerError('HOST_STOPPED'));
    const child = this.readyChild;
    if (child) return Promise.resolve(child);
    if (limitMs !== undefined && this.#keepsFailing) return Promise.reject(this.#unavailable());
    return new Promise((resolve, reject) => {
      const timer = limitMs === undefined ? undefined : setTimeout(() => waiter.reject(this.#unavailable()), limitMs);
      const settle = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        resolve: ready => {
          settle();
          resolve(ready);
        },
        reject: error => {
          // Those who wait without a limit are disappointed by the end of the host only.
          if (limitMs === undefined && error.code !== 'HOST_STOPPED') return;
          settle();
          reject(error);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  /** Ends a child that can do no more; from now on it counts as gone. */
  retire(child: ChildLink, reason: string): void {
    if (this.#child === child) this.#isReady = false;
    child.kill(reason);
  }

  /** From now on a child that ends is not replaced, so nobody needs to wait for the next one. */
  replaceNoMore(): void {
    this.#isReplacing = false;
    clearTimeout(this.#restartTimer);
    if (!this.#child) this.#dismissWaiters();
  }

  /** Lets the child close its sessions and end; kills it when that takes longer than the limit. */
  async stop(limitMs: number): Promise<void> {
    this.replaceNoMore();
    this.#isStopped = true;
    this.#dismissWaiters();
    const child = this.#child;
    if (!child) return;
    child.send({ type: 'shutdown' });
    const timer = setTimeout(() => child.kill('did not shut down in time'), limitMs);
    await child.exited;
    clearTimeout(timer);
  }

  get #keepsFailing(): boolean {
    return this.#failures >= this.#options.failuresUntilUnavailable;
  }

  #dismissWaiters(): void {
    for (const waiter of [...this.#waiters]) waiter.reject(new WorkerError('HOST_STOPPED'));
  }

  #unavailable(): WorkerError {
    return new WorkerError('CHILD_UNAVAILABLE', {
      reason: this.#failures > 0 ? `the last one ended at start (${this.#lastFailure})` : 'it is still starting',
    });
  }

  #launch(): void {
    const { logger, startLimitMs, onMessage } = this.#options;
    this.#launches += 1;
    const child: ChildLink = new ChildLink({
      ...this.#options,
      childOptions: { ...this.#options.childOptions, extraPacks: this.#packs },
      onMessage: message => {
        if (message.type === 'ready') this.#becomeReady(child, message.catalogue, startTimer);
        else onMessage(child, message);
      },
    });
    const startTimer = setTimeout(() => child.kill(`not ready within ${startLimitMs} ms`), startLimitMs);
    this.#child = child;
    logger.debug({ childPid: child.pid }, 'Worker process started');
    void child.exited.then(exit => {
      clearTimeout(startTimer);
      this.#afterExit(child, exit);
    });
  }

  #becomeReady(child: ChildLink, catalogue: CatalogueChange, startTimer: NodeJS.Timeout): void {
    clearTimeout(startTimer);
    this.#options.onReady(child, catalogue);
    this.#isReady = true;
    this.#readySince = Date.now();
    this.#options.logger.info({ childPid: child.pid, classes: catalogue.classes.length }, 'Worker process ready');
    for (const waiter of [...this.#waiters]) waiter.resolve(child);
  }

  #afterExit(child: ChildLink, exit: ChildExit): void {
    const { logger } = this.#options;
    const readyMs = this.#readySince === undefined ? 0 : Date.now() - this.#readySince;
    const wasReady = this.#readySince !== undefined;
    this.#readySince = undefined;
    this.#isReady = false;
    this.#child = undefined;
    if (!this.#isReplacing) {
      this.#dismissWaiters();
      return;
    }
    const fields = { childPid: child.pid, code: exit.code, signal: exit.signal, stderr: exit.stderr };
    if (!wasReady && this.#dropPackAtFault(exit)) {
      this.#launch();
      return;
    }
    if (child.hasRun || readyMs > PROVEN_MS) {
      this.#failures = 0;
      logger.error(fields, `Worker process ended: ${describeExit(exit)}; starting another`);
      this.#launch();
      return;
    }
    this.#failures += 1;
    this.#lastFailure = [describeExit(exit), ...exit.stderr.slice(-3)].join('; ');
    const waitMs = backOffMs(this.#failures);
    logger.error(
      { ...fields, failures: this.#failures, waitMs },
      `Worker process ended before it did any work: ${describeExit(exit)}`,
    );
    if (this.#keepsFailing) for (const waiter of [...this.#waiters]) waiter.reject(this.#unavailable());
    this.#restartTimer = setTimeout(() => this.#launch(), waitMs);
  }

  /** A pack that ends the process that loads it, or never lets it get ready, must not cost the server its worker. */
  #dropPackAtFault(exit: ChildExit): boolean {
    if (exit.lastNode?.promptId !== LOADING_PACK) return false;
    const url = this.#packs[Number(exit.lastNode.nodeId)];
    if (url === undefined) return false;
    this.#packs = this.#packs.filter(pack => pack !== url);
    const reason = [describeExit(exit), ...exit.stderr.slice(-3)].join('; ');
    this.#options.logger.error({ url }, new WorkerError('PACK_FATAL', { url, reason }).message);
    return true;
  }
}

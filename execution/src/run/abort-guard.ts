// Interrupts (spec execution.md 4.7). A run stops at the next node boundary or progress update; a node that listens to
// neither gets some grace and is then abandoned: the run ends without it and names it, so that the caller can end the
// process. The same signal tells nodes that another node of the run has failed.
import type { NodeId } from '@snug/protocol';
import { ExecutionError } from '../errors.ts';
import { orWhenItThrows } from '../thrown-value.ts';

export class AbortGuard {
  readonly #interrupt: AbortSignal;
  readonly #graceMs: number;
  /** Made when a node first asks for its signal: most nodes never do, and controllers are not cheap. */
  #controller: AbortController | undefined;
  readonly #waiters = new Set<() => void>();
  readonly #abandoned = new Set<NodeId>();
  #timer: NodeJS.Timeout | undefined;
  #isGraceOver = false;
  #hasEnded = false;

  constructor(interrupt: AbortSignal, graceMs: number) {
    this.#interrupt = interrupt;
    this.#graceMs = graceMs;
    if (interrupt.aborted) this.#onInterrupt();
    else interrupt.addEventListener('abort', this.#onInterrupt, { once: true });
  }

  /** For nodes: fires on interrupt and when the run ends. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#interrupt.aborted) this.#controller.abort(this.#interrupt.reason);
      else if (this.#hasEnded) this.#controller.abort(new ExecutionError('INTERRUPTED'));
    }
    return this.#controller.signal;
  }

  /** Nodes that did not stop in time. */
  get abandoned(): readonly NodeId[] {
    return [...this.#abandoned];
  }

  /** True when the run is over: nodes that go on report to nobody. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** @throws ExecutionError INTERRUPTED once the run was interrupted or has ended */
  check(): void {
    if (this.#hasEnded || this.#interrupt.aborted) throw new ExecutionError('INTERRUPTED');
  }

  /** True when an error is a node's way of saying that it stopped because of the interrupt. */
  isInterruption(thrown: unknown): boolean {
    if (thrown === this.#interrupt.reason) return this.#interrupt.aborted;
    return orWhenItThrows(false, () => {
      if (!(thrown instanceof Error)) return false;
      if (thrown instanceof ExecutionError && thrown.code === 'INTERRUPTED') return true;
      if (!this.#interrupt.aborted) return false;
      return thrown.name === 'AbortError' || ('code' in thrown && /ABORT|INTERRUPT|CANCEL/.test(String(thrown.code)));
    });
  }

  /** Waits for a node's promise; after an interrupt only as long as the grace lasts. */
  wait<T>(promise: PromiseLike<T>, id: NodeId): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const giveUp = (): void => {
        this.#abandoned.add(id);
        reject(new ExecutionError('INTERRUPTED'));
      };
      const takeBack = this.onGraceOver(giveUp);
      promise.then(
        value => {
          takeBack();
          resolve(value);
        },
        (error: unknown) => {
          takeBack();
          reject(error);
        },
      );
    });
  }

  /** Calls back when the grace is over, at once if it is; answers how to take that back. */
  onGraceOver(callback: () => void): () => void {
    if (this.#isGraceOver) callback();
    else this.#waiters.add(callback);
    return () => this.#waiters.delete(callback);
  }

  /** The run ends: tells nodes that still run, and gives them the grace to stop. */
  async end(running: ReadonlyMap<NodeId, Promise<unknown>>): Promise<void> {
    this.#hasEnded = true;
    this.#interrupt.removeEventListener('abort', this.#onInterrupt);
    clearTimeout(this.#timer);
    if (running.size === 0) return;
    this.#controller?.abort(new ExecutionError('INTERRUPTED'));
    const left = new Set(running.keys());
    const settled = Promise.all(
      [...running].map(([id, promise]) =>
        promise.then(
          () => left.delete(id),
          () => left.delete(id),
        ),
      ),
    );
    let timer: NodeJS.Timeout | undefined;
    const graceOver = new Promise<void>(resolve => {
      timer = setTimeout(resolve, this.#graceMs);
    });
    await Promise.race([settled, graceOver]);
    clearTimeout(timer);
    for (const id of left) this.#abandoned.add(id);
  }

  readonly #onInterrupt = (): void => {
    this.#controller?.abort(this.#interrupt.reason);
    this.#timer = setTimeout(() => {
      this.#isGraceOver = true;
      for (const giveUp of this.#waiters) giveUp();
      this.#waiters.clear();
    }, this.#graceMs);
  };
}

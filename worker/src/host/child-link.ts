// One living child process: forks it, carries messages, answers questions, and tells how it ended. Knows nothing of jobs.
import { type ChildProcess, fork } from 'node:child_process';
import type { ChildOptions } from '../child-options.ts';
import { WorkerError } from '../errors.ts';
import type { ChildMessage, ChildRequests, HostMessage, RequestKind, ThrownError } from '../messages.ts';
import { type Breadcrumb, createBreadcrumb } from './breadcrumb.ts';
import type { Logger } from './logger.ts';
import { createStderrTail } from './stderr-tail.ts';

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Newest lines of standard error. */
  readonly stderr: readonly string[];
  /** The node that was started last. */
  readonly lastNode: { readonly promptId: string; readonly nodeId: string } | undefined;
  /** The host itself killed it, for this reason. */
  readonly killedBecause: string | undefined;
}

export interface ChildLinkOptions {
  readonly modulePath: string;
  readonly childOptions: ChildOptions;
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Logger;
  /** Everything but answers, in order. */
  readonly onMessage: (message: Exclude<ChildMessage, { type: 'answer' | 'refusal' }>) => void;
}

const DRAIN_LIMIT_MS = 2_000;

interface Waiting {
  readonly kind: RequestKind;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: WorkerError) => void;
  readonly timer: NodeJS.Timeout;
}

/** Says in words how a child ended. */
export function describeExit(exit: ChildExit): string {
  if (exit.killedBecause !== undefined) return exit.killedBecause;
  if (exit.signal === 'SIGKILL') return 'killed by SIGKILL, most likely because the machine ran out of memory';
  if (exit.signal !== null) return `killed by ${exit.signal}`;
  return `exit code ${exit.code ?? 'unknown'}`;
}

function restoreError(thrown: ThrownError): Error {
  const error = new Error(thrown.message);
  error.name = thrown.name;
  if (thrown.stack !== undefined) error.stack = thrown.stack;
  return error;
}

export class ChildLink {
  /** Resolves when the process has ended and its output is read to the end. */
  readonly exited: Promise<ChildExit>;
  readonly pid: number | undefined;
  /** It was given a prompt to run, so what ended it may have been that prompt. */
  hasRun = false;
  readonly #process: ChildProcess;
  readonly #breadcrumb: Breadcrumb;
  readonly #waiting = new Map<number, Waiting>();
  #nextRequestId = 1;
  #killedBecause: string | undefined;
  #hasEnded = false;

  constructor(options: ChildLinkOptions) {
    this.#breadcrumb = createBreadcrumb();
    this.#process = fork(options.modulePath, [], {
      serialization: 'advanced',
      // Flags of this process (a debugger's port, a loader) are not meant for the child.
      execArgv: [],
      // Freed model memory must go back to the system (spec engine-notes.md section 7).
      env: { ...options.environment, MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '0' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', this.#breadcrumb.descriptor ?? 'ignore'],
    });
    this.pid = this.#process.pid;
    this.exited = this.#watch(options);
    this.#process.on('message', batch => this.#receive(batch as readonly ChildMessage[], options.onMessage));
    this.send({ type: 'start', options: options.childOptions });
  }

  /** Sends a message; a child that is gone is no error here, its end is told by `exited`. */
  send(message: HostMessage): void {
    if (this.#hasEnded || !this.#process.connected) return;
    if (message.type === 'run') this.hasRun = true;
    this.#process.send(message, () => {
      // A failure to send means that the child is dying: `exited` follows.
    });
  }

  /**
   * Asks a question.
   *
   * @throws WorkerError CHILD_GONE, CHILD_SILENT or CHILD_REFUSED.
   */
  request<K extends RequestKind>(
    kind: K,
    body: ChildRequests[K]['request'],
    limitMs: number,
  ): Promise<ChildRequests[K]['answer']> {
    if (this.#hasEnded) return Promise.reject(new WorkerError('CHILD_GONE', { reason: 'it has ended' }));
    const id = this.#nextRequestId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new WorkerError('CHILD_SILENT', { request: kind, limitMs }));
      }, limitMs);
      this.#waiting.set(id, { kind, resolve, reject, timer });
      this.send({ type: 'request', id, kind, body });
    });
  }

  /** Ends the process at once; `reason` goes into reports. */
  kill(reason: string): void {
    if (this.#hasEnded) return;
    this.#killedBecause = reason;
    this.#process.kill('SIGKILL');
  }

  #watch(options: ChildLinkOptions): Promise<ChildExit> {
    const tail = createStderrTail();
    this.#process.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      for (const line of tail.push(chunk)) options.logger.warn({ childPid: this.pid }, line);
    });
    this.#process.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      options.logger.debug({ childPid: this.pid }, chunk.trimEnd());
    });
    return new Promise(resolve => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        if (this.#hasEnded) return;
        this.#hasEnded = true;
        const exit = {
          code,
          signal,
          stderr: tail.lines(),
          lastNode: this.#breadcrumb.read(),
          killedBecause: this.#killedBecause,
        };
        this.#breadcrumb.close();
        this.#rejectWaiting(describeExit(exit));
        resolve(exit);
      };
      // `close` comes after `exit`, when the pipes are drained (unless a grandchild holds them open);
      // `error` comes instead when the process could not start.
      this.#process.on('close', end);
      this.#process.on('exit', (code, signal) => setTimeout(end, DRAIN_LIMIT_MS, code, signal).unref());
      this.#process.on('error', error => {
        tail.push(`${error.message}\n`);
        if (this.#process.pid === undefined) end(null, null);
      });
    });
  }

  #receive(batch: readonly ChildMessage[], onMessage: ChildLinkOptions['onMessage']): void {
    for (const message of batch) {
      if (message.type === 'answer') this.#settle(message.id)?.resolve(message.answer as never);
      else if (message.type === 'refusal') {
        const waiting = this.#settle(message.id);
        // The cause is what the node's code threw, name and stack included.
        const details = { request: waiting?.kind ?? '', reason: message.thrown.message };
        waiting?.reject(new WorkerError('CHILD_REFUSED', details, { cause: restoreError(message.thrown) }));
      } else onMessage(message);
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting) clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    return waiting;
  }

  #rejectWaiting(reason: string): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(new WorkerError('CHILD_GONE', { reason }));
  }
}

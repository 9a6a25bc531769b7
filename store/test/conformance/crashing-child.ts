// A child process that works on a job store until the test kills it; its side is crashing-child-process.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JobStoreHarness } from './job-store-harness.ts';

/** A child that works on the store and reports every operation that has been acknowledged; killed without warning. */
export class CrashingChild {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #acknowledged: string[] = [];

  constructor(task: 'submit' | 'work', target: JobStoreHarness['crashTarget']) {
    const script = fileURLToPath(new URL('crashing-child-process.ts', import.meta.url));
    const flags = ['--import', 'tsx', '--conditions=@snug/source'];
    this.#process = spawn(process.execPath, [...flags, script, task, target.module.href, target.argument], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (this.#process.stdout === null) throw new Error('the child has no output');
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Lets a worker finish that many jobs. */
  permit(jobs: number): void {
    this.#process.stdin?.write('\n'.repeat(jobs));
  }

  /** Ids of the jobs that it has reported `submitted`, `claimed` or `finished`. */
  acknowledged(operation: string): string[] {
    return this.#acknowledged.flatMap(line =>
      line.startsWith(`${operation} `) ? [line.slice(operation.length + 1)] : [],
    );
  }

  /** Kills it once it has reported so many operations of a kind; reads what it had still written by then. */
  async killAfter(count: number, operation: string): Promise<void> {
    const exited = once(this.#process, 'exit');
    let isAlive = true;
    while (isAlive && this.acknowledged(operation).length < count) isAlive = await this.#read();
    this.#process.kill('SIGKILL');
    while (await this.#read());
    await exited;
    if (!isAlive) throw new Error(`the child ended after ${this.#acknowledged.length} operations`);
  }

  async #read(): Promise<boolean> {
    const { value, done } = await this.#lines.next();
    if (done === true) return false;
    this.#acknowledged.push(value);
    return true;
  }
}

// Starts the built command as its own process on temporary folders, the way a user does, and ends it in every way that
// tests need. Nothing here looks inside the server: what is known comes from its log, HTTP and /proc.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../', import.meta.url));
export const commandPath = join(repository, 'cli', 'dist', 'main.js');

export interface ServerProcessOptions {
  /** Flags besides port and base folder. */
  readonly flags?: readonly string[];
  /** Base folder; default a new one. */
  readonly base?: string;
  /** Port; default a free one. */
  readonly port?: number;
  /** Node packs of `e2e/packs` to put into custom_nodes. */
  readonly packs?: readonly string[];
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class ServerProcess implements AsyncDisposable {
  readonly base: string;
  /** Base address, for example `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly exited: Promise<Exit>;
  readonly #command: RunningCommand;

  constructor({ base, url, command }: { base: string; url: string; command: RunningCommand }) {
    this.base = base;
    this.url = url;
    this.exited = command.exited;
    this.#command = command;
  }

  /** `host:port`. */
  get address(): string {
    return new URL(this.url).host;
  }

  get pid(): number {
    return this.#command.child.pid ?? 0;
  }

  /** Everything that was written to standard error. */
  get log(): string {
    return this.#command.log.join('\n');
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<Exit> {
    this.#command.child.kill(signal);
    return this.exited;
  }

  /** Resolves when a line with this text has been logged. */
  async logged(text: string): Promise<void> {
    await lineWith(text, this.#command);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.base, { recursive: true, force: true, maxRetries: 5 });
  }
}

const listening = /Listening on (https?:\/\/[^\s"]+)/;

/** Starts a server and resolves when it listens. */
export async function startServerProcess(options: ServerProcessOptions = {}): Promise<ServerProcess> {
  const base = options.base ?? (await mkdtemp(join(tmpdir(), 'snug-e2e-')));
  for (const pack of options.packs ?? []) {
    await mkdir(join(base, 'custom_nodes'), { recursive: true });
    await cp(join(repository, 'e2e', 'packs', pack), join(base, 'custom_nodes', pack));
  }
  const flags = ['--port', String(options.port ?? 0), '--base-directory', base, ...(options.flags ?? [])];
  const command = spawnCommand(['serve', ...flags]);
  const line = await lineWith(listening, command);
  return new ServerProcess({ base, url: listening.exec(line)?.[1] ?? '', command });
}

export interface CommandResult extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export async function runCommand(
  args: readonly string[],
  options: { cwd?: string; input?: string; onStart?: (command: RunningCommand) => void } = {},
): Promise<CommandResult> {
  const command = spawnCommand(args, options.cwd);
  const chunks: string[] = [];
  command.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  command.child.stdin?.end(options.input ?? '');
  options.onStart?.(command);
  const exit = await command.exited;
  return { ...exit, stdout: chunks.join(''), stderr: command.log.join('\n') };
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  /** Lines of standard error so far. */
  readonly log: string[];
}

function spawnCommand(args: readonly string[], cwd: string = repository): RunningCommand {
  if (!existsSync(commandPath)) {
    throw new Error(`${commandPath} is missing; run "npm run build" before the end-to-end tests`);
  }
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SNUG_')));
  const child = spawn(process.execPath, [commandPath, ...args], { cwd, env: { ...environment, NO_COLOR: '1' } });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on('line', line => log.push(line));
  // `close` comes after the streams have been read to their end.
  const exited = once(child, 'close').then(([code, signal]): Exit => ({ code, signal }));
  return { child, exited, log };
}

/** The first line of the log that holds a text or pattern; fails with the log when the process ends before. */
export async function lineWith(wanted: string | RegExp, { child, exited, log }: RunningCommand): Promise<string> {
  let hasEnded = false;
  void exited.then(() => {
    hasEnded = true;
  });
  for (;;) {
    const found = log.find(line => (typeof wanted === 'string' ? line.includes(wanted) : wanted.test(line)));
    if (found !== undefined) {
      return found;
    }
    if (hasEnded) {
      throw new Error(`the process ended before it said ${String(wanted)}:\n${log.join('\n')}`);
    }
    await Promise.race([once(child.stderr ?? child, 'data'), exited]);
  }
}

/** Direct children of a process, from Linux' /proc. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => parentOf(name) === pid)
    .map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // It ended meanwhile.
  }
}

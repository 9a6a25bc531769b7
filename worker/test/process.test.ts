// What only whole processes can show: what they load, and what is left when a server is killed.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NewJob, PublishedEvent } from '@snug/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHostBench, isEndMarker, isStartOf, troublePack } from './host-bench.ts';

interface Told {
  readonly ready?: true;
  readonly event?: PublishedEvent;
  readonly libraries?: readonly string[];
}

let folder: string;
let server: ChildProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-process-'));
  server = fork(fileURLToPath(new URL('host-process.mjs', import.meta.url)), [folder, troublePack], { execArgv: [] });
  await told(message => message.ready === true);
});
afterEach(async () => {
  server.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** The next message of the server that satisfies the test. */
const told = (test: (message: Told) => boolean) =>
  new Promise<Told>(resolve => {
    const listen = (message: Told): void => {
      if (!test(message)) return;
      server.off('message', listen);
      resolve(message);
    };
    server.on('message', listen);
  });

const jobOf = (promptId: string, number: number, prompt: object, output: string): NewJob => ({
  promptId,
  number,
  numberIsFloat: false,
  clientId: null,
  promptJson: JSON.stringify(prompt),
  extraDataJson: '{}',
  sensitiveJson: null,
  outputsToExecute: [output],
  createdAtMs: 0,
});

const picture = {
  1: { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 5 } },
  2: { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
};
const show = {
  1: { class_type: 'TroubleNumber', inputs: { value: 1 } },
  2: { class_type: 'TroubleShow', inputs: { value: ['1', 0] } },
};

/** Runs a job in the server process to its end. */
async function runThere(job: NewJob): Promise<void> {
  const ended = told(({ event }) => event !== undefined && isEndMarker(event, job.promptId));
  server.send({ submit: job });
  await ended;
}

/** Process id of the child, as a node of it tells. */
async function childPid(): Promise<number> {
  const executed = told(({ event }) => event?.kind === 'run' && event.event.type === 'executed');
  await runThere(jobOf('who', 0, show, '2'));
  const { event } = await executed;
  const output = event?.kind === 'run' && event.event.type === 'executed' ? event.event.data.output : null;
  const shown = output?.['shown'] as readonly number[] | undefined;
  return shown?.[2] ?? 0;
}

/** False also for a process that has ended and is only waiting for somebody to take note. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

describe.runIf(process.platform === 'linux')('the libraries of a process', () => {
  it('include neither onnxruntime nor an image codec in the server, nor in a child that did not need them', async () => {
    const pid = await childPid();
    await runThere(jobOf('picture', 1, picture, '2'));
    const heavy = /onnxruntime|libvips|sharp/;

    const answer = told(({ libraries }) => libraries !== undefined);
    server.send({ libraries: true });
    expect((await answer).libraries?.filter(path => heavy.test(path))).toEqual([]);
    const mapped = await readFile(`/proc/${pid}/maps`, 'utf8');
    expect(mapped.split('\n').filter(line => heavy.test(line))).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('a server that is killed', () => {
  it('leaves no child behind, and all its jobs finish once after a restart', async () => {
    const pid = await childPid();
    const gate = join(folder, 'open');
    const gated = { 1: { class_type: 'TroubleGate', inputs: { path: gate } }, 2: { ...show[2] } };
    const ids = Array.from({ length: 10 }, (_, index) => `job-${index}`);
    const isBlocked = told(({ event }) => event !== undefined && isStartOf(event, 'job-2', '1'));
    for (const [index, id] of ids.entries()) {
      server.send({ submit: jobOf(id, index + 1, index === 2 ? gated : show, '2') });
    }
    await isBlocked;
    const died = once(server, 'exit');
    server.kill('SIGKILL');
    await died;
    await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), { timeout: 10_000 });

    await writeFile(gate, '');
    const bench = await createHostBench({ folder });
    await bench.host.start();
    const entries = await Promise.all(
      ids.map(async id => (await bench.jobs.historyEntry(id)) ?? (await bench.finished(id))),
    );
    expect(entries.map(entry => entry.result.statusStr)).toEqual(ids.map(() => 'success'));
    expect(entries.map(entry => entry.attempts)).toEqual(ids.map(id => (id === 'job-2' ? 2 : 1)));
    expect(await bench.jobs.history({})).toHaveLength(ids.length + 1);
    await bench.close();
  });
});

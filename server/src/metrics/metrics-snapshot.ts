// Everything that `/metrics` shows, gathered when somebody asks: the sums so far, and the state of queue, worker and process
// at this moment. A part that does not answer in time is left out; the page itself never fails.

import { withinTime } from '../health/within-time.ts';
import type { RunnerHealth } from '../ports.ts';
import type { ServerContext } from '../server-context.ts';
import type { LoopDelay, LoopDelayMeter } from './event-loop-delay.ts';
import type { ServerMetrics } from './server-metrics.ts';
import type { Counted, Labels } from './tally.ts';

export interface MetricsSnapshot {
  readonly counts: ServerMetrics;
  readonly queue: { readonly pending: number; readonly running: number };
  readonly worker: Pick<RunnerHealth, 'state' | 'restarts'>;
  /** Bytes by process and kind. */
  readonly memory: readonly Counted[];
  readonly loopDelay: LoopDelay;
  readonly build: Labels;
}

/** Longer questions would make the scrape fail as a whole. */
const LIMIT_MS = 1_000;

type Sources = Pick<ServerContext, 'jobs' | 'metrics' | 'runner' | 'versions'>;

export async function takeSnapshot(sources: Sources, meter: LoopDelayMeter): Promise<MetricsSnapshot> {
  const { versions, metrics } = sources;
  const worker = await orElse(sources.runner.health?.(), { state: 'ready' as const, reason: null, restarts: 0 });
  const [queue, memory] = await Promise.all([queueOf(sources), memoryOf(sources, worker)]);
  return {
    counts: metrics,
    queue,
    worker,
    memory,
    loopDelay: meter.read(),
    build: { version: versions.snug ?? '0.0.0', comfyui: versions.comfyui, node: process.versions.node },
  };
}

/** The answer if it comes in time, otherwise the substitute. */
async function orElse<Answer>(question: Promise<Answer> | undefined, substitute: Answer): Promise<Answer> {
  if (question === undefined) return substitute;
  return withinTime(question, LIMIT_MS).catch(() => substitute);
}

async function queueOf({ jobs }: Sources): Promise<MetricsSnapshot['queue']> {
  const count = async (): Promise<MetricsSnapshot['queue']> => {
    const [remaining, running] = await Promise.all([jobs.remaining(), jobs.running()]);
    return { pending: Math.max(0, remaining - running.length), running: running.length };
  };
  return orElse(count(), { pending: 0, running: 0 });
}

/** A worker that is not ready has nobody to answer, so it is not asked. */
async function memoryOf({ runner }: Sources, { state }: Pick<RunnerHealth, 'state'>): Promise<Counted[]> {
  const { rss, heapUsed, external } = process.memoryUsage();
  const server = { resident: rss, heap: heapUsed, external };
  const question = state === 'ready' ? runner.memory?.() : undefined;
  const worker = await orElse(
    question?.then(({ residentBytes, privateBytes }) => ({ resident: residentBytes, private: privateBytes })),
    {} as Readonly<Record<string, number>>,
  );
  return Object.entries({ server, worker }).flatMap(([process, kinds]) =>
    Object.entries(kinds).map(([kind, value]) => ({ labels: { process, kind }, value })),
  );
}

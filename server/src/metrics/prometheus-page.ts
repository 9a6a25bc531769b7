// The sums as Prometheus text. The only file that loads prom-client, and it is loaded itself by the first request: the library
// takes longer to load than the server needs to start. The registry is our own; nothing is registered globally, and the
// library is lent what we counted instead of counting by itself.
import { Counter, Gauge, type Histogram, Registry } from 'prom-client';
import type { MetricsSnapshot } from './metrics-snapshot.ts';
import type { Counted, DurationTally } from './tally.ts';

/** @returns the page for one snapshot; the content type is `PROMETHEUS_TYPE`. */
export async function prometheusPage(snapshot: MetricsSnapshot): Promise<string> {
  const registry = new Registry();
  const one = (value: number): readonly Counted[] => [{ labels: {}, value }];
  const count = (name: string, help: string, sums: readonly Counted[]): void => {
    const counter = new Counter({ name, help, labelNames: labelNamesOf(sums), registers: [registry] });
    for (const { labels, value } of sums) counter.inc(labels, value);
  };
  const measure = (name: string, help: string, values: readonly Counted[]): void => {
    const gauge = new Gauge({ name, help, labelNames: labelNamesOf(values), registers: [registry] });
    for (const { labels, value } of values) gauge.set(labels, value);
  };
  const { counts, queue, worker, loopDelay, build } = snapshot;

  measure('snug_build_info', 'What runs here; always 1.', [{ labels: build, value: 1 }]);
  measure('snug_start_time_seconds', 'When the server started, in seconds since 1970.', one(counts.startedAtMs / 1000));
  count('snug_prompts_accepted_total', 'Prompts that were queued.', one(counts.promptsAccepted));
  count('snug_prompts_finished_total', 'Prompts that ended, by result.', counts.promptResults.sums());
  addDurations(registry, 'snug_prompt_duration_seconds', 'From start to end of a prompt.', counts.promptDurations);
  measure('snug_queue_prompts', 'Prompts in the queue, by state.', [
    { labels: { state: 'pending' }, value: queue.pending },
    { labels: { state: 'running' }, value: queue.running },
  ]);
  count('snug_http_requests_total', 'Answered requests by pattern of the route.', counts.requests.sums());
  addDurations(
    registry,
    'snug_http_request_duration_seconds',
    'From the head of a request to the end of its answer.',
    counts.requestDurations,
  );
  measure('snug_sockets_open', 'Open WebSockets.', one(counts.sockets.open));
  count('snug_socket_messages_delivered_total', 'Messages handed to WebSockets.', one(counts.sockets.delivered));
  count(
    'snug_socket_messages_dropped_total',
    'Previews that slow readers will never get: newer ones overtook them.',
    one(counts.sockets.dropped),
  );
  measure('snug_worker_ready', '1 when a worker process is ready.', one(worker.state === 'ready' ? 1 : 0));
  count('snug_worker_restarts_total', 'Worker processes started in place of one that ended.', one(worker.restarts));
  measure('snug_memory_bytes', 'Memory by process; private is without what is shared with files.', snapshot.memory);
  measure('snug_event_loop_delay_seconds', 'How late timers were since the last question.', [
    { labels: { statistic: 'mean' }, value: loopDelay.meanSeconds },
    { labels: { statistic: 'p99' }, value: loopDelay.p99Seconds },
    { labels: { statistic: 'max' }, value: loopDelay.maxSeconds },
  ]);
  return registry.metrics();
}

function labelNamesOf(values: readonly Counted[]): string[] {
  return Object.keys(values[0]?.labels ?? {});
}

/** The registry asks a metric for its name and for `get()`; a tally answers that like a histogram of the library. */
function addDurations(registry: Registry, name: string, help: string, tally: DurationTally): void {
  const values = tally.snapshots().flatMap(({ labels, cumulative, count, sumSeconds }) => [
    ...tally.boundsSeconds.map((bound, i) => ({
      metricName: `${name}_bucket`,
      labels: { ...labels, le: bound },
      value: cumulative[i] ?? 0,
    })),
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: sumSeconds },
    { metricName: `${name}_count`, labels, value: count },
  ]);
  const metric = { name, get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values }) };
  registry.registerMetric(metric as unknown as Histogram);
}

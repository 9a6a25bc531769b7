// `GET /metrics` for Prometheus. As open as every other route: it tells counts, sizes and times, nothing of what prompts hold.
import type { FastifyInstance } from 'fastify';
import type { Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { createLoopDelayMeter } from './event-loop-delay.ts';
import { takeSnapshot } from './metrics-snapshot.ts';
import type { ServerMetrics } from './server-metrics.ts';

const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function metricsRoute(context: ServerContext): Route {
  const meter = createLoopDelayMeter();
  return {
    method: 'GET',
    path: '/metrics',
    doc: {
      tag: 'system',
      summary: 'Report counts, durations and memory to Prometheus',
      description: 'Open like every other route; holds nothing of what prompts say.',
      answers: {
        200: { description: 'Prometheus text, version 0.0.4', content: { 'text/plain': { type: 'string' } } },
      },
    },
    handler: async (_request, reply) => {
      const [{ prometheusPage }, snapshot] = await Promise.all([
        import('./prometheus-page.ts'),
        takeSnapshot(context, meter),
      ]);
      reply.headers({ 'content-type': PROMETHEUS_TYPE, 'cache-control': 'no-store' });
      return reply.send(await prometheusPage(snapshot));
    },
  };
}

/** Counts every answered request of `app` by the pattern of its route. */
export function countRequests(app: FastifyInstance, metrics: ServerMetrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    metrics.requestAnswered({
      method: request.method,
      // What no handler route took may have any path: files of the front end, mistakes, attacks.
      route: request.routeOptions.url ?? 'other',
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
    done();
  });
}

// What the server counts while it works. It sees run events, answered requests and accepted prompts, and keeps sums of them:
// no contents of prompts, no ids, no names of files.
import type { ExecutionEvent, PublishedEvent } from '@snug/protocol';
import { createSocketCounters, type SocketCounters } from './socket-counters.ts';
import { DurationTally, LabelledCounter } from './tally.ts';

const PROMPT_BOUNDS_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800] as const;
const REQUEST_BOUNDS_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10] as const;

export type PromptResult = 'success' | 'error' | 'interrupted';

const resultsByEvent: Readonly<Record<string, PromptResult>> = {
  execution_success: 'success',
  execution_error: 'error',
  execution_interrupted: 'interrupted',
};

export interface AnsweredRequest {
  readonly method: string;
  /** Pattern of the route, never the path itself: its parameters may be names. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export class ServerMetrics {
  readonly requests = new LabelledCounter();
  readonly requestDurations = new DurationTally(REQUEST_BOUNDS_SECONDS);
  readonly promptResults = new LabelledCounter();
  readonly promptDurations = new DurationTally(PROMPT_BOUNDS_SECONDS);
  readonly sockets: SocketCounters = createSocketCounters();
  readonly startedAtMs = Date.now();
  promptsAccepted = 0;
  /** Start of each running prompt in ms. */
  readonly #startedMs = new Map<string, number>();

  requestAnswered({ method, route, status, seconds }: AnsweredRequest): void {
    this.requests.add({ method, route, status: String(status) });
    this.requestDurations.observe({ method, route }, seconds);
  }

  /** Takes in every event of the bus. */
  observe(published: PublishedEvent): void {
    if (published.kind !== 'run') return;
    const { event, promptId } = published;
    if (event.type === 'execution_start') this.#startedMs.set(promptId, event.data.timestamp);
    else if (event.type === 'executing' && event.data.node === null) this.#startedMs.delete(promptId);
    const result = resultsByEvent[event.type];
    const endedMs = timestampOf(event);
    if (result === undefined || endedMs === undefined) return;
    this.promptResults.add({ result });
    const startedMs = this.#startedMs.get(promptId);
    this.#startedMs.delete(promptId);
    if (startedMs !== undefined) this.promptDurations.observe({ result }, Math.max(0, endedMs - startedMs) / 1000);
  }
}

/** Moment of an event in ms. The error of a blocked branch has none, and does not end its run (spec websocket.md 5.7). */
function timestampOf(event: ExecutionEvent): number | undefined {
  return event.type === 'execution_success' ||
    event.type === 'execution_error' ||
    event.type === 'execution_interrupted'
    ? event.data.timestamp
    : undefined;
}

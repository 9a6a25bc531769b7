// Remembers which node classes are over in no time: their events may wait for the end of the turn. A class is believed to be as
// quick as it was the last time.
import type { NodeProgress } from '@snug/protocol';

/** Nothing that a person would notice. */
const QUICK_MS = 10;

export interface ClassPace {
  /** A node starts. True when its class was quick the last time it ran. */
  isQuick(nodeId: string, classType: string): boolean;
  /** Looks for the end of the node that started last. */
  observe(nodes: Readonly<Record<string, Pick<NodeProgress, 'state'>>>): void;
}

export function createClassPace(now: () => number = () => performance.now()): ClassPace {
  const durations = new Map<string, number>();
  let running: { readonly nodeId: string; readonly classType: string; readonly startedAt: number } | undefined;
  return {
    isQuick(nodeId, classType) {
      running = { nodeId, classType, startedAt: now() };
      return (durations.get(classType) ?? Number.POSITIVE_INFINITY) < QUICK_MS;
    },
    observe(nodes) {
      if (running === undefined || nodes[running.nodeId]?.state !== 'finished') return;
      durations.set(running.classType, now() - running.startedAt);
      running = undefined;
    },
  };
}

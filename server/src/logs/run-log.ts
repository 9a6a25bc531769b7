// How long each prompt took, as a line of the log: what people look for there first.
import type { PublishedEvent } from '@snug/protocol';
import type { Logger } from '../logger.ts';

/** Answers a listener for the event bus. A prompt whose end never came is forgotten after 1000 others. */
export function createRunLog(logger: Logger, now: () => number = () => performance.now()) {
  const startedMs = new Map<string, number>();
  return (published: PublishedEvent): void => {
    if (published.kind !== 'run') return;
    const { event, promptId } = published;
    if (event.type === 'execution_start') {
      startedMs.set(promptId, now());
      const [oldest] = startedMs.keys();
      if (startedMs.size > 1000 && oldest !== undefined) startedMs.delete(oldest);
      return;
    }
    if (event.type !== 'executing' || event.data.node !== null) return;
    const started = startedMs.get(promptId);
    if (started === undefined) return;
    startedMs.delete(promptId);
    logger.info({ promptId }, `Prompt executed in ${((now() - started) / 1000).toFixed(2)} seconds`);
  };
}

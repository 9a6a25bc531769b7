// Events on their way to the sockets while assets are on: an `executed` that tells of files waits until their ids are known, and
// what comes after it waits behind it, so that the order stays.
import type { ExecutionEvent, PublishedEvent } from '@snug/protocol';
import { hasSavedFiles, type OutputIdentifier } from './output-identifier.ts';

type Listener = (event: PublishedEvent) => void;
type RunEvent = Extract<PublishedEvent, { kind: 'run' }>;
type Executed = Extract<ExecutionEvent, { type: 'executed' }>;

/** A listener that passes events on to another one, file entries identified. @param listener must not throw */
export function identifyingListener(identifier: OutputIdentifier, listener: Listener): Listener {
  const waiting: PublishedEvent[] = [];
  const passOn = async (): Promise<void> => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const executed = executedWithFiles(next);
      listener(executed === undefined ? next : await identified(next as RunEvent, executed, identifier));
      waiting.shift(); // Not before it has been passed on: what comes meanwhile must see that somebody waits.
    }
  };
  return event => {
    waiting.push(event);
    if (waiting.length === 1) void passOn();
  };
}

function executedWithFiles(published: PublishedEvent): Executed | undefined {
  if (published.kind !== 'run' || published.event.type !== 'executed') return undefined;
  return hasSavedFiles(published.event.data.output) ? published.event : undefined;
}

async function identified(published: RunEvent, { data }: Executed, identifier: OutputIdentifier): Promise<RunEvent> {
  const output = await identifier.ofNode(data.output ?? {}, published.promptId);
  return { ...published, event: { type: 'executed', data: { ...data, output } } };
}

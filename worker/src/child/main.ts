// The child process: built once per start by the host (host/child-link.ts), told what to be by the first message. It ends with
// the channel, so that a server that is killed leaves no orphan behind.
import type { ChildMessage, HostMessage } from '../messages.ts';
import { startChild } from './start-child.ts';

/** Signals of a terminal or a service manager reach the whole group; when to end is the host's decision. */
const SIGNALS_OF_THE_HOST = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

for (const signal of SIGNALS_OF_THE_HOST) process.on(signal, () => {});
process.once('disconnect', () => {
  // Not `exit`: that would wait for, and abort over, an inference thread that cannot be stopped.
  process.kill(process.pid, 'SIGKILL');
});
process.once('message', (first: HostMessage) => {
  if (first.type !== 'start') throw new Error(`The first message of the host was "${first.type}", not "start".`);
  // A failure to start ends the process with its text on standard error, where the host reads it.
  const started = startChild(first.options, send);
  process.on('message', (message: HostMessage) => void started.then(receive => receive(message)));
});

function send(batch: readonly ChildMessage[]): void {
  process.send?.(batch);
}

// Sockets that asked for copies of the events of everybody's runs (flag `snug_watch_all`), as pages do that show what a server is
// doing. A copy says whose run it belongs to in a member `client_id` beside `type` and `data`, or in the metadata of a preview;
// what a socket is sent anyway comes once and unmarked. Pictures that are results stay between a client and its server.
import type { ExecutionEvent } from '@snug/protocol';
import { encodeWatched } from './encoded-event.ts';
import type { SocketConnection } from './socket-connection.ts';

export interface WatchedRun {
  /** Client of the prompt; null when it has none. */
  readonly clientId: string | null;
  /** Who gets the event itself. */
  readonly receivers: ReadonlySet<SocketConnection>;
}

export class Watchers {
  readonly #connections = new Set<SocketConnection>();

  add(connection: SocketConnection): void {
    this.#connections.add(connection);
  }

  delete(connection: SocketConnection): void {
    this.#connections.delete(connection);
  }

  deliver(event: ExecutionEvent, { clientId, receivers }: WatchedRun): void {
    if (this.#connections.size === 0 || (event.type === 'preview' && event.isResult)) return;
    const watching = [...this.#connections].filter(connection => !receivers.has(connection));
    const copy = watching.length === 0 ? undefined : encodeWatched(event, clientId);
    if (copy === undefined) return;
    for (const connection of watching) {
      if (event.type === 'executing') connection.dropWaitingPreview();
      if (!copy.isBinary) connection.send(copy);
      else if (connection.takesPreviewMetadata) connection.sendPreview(copy.frame);
    }
  }
}

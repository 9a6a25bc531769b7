// Which node runs for which client, learned from the events that pass by: a client that connects in the middle of its run is
// told at once (spec websocket.md 1.1, step 3).
import type { ExecutionEvent, NodeId } from '@snug/protocol';

interface RunningNode {
  readonly clientId: string;
  readonly displayNode: NodeId;
}

export class RunningNodes {
  readonly #byPrompt = new Map<string, RunningNode>();

  /** Call for every run event, in order. */
  observe(
    event: ExecutionEvent,
    { promptId, clientId }: { readonly promptId: string; readonly clientId: string | null },
  ): void {
    if (event.type !== 'executing') return;
    const { node, display_node: displayNode } = event.data;
    if (node === null) this.#byPrompt.delete(promptId);
    else if (clientId !== null) this.#byPrompt.set(promptId, { clientId, displayNode: displayNode ?? node });
  }

  /** Display node of a client's running prompt; undefined when nothing runs for it or no node has started. */
  nodeOf(clientId: string): NodeId | undefined {
    for (const running of this.#byPrompt.values()) if (running.clientId === clientId) return running.displayNode;
    return undefined;
  }
}

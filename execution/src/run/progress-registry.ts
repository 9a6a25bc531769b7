// How far every node of a run is (spec execution.md section 6, websocket.md 5.5). Each change sends the whole map.
import type { ExecutionEvent, NodeId, NodeProgress, PreviewMetadata } from '@snug/protocol';
import type { DynamicPrompt } from './dynamic-prompt.ts';

export interface ProgressRegistryOptions {
  readonly promptId: string;
  readonly graph: DynamicPrompt;
  emit(event: ExecutionEvent): void;
}

/**
 * With more nodes than this the map is too long to be sent with every change: then it is sent at most every
 * `LARGE_MAP_INTERVAL_MS`, and once more at the end.
 */
const LARGE_MAP_NODES = 1000;
const LARGE_MAP_INTERVAL_MS = 100;

export class ProgressRegistry {
  readonly #options: ProgressRegistryOptions;
  /** Records are replaced, never changed: events that were sent share them. */
  readonly #nodes = new Map<NodeId, NodeProgress>();
  #lastSent = 0;
  #hasUnsent = false;

  constructor(options: ProgressRegistryOptions) {
    this.#options = options;
  }

  start(id: NodeId): void {
    this.#set(id, 'running', 0, 1);
    this.#send();
  }

  /** Notes progress without telling anybody; `send` tells. */
  update(id: NodeId, value: number, max: number): void {
    this.#set(id, 'running', value, max);
    this.#hasUnsent = true;
  }

  /** Tells the state as of the last updates. */
  send(): void {
    this.#send();
  }

  /** A node is done: its value becomes its maximum. */
  finish(id: NodeId): void {
    const max = this.#nodes.get(id)?.max ?? 1;
    this.#set(id, 'finished', max, max);
    this.#send();
  }

  /** Tells changes that were held back; call it before the terminal event. */
  flush(): void {
    if (this.#hasUnsent) this.#send(true);
  }

  /** The ids that belong to a node in previews. */
  identityOf(id: NodeId): PreviewMetadata {
    const { promptId, graph } = this.#options;
    return {
      node_id: id,
      prompt_id: promptId,
      display_node_id: graph.displayId(id),
      parent_node_id: graph.parentId(id),
      real_node_id: graph.realId(id),
    };
  }

  #set(id: NodeId, state: NodeProgress['state'], value: number, max: number): void {
    const known = this.#nodes.get(id);
    this.#nodes.set(
      id,
      known === undefined ? { value, max, state, ...this.identityOf(id) } : { ...known, value, max, state },
    );
  }

  #send(isForced = false): void {
    if (this.#nodes.size > LARGE_MAP_NODES && !isForced) {
      const now = performance.now();
      this.#hasUnsent = true;
      if (now - this.#lastSent < LARGE_MAP_INTERVAL_MS) return;
      this.#lastSent = now;
    }
    this.#hasUnsent = false;
    const nodes: Record<NodeId, NodeProgress> = Object.create(null);
    for (const [id, progress] of this.#nodes) nodes[id] = progress;
    this.#options.emit({ type: 'progress_state', data: { prompt_id: this.#options.promptId, nodes } });
  }
}

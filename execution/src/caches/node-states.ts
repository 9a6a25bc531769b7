// The states of nodes (`ctx.state`): one object per node id and class, made when a node first asks for it. It outlives
// the run as long as the node stays in use: a preview node, for one, keeps its random file prefix (spec execution.md 5.6).
import type { NodeId } from '@snug/protocol';
import type { NodeIdentity } from './result-cache.ts';

interface State {
  readonly value: unknown;
  readonly root: NodeId;
  lastRun: number;
}

export class NodeStates {
  readonly #states = new Map<string, State>();
  readonly #keptRuns: number;
  #run = 0;

  /** @param keptRuns for how many runs a state survives without being used */
  constructor(keptRuns: number) {
    this.#keptRuns = keptRuns;
  }

  /** A run starts. States of nodes in its prompt, and of nodes that those expanded into, stay. */
  beginRun(hasNode: (id: NodeId) => boolean): void {
    this.#run++;
    for (const [key, state] of this.#states) {
      if (hasNode(state.root)) state.lastRun = this.#run;
      else if (this.#run - state.lastRun > this.#keptRuns) this.#states.delete(key);
    }
  }

  /** @param root the prompt's node that the node belongs to */
  get(node: NodeIdentity, root: NodeId, create: () => unknown): unknown {
    const key = `${node.classType.length}:${node.classType}${node.id}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      state = { value: create(), root, lastRun: this.#run };
      this.#states.set(key, state);
    }
    state.lastRun = this.#run;
    return state.value;
  }

  clear(): void {
    this.#states.clear();
  }
}

// Which node runs next (spec execution.md 4.1). Nodes enter the list with everything they need that has no result yet;
// a node is ready when nothing blocks it. Among the ready ones, nodes that show results soon go first.
//
// The reference scans the list for every pick; here every pick takes logarithmic time. That works because a node's rank
// only ever improves: links are added, and never taken away while their source is waiting.
import type { Link, NodeId } from '@snug/protocol';
import { MinHeap } from './min-heap.ts';

/** What the list asks about nodes. */
export interface NodeFacts {
  /** True when the result of a node is known, so that nobody needs to wait for it. */
  hasResult(id: NodeId): boolean;
  /** Links of a node that must be followed before it runs: all but the lazy ones, in prompt order. */
  eagerLinks(id: NodeId): readonly Link[];
  isOutput(id: NodeId): boolean;
  isParallel(id: NodeId): boolean;
  /** True for nodes that will never have a result. */
  isDead(id: NodeId): boolean;
  /** Told of nodes that left the list because something that they need is dead. */
  onBlocked(ids: readonly NodeId[]): void;
  /** Told that `target` needs `source`, whose result is known already. */
  onKnownSource(source: NodeId, target: NodeId): void;
}

/** Lower runs earlier; ties go by the order of entering the list. */
const RANK = { immediate: 0, feedsOutput: 1, feedsFeeder: 2, other: 3 } as const;

interface Entry {
  readonly id: NodeId;
  readonly order: number;
  readonly isOutput: boolean;
  readonly blocks: Set<Entry>;
  readonly waitsFor: Set<Entry>;
  rank: number;
  /** Pending work outside the list, e.g. a parallel node's promise. */
  externalBlocks: number;
  isQueued: boolean;
}

/** A queued entry with the rank it had then: the heap cannot follow later changes. */
interface ReadyEntry {
  readonly entry: Entry;
  readonly rank: number;
}

export class ExecutionList {
  readonly #facts: NodeFacts;
  readonly #entries = new Map<NodeId, Entry>();
  readonly #ready = new MinHeap<ReadyEntry>((a, b) => a.rank - b.rank || a.entry.order - b.entry.order);
  #nextOrder = 0;
  #externalBlocks = 0;

  constructor(facts: NodeFacts) {
    this.#facts = facts;
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  get hasExternalBlocks(): boolean {
    return this.#externalBlocks > 0;
  }

  /** Ids still in the list, in the order in which they entered. */
  ids(): NodeId[] {
    return [...this.#entries.keys()];
  }

  /** Adds a node with everything it needs. */
  addNode(id: NodeId): void {
    const stack = [id];
    const entered: Entry[] = [];
    const links: [source: NodeId, target: NodeId][] = [];
    for (let current = stack.pop(); current !== undefined; current = stack.pop()) {
      if (this.#entries.has(current) || this.#facts.isDead(current)) continue;
      entered.push(this.#enter(current));
      if (this.#facts.hasResult(current)) continue;
      for (const [source] of this.#facts.eagerLinks(current)) {
        links.push([source, current]);
        if (!this.#facts.hasResult(source)) stack.push(source);
      }
    }
    for (const [source, target] of links) this.addLink(source, target);
    for (const entry of entered) this.#queueIfReady(entry);
  }

  /** Makes `target` wait for `source`, which enters the list unless its result is known. */
  addLink(source: NodeId, target: NodeId): void {
    if (this.#facts.hasResult(source)) {
      this.#facts.onKnownSource(source, target);
      return;
    }
    if (this.#facts.isDead(source)) {
      this.#block(target);
      return;
    }
    if (!this.#entries.has(source)) this.addNode(source);
    const from = this.#entries.get(source);
    const to = this.#entries.get(target);
    if (from === undefined || to === undefined) return;
    from.blocks.add(to);
    to.waitsFor.add(from);
    this.#improveRank(from, to);
  }

  /** Blocks a node until the returned function is called. */
  addExternalBlock(id: NodeId): () => void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return () => undefined;
    entry.externalBlocks++;
    this.#externalBlocks++;
    return () => {
      // A node that left the list took its blocks along.
      if (entry.externalBlocks === 0) return;
      entry.externalBlocks--;
      this.#externalBlocks--;
      this.#queueIfReady(entry);
    };
  }

  /** Takes the next node to step; undefined when none is ready. It stays in the list until `complete`. */
  pick(): NodeId | undefined {
    for (let next = this.#ready.pop(); next !== undefined; next = this.#ready.pop()) {
      const { entry, rank } = next;
      // A stale copy: the node was queued again with a better rank, or picked already.
      if (rank !== entry.rank || !entry.isQueued) continue;
      entry.isQueued = false;
      // It may have got blocked since; then it is queued again when the block goes.
      if (isReady(entry)) return entry.id;
    }
    return undefined;
  }

  /** Puts a picked node back; it is picked again when nothing blocks it. */
  putBack(id: NodeId): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#queueIfReady(entry);
  }

  /** Removes a node that has its result; answers the nodes that waited for it. */
  complete(id: NodeId): NodeId[] {
    const entry = this.#entries.get(id);
    if (entry === undefined) return [];
    this.#entries.delete(id);
    const consumers: NodeId[] = [];
    for (const consumer of entry.blocks) {
      consumers.push(consumer.id);
      consumer.waitsFor.delete(entry);
      this.#queueIfReady(consumer);
    }
    return consumers;
  }

  /** Removes a node that will have no result, and all that wait for it. */
  fail(id: NodeId): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const consumers = [...entry.blocks];
    this.#remove(entry);
    for (const consumer of consumers) this.#block(consumer.id);
  }

  /** Ids that wait for each other: what is left when everything else is taken away, root by root. */
  cycle(): NodeId[] {
    const left = new Map([...this.#entries.values()].map(entry => [entry, entry.blocks.size]));
    const roots = [...left].filter(([, count]) => count === 0).map(([entry]) => entry);
    for (let root = roots.pop(); root !== undefined; root = roots.pop()) {
      left.delete(root);
      for (const source of root.waitsFor) {
        const count = (left.get(source) ?? 0) - 1;
        left.set(source, count);
        if (count === 0) roots.push(source);
      }
    }
    return [...left.keys()].map(({ id }) => id);
  }

  #enter(id: NodeId): Entry {
    const isOutput = this.#facts.isOutput(id);
    const entry: Entry = {
      id,
      order: this.#nextOrder++,
      isOutput,
      blocks: new Set(),
      waitsFor: new Set(),
      rank: isOutput || this.#facts.isParallel(id) ? RANK.immediate : RANK.other,
      externalBlocks: 0,
      isQueued: false,
    };
    this.#entries.set(id, entry);
    return entry;
  }

  #block(id: NodeId): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const blocked = new Set([entry]);
    for (const member of blocked) for (const consumer of member.blocks) blocked.add(consumer);
    for (const member of blocked) this.#remove(member);
    this.#facts.onBlocked([...blocked].map(member => member.id));
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.id);
    this.#externalBlocks -= entry.externalBlocks;
    entry.externalBlocks = 0;
    for (const source of entry.waitsFor) source.blocks.delete(entry);
  }

  #improveRank(from: Entry, to: Entry): void {
    if (to.isOutput) {
      this.#setRank(from, RANK.feedsOutput);
      for (const source of from.waitsFor) this.#setRank(source, RANK.feedsFeeder);
    }
    for (const consumer of to.blocks) {
      if (consumer.isOutput) this.#setRank(from, RANK.feedsFeeder);
    }
  }

  #setRank(entry: Entry, rank: number): void {
    if (rank >= entry.rank) return;
    entry.rank = rank;
    if (!entry.isQueued) return;
    entry.isQueued = false;
    this.#queueIfReady(entry);
  }

  #queueIfReady(entry: Entry): void {
    if (entry.isQueued || !isReady(entry) || !this.#entries.has(entry.id)) return;
    entry.isQueued = true;
    this.#ready.push({ entry, rank: entry.rank });
  }
}

function isReady(entry: Entry): boolean {
  return entry.waitsFor.size === 0 && entry.externalBlocks === 0;
}

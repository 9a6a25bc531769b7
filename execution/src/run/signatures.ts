// Signatures: digests of everything that a node's result depends on (spec execution.md 5.2). Equal signatures mean equal
// results, whatever the node ids. A node's digest covers its class, its change value, its constants and, for each link,
// the digest of the source, so that it covers all ancestors; every node is digested once.
//
// (The reference lists all ancestors inside each signature instead. The difference: two equal ancestors and one shared
// ancestor look the same here, which is what "equal nodes share one result" means anyway.)
import { hash } from 'node:crypto';
import { isPlainObject, JsonFloat, type NodeId } from '@snug/protocol';
import { isLink } from '../contract/link.ts';
import type { DynamicPrompt } from './dynamic-prompt.ts';

/** What a signature needs to know about a node beside its inputs. */
export interface SignatureFacts {
  /** Change value of the node, false for classes that have none. */
  changeValue(id: NodeId): unknown;
  /** True for nodes whose id is part of their signature. */
  isBoundToId(id: NodeId): boolean;
}

/** Containers nested deeper than this equal only themselves. */
const MAX_DEPTH = 200;

let runCounter = 0;

/** Computes signatures for one run. */
export class Signatures {
  readonly #graph: DynamicPrompt;
  readonly #facts: SignatureFacts;
  readonly #digests = new Map<NodeId, string>();
  readonly #inProgress = new Set<NodeId>();
  /** Values that equal only themselves, and only within this run. */
  readonly #opaque = new WeakMap<object, string>();
  readonly #run = runCounter++;
  #tokens = 0;

  constructor(graph: DynamicPrompt, facts: SignatureFacts) {
    this.#graph = graph;
    this.#facts = facts;
  }

  /** Signature of a node. Walks its ancestors on an explicit stack: prompts may be deeper than the call stack. */
  of(id: NodeId): string {
    const known = this.#digests.get(id);
    if (known !== undefined) return known;
    const stack = [id];
    for (let current = stack.at(-1); current !== undefined; current = stack.at(-1)) {
      if (this.#digests.has(current)) {
        stack.pop();
        continue;
      }
      // On the second visit all sources have their digest, but for those that close a cycle.
      if (this.#inProgress.has(current)) {
        this.#digests.set(current, this.#digest(current));
        this.#inProgress.delete(current);
        stack.pop();
        continue;
      }
      this.#inProgress.add(current);
      for (const value of Object.values(this.#graph.inputsOf(current))) {
        if (!isLink(value)) continue;
        const source = value[0];
        const isKnown = this.#digests.has(source) || this.#inProgress.has(source);
        if (!isKnown && this.#graph.has(source)) stack.push(source);
      }
    }
    return this.#digests.get(id) as string;
  }

  #digest(id: NodeId): string {
    const inputs = this.#graph.inputsOf(id);
    const parts = [text(String(this.#graph.node(id).class_type)), this.#canonical(this.#facts.changeValue(id), 0)];
    if (this.#facts.isBoundToId(id)) parts.push('#', text(id));
    for (const name of Object.keys(inputs).sort()) {
      const value = inputs[name];
      parts.push(text(name), isLink(value) ? this.#linkText(value[0], value[1]) : this.#canonical(value, 0));
    }
    return hash('sha256', parts.join(''), 'base64');
  }

  /** A missing source, or one that closes a cycle, makes the signature match nothing. */
  #linkText(source: NodeId, slot: number): string {
    return `@${this.#digests.get(source) ?? this.#newToken()}${slot};`;
  }

  /** A text that is equal for values that are equal in Python's sense: 1, 1.0 and true are. */
  #canonical(value: unknown, depth: number): string {
    switch (typeof value) {
      case 'string':
        return text(value);
      case 'number':
        return Number.isNaN(value) ? this.#newToken() : numberText(value);
      case 'boolean':
        return value ? '1;' : '0;';
      case 'bigint':
        return `${value};`;
      case 'object':
        return value === null ? 'n' : this.#canonicalObject(value, depth + 1);
      case 'undefined':
        return 'u';
      default:
        return this.#newToken();
    }
  }

  #canonicalObject(value: object, depth: number): string {
    if (value instanceof JsonFloat) return Number.isNaN(value.value) ? this.#newToken() : numberText(value.value);
    if (depth > MAX_DEPTH) return this.#tokenOf(value);
    if (Array.isArray(value)) return `[${value.map(item => this.#canonical(item, depth)).join('')}]`;
    if (!isPlainObject(value)) return this.#tokenOf(value);
    const members = Object.keys(value).sort();
    return `{${members.map(name => text(name) + this.#canonical(value[name], depth)).join('')}}`;
  }

  #tokenOf(value: object): string {
    let token = this.#opaque.get(value);
    if (token === undefined) {
      token = this.#newToken();
      this.#opaque.set(value, token);
    }
    return token;
  }

  #newToken(): string {
    return `?${this.#run}.${this.#tokens++};`;
  }
}

/** Length first, so that no text can imitate the structure around it. */
function text(value: string): string {
  return `"${value.length}:${value}`;
}

function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return `${value === 0 ? 0 : value};`;
  return Number.isInteger(value) ? `${BigInt(value)};` : `${value};`;
}

// The node catalogue as this process knows it: descriptions that the child advertised, the prepared /object_info documents,
// and the version up to which live lists (model files, input images) are known.
import { createHash } from 'node:crypto';
import type { Catalogue, NodeDescription } from '@snug/execution';
import { type Prompt, parseLossless, stringifyLossless } from '@snug/protocol';
import type { CatalogueChange } from '../messages.ts';

/** A document kept ready to be sent; the `etag` is strong and includes its quotes. */
export interface PreparedJson {
  readonly json: string;
  readonly etag: string;
}

const NOTHING = prepare('{}');

export class HostCatalogue {
  #descriptions: ReadonlyMap<string, NodeDescription> = new Map();
  /** `"Class":{...}` by class: the parts of the whole document. */
  readonly #members = new Map<string, string>();
  readonly #prepared = new Map<string, PreparedJson>();
  #whole: PreparedJson | undefined;
  #version = 0;

  /** True until a child has advertised its nodes. */
  get isEmpty(): boolean {
    return this.#descriptions.size === 0;
  }

  /** An unchanging snapshot. */
  get descriptions(): Catalogue {
    return this.#descriptions;
  }

  get version(): number {
    return this.#version;
  }

  /** Replaces everything: a new child counts its own versions. */
  replace(all: CatalogueChange): void {
    this.#descriptions = new Map();
    this.#members.clear();
    this.#version = 0;
    this.merge(all);
  }

  /** Takes over changed descriptions. An answer that was overtaken by a newer one is ignored. */
  merge(change: CatalogueChange): void {
    if (change.version < this.#version) return;
    this.#version = change.version;
    if (change.classes.length === 0) return;
    const descriptions = new Map(this.#descriptions);
    for (const [classType, json] of change.classes) {
      const description = parseLossless(json) as unknown as NodeDescription;
      descriptions.set(classType, description);
      this.#members.set(classType, `${JSON.stringify(classType)}:${stringifyLossless(description.objectInfo)}`);
    }
    this.#descriptions = descriptions;
    this.#whole = undefined;
    this.#prepared.clear();
  }

  /** All classes whose descriptions must be asked for anew before they are shown. */
  live(): string[] {
    return [...this.#descriptions.values()].filter(isLive).map(({ classType }) => classType);
  }

  /**
   * The classes of a prompt whose lists must be fresh before it is checked. Where the node's own validator looks at every
   * input, the lists do not matter.
   */
  liveIn(prompt: Prompt): string[] {
    const used = new Set(Object.values(prompt).map(node => this.#descriptions.get(node?.class_type)));
    return [...used].flatMap(node => (node && isLive(node) && !validatesAll(node) ? [node.classType] : []));
  }

  /** All of /object_info. */
  whole(): PreparedJson {
    this.#whole ??= prepare(`{${[...this.#members.values()].join(',')}}`);
    return this.#whole;
  }

  /** `{"Class": {...}}`, or `{}` for a class that nobody knows. */
  one(classType: string): PreparedJson {
    const member = this.#members.get(classType);
    if (member === undefined) return NOTHING;
    const prepared = this.#prepared.get(classType) ?? prepare(`{${member}}`);
    this.#prepared.set(classType, prepared);
    return prepared;
  }
}

const isLive = ({ hasLiveInputs }: NodeDescription): boolean => hasLiveInputs;

function validatesAll({ validator, inputs }: NodeDescription): boolean {
  const names = validator?.names ?? [];
  return names === 'all' || inputs.every(({ name, group }) => group === 'hidden' || names.includes(name));
}

function prepare(json: string): PreparedJson {
  return { json, etag: `"${createHash('sha1').update(json).digest('base64url')}"` };
}

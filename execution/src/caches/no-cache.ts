// Keeps nothing: every run computes everything, and equal nodes of one prompt are not merged.
import { type CacheScope, NOTHING_RELIEVED, type NodeResultRecord, type ResultCache } from './result-cache.ts';

const SCOPE: CacheScope = {};

export class NoCache implements ResultCache {
  readonly usesSignatures = false;

  beginRun(): CacheScope {
    return SCOPE;
  }

  expand(): CacheScope {
    return SCOPE;
  }

  get(): undefined {
    return undefined;
  }

  set(): void {}

  forget(): void {}

  relieve(): ReadonlySet<NodeResultRecord> {
    return NOTHING_RELIEVED;
  }

  clear(): void {}
}

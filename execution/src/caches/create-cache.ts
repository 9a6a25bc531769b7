// From options to a cache.
import { ExecutionError } from '../errors.ts';
import type { CacheOptions } from './cache-options.ts';
import { ClassicCache } from './classic-cache.ts';
import { LruCache } from './lru-cache.ts';
import { NoCache } from './no-cache.ts';
import { RamCache } from './ram-cache.ts';
import type { ResultCache } from './result-cache.ts';

/** @throws ExecutionError INVALID_CACHE_OPTIONS */
export function createCache(options: CacheOptions): ResultCache {
  switch (options.kind) {
    case 'classic':
      return new ClassicCache();
    case 'none':
      return new NoCache();
    case 'ram':
      return new RamCache(options);
    case 'lru': {
      if (Number.isInteger(options.size) && options.size > 0) return new LruCache(options.size);
      const advice = 'use a whole number above 0, or the classic cache';
      throw new ExecutionError('INVALID_CACHE_OPTIONS', { option: 'size', value: options.size, advice });
    }
  }
}

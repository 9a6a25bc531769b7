// Tells every socket how a look through the folders goes on (spec websocket.md section 5, `assets.seed.*`).
import type { JsonObject } from '@snug/protocol';
import type { AssetStore, EventBus, SeedStats } from '@snug/store';

/** Answers the function that ends it. */
export function announceSeeds(assets: AssetStore, events: EventBus): () => void {
  return assets.onSeed((event, stats, error) => {
    const data = { ...seedJson(stats), ...(error !== null && { error }) };
    const message = { type: 'custom', name: `assets.seed.${event}`, data } as const;
    events.publish({ kind: 'run', promptId: '', clientId: null, event: message });
  });
}

export function seedJson({ roots, ...counters }: SeedStats): JsonObject {
  return { roots: [...roots], ...counters };
}

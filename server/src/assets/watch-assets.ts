// What goes on beside requests when assets are on.
import type { ServerContext } from '../server-context.ts';
import { announceSeeds } from './seed-announcement.ts';

/** Answers the function that ends it. */
export function watchAssets({ assets, events }: ServerContext): () => void {
  return assets === null ? () => undefined : announceSeeds(assets, events);
}

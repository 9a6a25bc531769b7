// What goes on beside requests when assets are on.
import type { ServerContext } from '../server-context.ts';
import { recordOutputs } from './output-recorder.ts';
import { announceSeeds } from './seed-announcement.ts';

/** Answers the function that ends it. */
export function watchAssets({ assets, blobs, events, logger }: ServerContext): () => void {
  if (assets === null) return () => undefined;
  const ends = [announceSeeds(assets, events), recordOutputs({ assets, blobs, events, logger })];
  return () => {
    for (const end of ends) end();
  };
}

// Saved results become assets as soon as they are there, and know which job made them.
import { isJsonObject, type JsonValue, type PublishedEvent } from '@snug/protocol';
import type { AssetStore, BlobStore, EventBus } from '@snug/store';
import { reasonOf } from '../errors.ts';
import type { Logger } from '../logger.ts';

export interface OutputRecorderOptions {
  readonly assets: AssetStore;
  readonly blobs: BlobStore;
  readonly events: EventBus;
  readonly logger: Logger;
}

/** Answers the function that ends it. */
export function recordOutputs({ assets, blobs, events, logger }: OutputRecorderOptions): () => void {
  return events.subscribe(published => {
    for (const { filename, subfolder } of outputsOf(published)) {
      const jobId = published.kind === 'run' ? published.promptId : '';
      const record = async (): Promise<void> => {
        const path = await blobs.localPath({ filename, subfolder, type: 'output' });
        if (path !== undefined) await assets.register(path, { ownerId: '', tags: [], jobId });
      };
      record().catch((error: unknown) => {
        logger.warn({ err: error }, `The result "${filename}" did not become an asset: ${reasonOf(error)}`);
      });
    }
  });
}

/** Items of lists that look like files of the output folder. */
function outputsOf(published: PublishedEvent): { readonly filename: string; readonly subfolder: string }[] {
  if (published.kind !== 'run' || published.event.type !== 'executed') return [];
  const lists = Object.values(published.event.data.output ?? {});
  return lists
    .flatMap((list: JsonValue) => (Array.isArray(list) ? list : []))
    .flatMap(item => {
      if (!isJsonObject(item) || item['type'] !== 'output') return [];
      const { filename, subfolder } = item;
      return typeof filename === 'string'
        ? [{ filename, subfolder: typeof subfolder === 'string' ? subfolder : '' }]
        : [];
    });
}

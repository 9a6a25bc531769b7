// Saved results become assets as soon as they are told, and every place that tells of them names their ids (spec http.md 4.3,
// websocket.md 5.6): `executed` events and the history. A file keeps its id, so it does not matter who asks first.
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  orderedEntries,
  orderedObject,
  parseLossless,
  stringifyLossless,
} from '@snug/protocol';
import type { AssetStore, BlobStore } from '@snug/store';
import { reasonOf } from '../errors.ts';
import type { Logger } from '../logger.ts';

/** How long news of a result wait for its id: the whole file is read once. It becomes an asset all the same. */
const MAX_WAIT_MS = 2000;

export interface OutputIdentifierOptions {
  readonly assets: AssetStore;
  readonly blobs: BlobStore;
  readonly logger: Pick<Logger, 'warn'>;
}

export interface OutputIdentifier {
  /** UI output of one node, with an `id` in every entry that is a saved file. Never rejects. */
  ofNode(output: JsonObject, jobId: string): Promise<JsonObject>;
  /** As `ofNode`, for the UI outputs of all nodes of a prompt as JSON text. */
  ofPrompt(outputsJson: string, jobId: string): Promise<string>;
}

export function createOutputIdentifier({ assets, blobs, logger }: OutputIdentifierOptions): OutputIdentifier {
  const register = async ({ filename, subfolder }: SavedFile, jobId: string): Promise<string | undefined> => {
    try {
      const path = await blobs.localPath({ filename, subfolder, type: 'output' });
      return path === undefined ? undefined : (await assets.register(path, { ownerId: '', tags: [], jobId }))?.id;
    } catch (error) {
      logger.warn({ err: error }, `The result "${filename}" did not become an asset: ${reasonOf(error)}`);
      return undefined;
    }
  };
  const withId = async (item: JsonValue, jobId: string): Promise<JsonValue> => {
    const file = savedFileOf(item);
    const id = file && (await withinTime(register(file, jobId)));
    return id === undefined ? item : { ...(item as JsonObject), id };
  };
  const ofNode = (output: JsonObject, jobId: string): Promise<JsonObject> =>
    mapMembers(output, list =>
      Array.isArray(list) ? Promise.all(list.map(item => withId(item, jobId))) : Promise.resolve(list),
    );
  return {
    ofNode,
    async ofPrompt(outputsJson, jobId) {
      const outputs = parseLossless(outputsJson);
      if (!isJsonObject(outputs)) return outputsJson;
      return stringifyLossless(
        await mapMembers(outputs, async node => (isJsonObject(node) ? ofNode(node, jobId) : node)),
      );
    },
  };
}

interface SavedFile {
  readonly filename: string;
  readonly subfolder: string;
}

/** True for outputs that hold something to be identified. */
export function hasSavedFiles(output: JsonObject | null): boolean {
  return Object.values(output ?? {}).some(list => Array.isArray(list) && list.some(item => savedFileOf(item)));
}

function savedFileOf(item: JsonValue): SavedFile | undefined {
  if (!isJsonObject(item) || item['type'] !== 'output') return undefined;
  const { filename, subfolder } = item;
  if (typeof filename !== 'string') return undefined;
  return { filename, subfolder: typeof subfolder === 'string' ? subfolder : '' };
}

async function mapMembers(object: JsonObject, change: (value: JsonValue) => Promise<JsonValue>): Promise<JsonObject> {
  const entries = orderedEntries(object).map(async ([key, value]) => [key, await change(value)] as const);
  return orderedObject(await Promise.all(entries));
}

async function withinTime<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>(resolve => {
    timer = setTimeout(resolve, MAX_WAIT_MS, undefined);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

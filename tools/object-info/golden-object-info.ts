// The recorded `/object_info`, from a file or from the copy beside this one. Texts in it are placeholders.
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { type JsonObject, parseLossless } from '@snug/protocol';

const COPY = new URL('golden/object-info.json.gz', import.meta.url);

/** @param path A JSON file, plain or gzipped; default the copy. */
export async function goldenObjectInfo(path: string | URL = COPY): Promise<JsonObject> {
  const bytes = await readFile(path);
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return parseLossless((isZipped ? gunzipSync(bytes) : bytes).toString('utf8')) as JsonObject;
}

// Where a user's things lie: `<user folder>/<id>`. Ids come from headers, so they are checked here before they become paths.
import { join } from 'node:path';
import { StoreError } from '../errors.ts';

/** Ids that start so name folders of the server itself, which are not reachable over HTTP (spec files.md section 1). */
const INTERNAL_PREFIX = '__';

/** True for ids that may name a folder: one plain path segment that is not internal. */
export function isUserId(id: string): boolean {
  return /^[^/\\:\0]{1,200}$/.test(id) && id !== '.' && id !== '..' && !id.startsWith(INTERNAL_PREFIX);
}

/** @throws StoreError USER_UNKNOWN for ids that cannot be a folder. */
export function userFolder(root: string, id: string): string {
  if (!isUserId(id)) throw new StoreError('USER_UNKNOWN', { id });
  return join(root, id);
}

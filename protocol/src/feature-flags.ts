// Feature flags that server and client exchange (spec websocket.md section 4). A flag counts as supported only if its
// value is exactly true.
import type { JsonObject } from './lossless-json/json-value.ts';

/** Wire names of the flags with a meaning to us. */
export const FEATURE_FLAGS = {
  /** Both sides: the client takes previews as binary type 4. */
  previewMetadata: 'supports_preview_metadata',
  /** Server: bytes. */
  maxUploadSize: 'max_upload_size',
  /** Server: the queue of replacements for renamed nodes is served. */
  nodeReplacements: 'node_replacements',
  /** Server: the asset API is served. */
  assets: 'assets',
  /** Server: `{manager: {supports_v4: true}}` when a manager is served. */
  extension: 'extension',
  /** Client: understands the manager's version 4 interface. */
  managerV4: 'supports_manager_v4_ui',
  /** Client, ours: it wants copies of the events of everybody's runs, each with the `client_id` of its prompt. */
  watchAll: 'snug_watch_all',
  /** Client only; a server must not advertise it, clients would then expect another text frame (6.3). */
  progressTextMetadata: 'supports_progress_text_metadata',
} as const;

/** Type of the message that carries flags in either direction. */
export const FEATURE_FLAGS_MESSAGE = 'feature_flags';

/** Whether a peer announced a flag. */
export function isFlagSupported(flags: Readonly<JsonObject> | undefined, name: string): boolean {
  return flags !== undefined && Object.hasOwn(flags, name) && flags[name] === true;
}

// The server's feature flags: `GET /features` and the reply to a socket's `feature_flags` message (spec websocket.md 4).
// Only what is really served is announced; `supports_progress_text_metadata` must never be.
import { FEATURE_FLAGS } from '@snug/protocol';

export function serverFeatureFlags({
  maxUploadBytes,
  featureFlags,
  assets,
}: {
  readonly maxUploadBytes: number;
  readonly featureFlags: Readonly<Record<string, unknown>>;
  readonly assets: object | null;
}): Readonly<Record<string, unknown>> {
  const configured = Object.entries(featureFlags).filter(([name]) => name !== FEATURE_FLAGS.progressTextMetadata);
  return {
    ...Object.fromEntries(configured),
    [FEATURE_FLAGS.previewMetadata]: true,
    [FEATURE_FLAGS.maxUploadSize]: maxUploadBytes,
    [FEATURE_FLAGS.nodeReplacements]: true,
    ...(assets !== null && { [FEATURE_FLAGS.assets]: true }),
  };
}

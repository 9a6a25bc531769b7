// Failures of the asset routes: unlike all others they are told in an envelope with a code (spec http.md section 12).
import { StoreError } from '@snug/store';
import type { FastifyReply } from 'fastify';
import { reasonOf, ServerError } from '../errors.ts';
import { jsonReply } from '../http/replies.ts';

/** Codes of the wire and their statuses. */
export const ASSET_FAILURES = {
  INVALID_QUERY: 400,
  INVALID_BODY: 400,
  INVALID_JSON: 400,
  INVALID_HASH: 400,
  INVALID_CURSOR: 400,
  INVALID_TAG_FILTER: 400,
  UNSUPPORTED_PARAM: 400,
  UNSUPPORTED_FIELD: 400,
  MISSING_FILE: 400,
  EMPTY_UPLOAD: 400,
  HASH_MISMATCH: 400,
  SYSTEM_TAG_FORBIDDEN: 400,
  FORBIDDEN: 403,
  ASSET_NOT_FOUND: 404,
  FILE_NOT_FOUND: 404,
  UNSUPPORTED_MEDIA_TYPE: 415,
  INTERNAL: 500,
  UPLOAD_IO_ERROR: 500,
  UPLOAD_UNSTABLE: 500,
  SERVICE_DISABLED: 503,
} as const;

export type AssetFailure = keyof typeof ASSET_FAILURES;

/** Ends a request with an envelope. */
export function refuse(failure: AssetFailure, reason: string, details: Readonly<Record<string, unknown>> = {}): never {
  throw new ServerError('ASSET_REQUEST_REFUSED', { failure, reason, details });
}

export function failureEnvelope(
  reply: FastifyReply,
  failure: AssetFailure,
  message: string,
  details: unknown = {},
): FastifyReply {
  return jsonReply(reply, { error: { code: failure, message, details } }, ASSET_FAILURES[failure]);
}

const STORE_FAILURES: Readonly<Partial<Record<StoreError['code'], AssetFailure>>> = {
  ASSET_CURSOR_INVALID: 'INVALID_CURSOR',
  ASSET_DESTINATION_INVALID: 'INVALID_BODY',
  ASSET_IO_FAILED: 'UPLOAD_IO_ERROR',
  ASSET_UNSTABLE: 'UPLOAD_UNSTABLE',
};

/** The envelope of what a handler threw; undefined when it is none of the asset routes' own failures. */
export function envelopeOf(reply: FastifyReply, thrown: unknown): FastifyReply | undefined {
  if (thrown instanceof ServerError && thrown.code === 'ASSET_REQUEST_REFUSED') {
    const { failure, reason, details } = thrown.details;
    return failureEnvelope(reply, failure as AssetFailure, String(reason), details);
  }
  if (thrown instanceof ServerError && thrown.code === 'JSON_UNREADABLE') {
    return failureEnvelope(reply, 'INVALID_JSON', String(thrown.details['reason']));
  }
  if (thrown instanceof ServerError && thrown.code === 'FORM_DAMAGED') {
    return failureEnvelope(reply, 'INVALID_BODY', String(thrown.details['reason']));
  }
  const failure = thrown instanceof StoreError ? STORE_FAILURES[thrown.code] : undefined;
  return failure && failureEnvelope(reply, failure, reasonOf(thrown));
}

// Validators and preconditions of a file or a prepared document (RFC 9110 section 13): `If-None-Match` wins over
// `If-Modified-Since`; `If-Range` decides whether a `Range` still applies.
import type { IncomingHttpHeaders } from 'node:http';

/** What identifies one state of a resource. */
export interface Validators {
  /** Strong entity tag with its quotes. */
  readonly etag: string;
  readonly modifiedMs?: number;
}

/** Entity tag of a file: changes whenever its size or modification time does. */
export function fileEtag(sizeBytes: number, modifiedMs: number): string {
  return `"${Math.trunc(modifiedMs * 1000).toString(16)}-${sizeBytes.toString(16)}"`;
}

/** True when the client's copy is still good and 304 is the answer. */
export function isNotModified(headers: IncomingHttpHeaders, { etag, modifiedMs }: Validators): boolean {
  const wanted = headers['if-none-match'];
  if (wanted !== undefined) return listsTag(wanted, etag);
  const since = headers['if-modified-since'];
  if (since === undefined || modifiedMs === undefined) return false;
  const sinceMs = Date.parse(since);
  return !Number.isNaN(sinceMs) && wholeSeconds(modifiedMs) <= sinceMs;
}

/** False when `If-Range` names another state of the file: then the whole file is sent. */
export function isRangeStillValid(headers: IncomingHttpHeaders, { etag, modifiedMs }: Validators): boolean {
  const condition = headers['if-range'];
  if (typeof condition !== 'string') return true;
  if (condition.startsWith('"') || condition.startsWith('W/')) return condition === etag;
  return modifiedMs !== undefined && Date.parse(condition) === wholeSeconds(modifiedMs);
}

function listsTag(header: string, etag: string): boolean {
  if (header.trim() === '*') return true;
  return header.split(',').some(item => item.trim().replace(/^W\//, '') === etag);
}

/** HTTP dates have no fractions. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

// How much memory a decoded file may take: small files can hold hours of silence or of one colour.
import { totalmem } from 'node:os';
import { EngineError } from '../errors.ts';

/** Half of the machine's memory. */
export const defaultMaxBytes = totalmem() / 2;

/** @throws EngineError MEDIA_TOO_LARGE. */
export function checkDecodedSize(name: string, bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new EngineError('MEDIA_TOO_LARGE', { name, needed: inGibibytes(bytes), limit: inGibibytes(maxBytes) });
}

const inGibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

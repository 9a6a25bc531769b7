// Turns what the SQLite binding throws into this room's errors.
import { StoreError, type StoreErrorCode } from '../errors.ts';

/** Result codes by prefix: extended codes such as SQLITE_IOERR_WRITE start with their primary code. */
const CODES: readonly (readonly [string, StoreErrorCode])[] = [
  ['SQLITE_BUSY', 'DATABASE_LOCKED'],
  ['SQLITE_LOCKED', 'DATABASE_LOCKED'],
  ['SQLITE_CORRUPT', 'DATABASE_CORRUPT'],
  ['SQLITE_NOTADB', 'DATABASE_CORRUPT'],
  ['SQLITE_READONLY', 'DATABASE_READONLY'],
  ['SQLITE_PERM', 'DATABASE_READONLY'],
  ['SQLITE_FULL', 'DATABASE_DISK_FULL'],
  ['SQLITE_CANTOPEN', 'DATABASE_UNAVAILABLE'],
];

/** Rethrows as `StoreError` with the original as `cause`. */
export function throwAsStoreError(error: unknown, path: string): never {
  if (error instanceof StoreError) throw error;
  const message = error instanceof Error ? error.message : String(error);
  const sqliteCode = error instanceof Error && 'code' in error ? String(error.code) : '';
  const code = CODES.find(([prefix]) => sqliteCode.startsWith(prefix))?.[1] ?? codeOfMessage(message);
  throw new StoreError(code, { path, reason: message }, { cause: error });
}

/** Failures to open carry no code, only SQLite's number in the text. */
function codeOfMessage(message: string): StoreErrorCode {
  return message.includes('Unable to open connection') ? 'DATABASE_UNAVAILABLE' : 'DATABASE_FAILED';
}

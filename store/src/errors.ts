// Every error this room can throw: stable codes, one message template each. A message says what happened and what the
// user can do.

/** Code to message template. */
export const storeErrors = {
  ASSET_CURSOR_INVALID: 'The cursor "{cursor}" is none of this list; start again without one.',
  ASSET_DESTINATION_INVALID: 'The file "{name}" cannot be stored there: {problem}.',
  ASSET_IO_FAILED: 'The asset file "{path}" cannot be read or written ({reason}); check free space and permissions.',
  ASSET_UNSTABLE: 'The file "{path}" changed while it was read; try again when it is complete.',
  BLOB_EXISTS: 'There is already a file "{name}" in the {place} folder.',
  BLOB_NAME_INVALID: 'The file name "{name}" leaves the {place} folder or is not allowed there.',
  BLOB_NOT_FOUND: 'There is no file "{name}" in the {place} folder.',
  BLOB_READ_FAILED: 'Could not read "{name}" in the {place} folder ({reason}); check its permissions.',
  BLOB_WRITE_FAILED: 'Could not write "{name}" to the {place} folder ({reason}); check free space and permissions.',
  DATABASE_CORRUPT:
    'The database "{path}" is damaged or not a database ({reason}); restore a copy, or move it away to start with an empty queue and history.',
  DATABASE_DISK_FULL: 'No space is left for the database "{path}"; free some and try again.',
  DATABASE_FAILED: 'The database "{path}" answered: {reason}.',
  DATABASE_FOREIGN: 'The database "{path}" belongs to another program; choose another file.',
  DATABASE_LOCKED:
    'The database "{path}" is in use by another process; stop that server, or give this one a user folder of its own.',
  DATABASE_READONLY:
    'The database "{path}" cannot be written ({reason}); check the permissions of the file and its folder.',
  DATABASE_TOO_NEW:
    'The database "{path}" was written by a newer version (schema {found}, this version knows {known}); update, or choose another user folder.',
  DATABASE_UNAVAILABLE:
    'The database "{path}" cannot be opened ({reason}); check that its folder exists and can be written.',
  EXTRA_MODEL_PATHS_INVALID: '{file}, line {line}: {problem}.',
  EXTRA_MODEL_PATHS_UNREADABLE: 'The extra model paths file "{file}" cannot be read ({reason}).',
  FOLDER_MISSING: 'The {what} folder "{path}" does not exist; create it or correct the setting.',
  FOLDER_UNUSABLE: 'The folder "{path}" cannot be created or read ({reason}).',
  JOB_INVALID: 'The job cannot be stored: {problem}.',
  OUTPUT_OUTSIDE_FOLDER: 'Saving image outside the output folder is not allowed',
  STORE_CLOSED: 'The {what} was closed.',
  UNKNOWN_MODEL_FOLDER: 'There is no model folder "{key}"; known are {known}.',
  USER_FILE_EXISTS: 'There is already a file "{path}" of this user; choose another name, or replace it.',
  USER_FILE_FAILED: 'The user file "{path}" cannot be read or written ({reason}); check free space and permissions.',
  USER_FILE_NAME_UNUSABLE: 'The user file name "{path}" cannot be used ({reason}); choose another one.',
  USER_NAME_INVALID: 'The user name "{name}" cannot be used: {problem}.',
  USER_NAME_TAKEN: 'There is already a user "{name}"; choose another name.',
  USER_PATH_OUTSIDE: 'The path "{path}" leaves the folder of its user.',
  USER_SETTINGS_DAMAGED:
    'The settings file "{path}" is damaged ({reason}): settings start afresh, and its content is kept as "{kept}" at the next change.',
  USER_UNKNOWN: 'There is no user "{id}".',
  USERS_FILE_DAMAGED:
    'The list of users "{path}" is damaged ({reason}); correct it, or move it away to start with none.',
} as const;

export type StoreErrorCode = keyof typeof storeErrors;

/** All codes of this room, for the documentation test. */
export const storeErrorCodes = Object.keys(storeErrors) as readonly StoreErrorCode[];

export type StoreErrorDetails = Readonly<Record<string, string | number>>;

/** Everything that `store` throws. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly details: StoreErrorDetails;

  constructor(code: StoreErrorCode, details: StoreErrorDetails = {}, options?: ErrorOptions) {
    super(
      storeErrors[code].replace(/\{(\w+)\}/g, (slot, name: string) => String(details[name] ?? slot)),
      options,
    );
    this.name = 'StoreError';
    this.code = code;
    this.details = details;
  }
}

/** Short reason of a caught error: the system's code when it has one, else its message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

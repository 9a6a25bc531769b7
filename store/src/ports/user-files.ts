// Port: files that clients keep for a user, such as workflows (spec http.md 10.1, 10.2). Paths are relative to the user's
// folder, with `/`. Every method rejects with USER_PATH_OUTSIDE when a path leaves that folder, also through a link.

export interface UserEntry {
  /** Relative to the user's folder; empty for the folder itself. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly createdMs: number;
}

export interface FoundUserEntry extends UserEntry {
  /** Absolute path, for readers that need one. */
  readonly localPath: string;
}

export interface UserWriteOptions {
  /** `fail` rejects with USER_FILE_EXISTS. Default `replace`. */
  readonly ifExists?: 'replace' | 'fail';
}

export interface UserListOptions {
  readonly isRecursive: boolean;
  /** Leaves out names that start with a point, and what lies in such folders. */
  readonly skipsHidden: boolean;
}

export interface UserFiles {
  /** What is there; undefined when nothing is. */
  find(userId: string, path: string): Promise<FoundUserEntry | undefined>;
  /**
   * Appears under its name completely or not at all. Creates folders. Rejects with USER_FILE_NAME_UNUSABLE when the name
   * cannot be given to a file.
   */
  write(userId: string, path: string, bytes: Uint8Array, options?: UserWriteOptions): Promise<UserEntry>;
  /** Answers false when there is no such file. Rejects with USER_FILE_NAME_UNUSABLE for a folder. */
  remove(userId: string, path: string): Promise<boolean>;
  /** Gives a file or folder another name, creating folders; undefined when there is nothing to move. */
  move(userId: string, from: string, to: string, options?: UserWriteOptions): Promise<UserEntry | undefined>;
  /** What is in a folder, by code point of the path; undefined when it is missing. A file holds nothing. */
  list(userId: string, folder: string, options: UserListOptions): Promise<UserEntry[] | undefined>;
}

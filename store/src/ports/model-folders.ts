// Port: model files by folder key (spec files.md sections 2 and 3). What nodes see of the folders.

export interface ModelFolders {
  /**
   * Names of all files under a key, relative with `/`, by code point. Answers the same array as long as nothing changed.
   * Aliases are accepted. Rejects with UNKNOWN_MODEL_FOLDER.
   */
  list(key: string): Promise<readonly string[]>;
  /** Absolute path of a file by its listed name; undefined when there is none. A name cannot leave the folders of its key. */
  resolve(key: string, name: string): string | undefined;
}

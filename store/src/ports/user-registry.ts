// Port: who there is on a server with several users (spec http.md section 10).

export interface UserRegistry {
  /** Names by id, in the order in which they were added. Ids that start with `__` are never listed. */
  list(): Promise<ReadonlyMap<string, string>>;
  /** Adds a user and answers the new id. Rejects with USER_NAME_INVALID or USER_NAME_TAKEN. */
  add(name: string): Promise<string>;
  /** Whether anything was ever stored for a user. */
  hasData(userId: string): Promise<boolean>;
}

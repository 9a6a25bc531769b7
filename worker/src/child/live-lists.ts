// Node declarations ask for lists of files synchronously; folders are read asynchronously. This snapshot stands between: it
// learns which lists are asked for, and `refresh` brings exactly these up to date before declarations are evaluated.

export interface LiveLists {
  /** The list as of the last refresh; empty for a list that nobody has asked for before (`refresh` again then). */
  list(key: string): readonly string[];
  /** Reads the lists that are in use. */
  refresh(): Promise<void>;
  /** True when lists were asked for that no refresh has read yet. */
  readonly hasUnread: boolean;
}

/** @param read answers undefined for a list that does not exist. */
export function createLiveLists(read: (key: string) => Promise<readonly string[] | undefined>): LiveLists {
  const lists = new Map<string, readonly string[]>();
  const unread = new Set<string>();
  return {
    list(key) {
      const known = lists.get(key);
      if (known === undefined) unread.add(key);
      return known ?? [];
    },
    async refresh() {
      const keys = [...lists.keys(), ...unread];
      unread.clear();
      const fresh = await Promise.all(keys.map(async key => [key, (await read(key)) ?? []] as const));
      for (const [key, names] of fresh) lists.set(key, names);
    },
    get hasUnread() {
      return unread.size > 0;
    },
  };
}

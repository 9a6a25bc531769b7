// What the sockets count for `/metrics`.

/** Plain numbers that the socket room raises and nobody else writes. */
export interface SocketCounters {
  /** Open now. */
  open: number;
  /** Messages handed to a socket. */
  delivered: number;
  /** Previews that a slow reader never gets, because a newer one or the end of the node overtook them. */
  dropped: number;
}

export function createSocketCounters(): SocketCounters {
  return { open: 0, delivered: 0, dropped: 0 };
}

// What the sockets count for `/metrics`.

/** Plain numbers that the socket room raises and nobody else writes. */
export interface SocketCounters {
  /** Open now. */
  open: number;
  /** Messages handed to a socket. */
  delivered: number;
  /** Messages that no socket will ever get: previews that a newer one overtook, and events that nobody fetched in time. */
  dropped: number;
}

export function createSocketCounters(): SocketCounters {
  return { open: 0, delivered: 0, dropped: 0 };
}

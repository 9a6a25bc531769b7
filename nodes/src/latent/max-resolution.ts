/** Largest side that any node of the reference accepts, in pixels. */
export const MAX_RESOLUTION = 16384;

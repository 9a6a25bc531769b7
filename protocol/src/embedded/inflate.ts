// Unpacks zlib data with what browsers and Node share, and gives up on texts that grow beyond any real workflow.

/** A few kilobytes can unpack to gigabytes. */
const MAX_TEXT_BYTES = 64 * 2 ** 20;

/** The unpacked bytes; undefined for damaged data and for more than 64 MiB. */
export async function inflate(packed: Uint8Array): Promise<Uint8Array | undefined> {
  const stream = new Blob([new Uint8Array(packed)]).stream().pipeThrough(new DecompressionStream('deflate'));
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MAX_TEXT_BYTES) {
        await reader.cancel();
        return undefined;
      }
      chunks.push(value);
    }
  } catch {
    return undefined; // A damaged text counts as none: others of the file may be whole.
  }
  const bytes = new Uint8Array(size);
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}

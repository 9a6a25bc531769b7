// Frames as they stand on the wire (RFC 6455 section 5.2): unmasked, whole, uncompressed. A frame is made once for each event
// and the same bytes are written to every socket that gets it; a thousand sockets cost a thousand writes and nothing else.

const FIN = 0x80;
const OPCODES = { text: 1, binary: 2 } as const;

/** A text message. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = frameOf(OPCODES.text, length);
  frame.write(text, frame.length - length);
  return frame;
}

/** A binary message; the payload is copied. */
export function binaryFrame(payload: Uint8Array): Buffer {
  const frame = frameOf(OPCODES.binary, payload.length);
  frame.set(payload, frame.length - payload.length);
  return frame;
}

/** A frame with its header, the payload still to be filled in at the end. */
function frameOf(opcode: number, length: number): Buffer {
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(2 + lengthBytes + length);
  frame[0] = FIN | opcode;
  frame[1] = lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127;
  if (lengthBytes === 2) frame.writeUInt16BE(length, 2);
  if (lengthBytes === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  return frame;
}

// Every error this room can throw: stable codes, one message template each. Expected outcomes (an invalid prompt id)
// are values instead.

const MESSAGES = {
  JSON_SYNTAX: 'Invalid JSON at position {position} (line {line}, column {column}): {problem}.',
  JSON_TOO_DEEP:
    'JSON is nested deeper than {maxDepth} levels at position {position} (line {line}, column {column}); flatten the document.',
  JSON_UNSUPPORTED_VALUE:
    'Cannot write {what} as JSON; pass null, booleans, numbers, strings, arrays and plain objects only.',
  FRAME_MALFORMED: 'Malformed binary frame of {sizeBytes} bytes: {problem}.',
  MESSAGE_MALFORMED: 'Malformed socket message: {problem}; expected {"type": <string>, "data": <object>}.',
} as const;

export type ProtocolErrorCode = keyof typeof MESSAGES;

/** All codes of this room, for the documentation test. */
export const protocolErrorCodes = Object.keys(MESSAGES) as readonly ProtocolErrorCode[];

export type ErrorDetails = Readonly<Record<string, string | number>>;

/** Base of everything that `protocol` throws. */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ProtocolErrorCode, details: ErrorDetails, options?: ErrorOptions) {
    super(
      MESSAGES[code].replace(/\{(\w+)\}/g, (slot, name: string) => String(details[name] ?? slot)),
      options,
    );
    this.name = 'ProtocolError';
    this.code = code;
    this.details = details;
  }
}

/** A JSON text that cannot be read; `position` is the index of the offending UTF-16 unit. */
export class JsonSyntaxError extends ProtocolError {
  readonly position: number;

  constructor(code: 'JSON_SYNTAX' | 'JSON_TOO_DEEP', details: ErrorDetails & { readonly position: number }) {
    super(code, details);
    this.name = 'JsonSyntaxError';
    this.position = details.position;
  }
}

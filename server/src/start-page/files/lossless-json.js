// JSON whose numbers survive the way through the page: a seed may have 20 digits, and 5 and 5.0 are different to a prompt.
// Numbers that JavaScript would change are kept as their digits.

/** Starts with a character that texts do not use; a text that only looks like a mark stays a text. */
const MARK = '\ue000number:';
const marked = /^\ue000number:(-?[\d.eE+-]+|NaN|-?Infinity)$/;
const tokens = /"(?:[^"\\]|\\.)*"|-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)|NaN/g;

/** A number as it was written. */
export class ExactNumber {
  /** @param {string} digits */
  constructor(digits) {
    this.digits = digits;
  }

  toString() {
    return this.digits;
  }

  toJSON() {
    return MARK + this.digits;
  }
}

/**
 * @param {string} text
 * @returns {any}
 * @throws {SyntaxError}
 */
export function parseJson(text) {
  const safe = text.replace(tokens, token =>
    token.startsWith('"') || (String(Number(token)) === token && Number.isFinite(Number(token)))
      ? token
      : JSON.stringify(MARK + token),
  );
  return JSON.parse(safe, (_key, value) => {
    const digits = typeof value === 'string' ? marked.exec(value)?.[1] : undefined;
    return digits === undefined ? value : new ExactNumber(digits);
  });
}

/** @param {unknown} value */
export function stringifyJson(value) {
  return JSON.stringify(value).replace(/"\ue000number:(-?[\d.eE+-]+|NaN|-?Infinity)"/g, '$1');
}

/** @param {unknown} value */
export function isNumber(value) {
  return typeof value === 'number' || value instanceof ExactNumber;
}

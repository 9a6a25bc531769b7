// Percent decoding as Python does it: escapes that are none stay as they are, bytes that are no UTF-8 become U+FFFD. Names of user
// files are decoded a second time when they still hold a `%` (spec http.md 10.1), and such names are often not encoded at all.

const ESCAPES = /(?:%[0-9a-f]{2})+/gi;

/** Never fails. */
export function unquote(text: string): string {
  return text.replace(ESCAPES, escapes => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'));
}

/** As `unquote`; undefined when escapes are no UTF-8. */
export function unquoteStrictly(text: string): string | undefined {
  const decoded = unquote(text);
  return decoded.includes('\ufffd') && !text.includes('\ufffd') ? undefined : decoded;
}

// `Content-Disposition` as the reference writes it: no disposition word (so the browser shows the file), the name quoted
// (spec http.md 6.3). Header values are Latin-1 bytes; the name is sent as UTF-8 like the reference does.

/** Bytes of the UTF-8 form, one character each: what Node writes unchanged into a header. */
function asHeaderBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** @param disposition `attachment` makes browsers save the file; none shows it. */
export function contentDisposition(filename: string, disposition?: 'attachment'): string {
  const escaped = asHeaderBytes(filename).replace(/[\\"]/g, '\\$&');
  const parameter = `filename="${removeControls(escaped)}"`;
  return disposition === undefined ? parameter : `${disposition}; ${parameter}`;
}

/** A header must not contain line breaks or other controls; names with them exist on disk. */
function removeControls(text: string): string {
  let result = '';
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (code >= 0x20 && code !== 0x7f) result += character;
  }
  return result;
}

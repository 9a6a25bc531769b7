// Which compressions a client takes (`Accept-Encoding`, RFC 9110 section 12.5.3).

const refused = /;\s*q=0(?:\.0*)?\s*$/i;

/** Lower-case names, in the client's order; one of weight 0 is refused and left out. */
export function acceptedEncodings(header: string | string[] | undefined): readonly string[] {
  return String(header ?? '')
    .split(',')
    .flatMap(part => (refused.test(part) ? [] : [(part.split(';', 1)[0] ?? '').trim().toLowerCase()]))
    .filter(name => name !== '');
}

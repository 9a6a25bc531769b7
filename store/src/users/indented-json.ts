// JSON laid out for people: one member a line, 4 spaces a level, ASCII only, as settings files are (spec http.md section 10).
// It re-spaces the text of the lossless writer, so numbers keep their digits.
import { type JsonValue, stringifyPython } from '@snug/protocol';

const INDENT = '    ';

/** Deeper levels are indented no further: a file must not grow with the square of the depth of what was sent. */
const MAX_INDENTED_DEPTH = 32;

/** A document in JSON with a line for each member and item; empty objects and arrays stay on one line. */
export function indentedJson(value: JsonValue): string {
  const text = stringifyPython(value);
  const pieces: string[] = [];
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const mark = text[at] ?? '';
    if (mark === '"') {
      const end = endOfString(text, at);
      pieces.push(text.slice(at, end));
      at = end;
      continue;
    }
    at++;
    if (mark === '{' || mark === '[') {
      const isEmpty = text[at] === '}' || text[at] === ']';
      if (isEmpty) pieces.push(mark + text[at++]);
      else pieces.push(mark + lineBreak(++depth));
    } else if (mark === '}' || mark === ']') pieces.push(lineBreak(--depth) + mark);
    else if (mark === ',') {
      pieces.push(mark + lineBreak(depth));
      at++; // the space behind it
    } else pieces.push(mark);
  }
  return pieces.join('');
}

/** Index behind the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function lineBreak(depth: number): string {
  return `\n${INDENT.repeat(Math.min(depth, MAX_INDENTED_DEPTH))}`;
}

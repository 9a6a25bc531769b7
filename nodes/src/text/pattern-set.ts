// Sets of characters: `[a-z\\d]` and its opposite.
import type { PatternCursor } from './pattern-cursor.ts';
import { PatternError } from './pattern-error.ts';
import { type CaseFolding, type ClassItem, classText, isClassLetter, literalText } from './pattern-text.ts';

/** Reads a set whose opening bracket, at `start`, was read; answers it in JavaScript. */
export function readSet(cursor: PatternCursor, start: number, folding: CaseFolding): string {
  const isNegated = cursor.take('^');
  const items: ClassItem[] = [];
  for (let isFirst = true; isFirst || cursor.peek() !== ']'; isFirst = false) {
    const low = readItem(cursor, start);
    const isRange = cursor.peek() === '-' && cursor.peek(1) !== ']' && cursor.peek(1) !== undefined;
    if (!isRange) {
      items.push(low);
      continue;
    }
    cursor.next();
    const high = readItem(cursor, start);
    if ('kind' in low || 'kind' in high || low.from > high.from) {
      throw new PatternError('bad character range', cursor.at - 3);
    }
    items.push({ from: low.from, to: high.from });
  }
  cursor.next();
  const members = items.map(item =>
    'kind' in item ? `[${classText(item.kind, folding.ascii)}]` : rangeText(item, folding),
  );
  return `[${isNegated ? '^' : ''}${members.join('')}]`;
}

function readItem(cursor: PatternCursor, start: number): ClassItem {
  const at = cursor.at;
  if (cursor.isAtEnd) throw new PatternError('unterminated character set', start);
  const character = cursor.next();
  if (character !== '\\') return single(character);
  const letter = cursor.peek();
  if (letter !== undefined && /[1-7]/.test(letter)) return single(cursor.octal(1, 3) ?? letter);
  cursor.next('unterminated character set');
  return isClassLetter(letter) ? { kind: letter } : single(cursor.escaped(letter ?? '', at));
}

function single(character: string): ClassItem {
  const code = character.codePointAt(0) ?? 0;
  return { from: code, to: code };
}

/** A range, with the other cases of its letters where case does not matter. */
function rangeText({ from, to }: { readonly from: number; readonly to: number }, folding: CaseFolding): string {
  if (from === to) return literalText(String.fromCodePoint(from), folding);
  const plain = `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`;
  if (!folding.ignoreCase) return plain;
  const others: string[] = [];
  for (let code = from; code <= Math.min(to, MAX_FOLDED); code++) {
    const text = literalText(String.fromCodePoint(code), folding);
    if (text.startsWith('[')) others.push(text);
  }
  return plain + others.join('');
}

/** Letters with two cases end before this code point. */
const MAX_FOLDED = 0x1e943;

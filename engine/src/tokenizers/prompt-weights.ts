// Prompt weights: `(text)` is 1.1 times as strong, `(text:1.3)` exactly 1.3, a backslash makes a parenthesis an ordinary
// character. Rules and cases: golden data, section "Tokens". One pass, no recursion: a prompt may nest as deep as it likes.

export interface PromptSegment {
  readonly text: string;
  readonly weight: number;
}

const plainFactor = 1.1;

interface Group {
  readonly weight: number;
  /** Where the text of the group ends: its weight suffix or its closing parenthesis. */
  readonly textEnd: number;
  readonly close: number;
}

/** Splits a prompt into pieces of equal weight, in order; empty pieces are left out. */
export function parsePromptWeights(prompt: string): PromptSegment[] {
  const closings = matchParentheses(prompt);
  const segments: PromptSegment[] = [];
  const open: Group[] = [];
  let text = '';
  let weight = 1;
  /** Surplus closing parentheses outside all groups: each makes one later opening parenthesis an ordinary character. */
  let surplus = 0;
  const flush = (): void => {
    if (text !== '') segments.push({ text, weight });
    text = '';
  };
  for (let index = 0; index < prompt.length; index++) {
    const group = open.at(-1);
    const char = prompt[index];
    const isEscaped = isEscapedParenthesis(prompt, index);
    if (group !== undefined && index === group.textEnd) {
      flush();
      open.pop();
      weight = open.at(-1)?.weight ?? 1;
      index = group.close;
    } else if (isEscaped) {
      text += prompt[++index];
    } else if (char === '(' && surplus === 0) {
      flush();
      const close = closings.get(index);
      if (close === undefined) {
        // Never closed: the rest is ordinary text.
        text = withoutEscapes(prompt.slice(index));
        break;
      }
      const entered = enterGroup(prompt, index, close, weight);
      open.push(entered);
      weight = entered.weight;
    } else {
      if (char === '(') surplus--;
      if (char === ')') surplus++;
      text += char;
    }
  }
  flush();
  return segments;
}

/** A weight counts if it is a number between the last colon and the closing parenthesis, with some text before the colon. */
function enterGroup(prompt: string, start: number, close: number, outer: number): Group {
  let colon = close - 1;
  while (colon > start && !':()'.includes(prompt[colon] as string)) colon--;
  const suffix = prompt.slice(colon + 1, close);
  if (prompt[colon] === ':' && colon > start + 1 && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(suffix)) {
    return { weight: Number(suffix), textEnd: colon, close };
  }
  return { weight: outer * plainFactor, textEnd: close, close };
}

/** Position of the closing parenthesis of each opening one that has one. */
function matchParentheses(prompt: string): Map<number, number> {
  const closings = new Map<number, number>();
  const pending: number[] = [];
  for (let index = 0; index < prompt.length; index++) {
    if (isEscapedParenthesis(prompt, index)) index++;
    else if (prompt[index] === '(') pending.push(index);
    else if (prompt[index] === ')') {
      const start = pending.pop();
      if (start !== undefined) closings.set(start, index);
    }
  }
  return closings;
}

function isEscapedParenthesis(prompt: string, index: number): boolean {
  return prompt[index] === '\\' && (prompt[index + 1] === '(' || prompt[index + 1] === ')');
}

function withoutEscapes(text: string): string {
  return text.replace(/\\([()])/g, '$1');
}

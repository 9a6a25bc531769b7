// Texts with choices (spec files.md 8.2): `/* */` and `//` comments go, each `{a|b|c}` becomes one of its alternatives, which
// may hold choices themselves; `\{` and `\}` are braces. Braces without a partner stay. No recursion, one pass each.

/** Random number in [0, 1), as `Math.random`. */
export type Random = () => number;

/** A part of a text: literal, or a choice between sequences of parts. */
type Part = string | { readonly options: Part[][] };

/** Expands a text; only alternatives that are taken use up random numbers. */
export function expandDynamicPrompt(text: string, random: Random): string {
  const plain = stripComments(text);
  if (!/[{}]/.test(plain)) return plain;
  return write(parse(plain), random);
}

function stripComments(text: string): string {
  const lastClose = text.lastIndexOf('*/');
  let plain = '';
  let position = 0;
  for (let slash = text.indexOf('/'); slash >= 0; ) {
    const end = commentEnd(text, slash, lastClose);
    if (end !== undefined) {
      plain += text.slice(position, slash);
      position = end;
    }
    slash = text.indexOf('/', end ?? slash + 1);
  }
  return plain + text.slice(position);
}

/** Position behind the comment that starts at `start`, if one does. `lastClose` spares searches that would find nothing. */
function commentEnd(text: string, start: number, lastClose: number): number | undefined {
  const second = text[start + 1];
  if (second === '*') return start + 2 <= lastClose ? text.indexOf('*/', start + 2) + 2 : undefined;
  if (second !== '/') return undefined;
  const length = text.slice(start).search(/[\n\r]/);
  return length < 0 ? text.length : start + length;
}

function parse(text: string): Part[] {
  const root: Part[] = [];
  // Open choices, outermost first.
  const open: { options: Part[][] }[] = [];
  const current = (): Part[] => open.at(-1)?.options.at(-1) ?? root;
  for (const [token] of text.matchAll(/\\[{}]|[{|}]|[^\\{|}]+|\\/g)) {
    if (token === '{') open.push({ options: [[]] });
    else if (token === '|' && open.length > 0) open.at(-1)?.options.push([]);
    else if (token === '}' && open.length > 0) {
      const choice = open.pop();
      if (choice !== undefined) current().push(choice);
    } else current().push(token === '\\{' || token === '\\}' ? token.slice(1) : token);
  }
  writeUnclosed(open, root);
  return root;
}

/** What was never closed is no choice; each of these stands in the last alternative of the one before. */
function writeUnclosed(open: readonly { readonly options: readonly Part[][] }[], target: Part[]): void {
  for (const { options } of open) {
    for (const [index, option] of options.entries()) {
      target.push(index === 0 ? '{' : '|');
      for (const part of option) target.push(part);
    }
  }
}

function write(root: readonly Part[], random: Random): string {
  let text = '';
  const stack: { readonly parts: readonly Part[]; next: number }[] = [{ parts: root, next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const part = top.parts[top.next++];
    if (part === undefined) stack.pop();
    else if (typeof part === 'string') text += part;
    else {
      const index = Math.min(Math.floor(random() * part.options.length), part.options.length - 1);
      stack.push({ parts: part.options[index] ?? [], next: 0 });
    }
  }
  return text;
}

// Placeholders of recordings: `<uuid:1>` and the like stand for a value that differs from run to run. Numbered ones are bound at
// the first meeting and must mean the same everywhere; the others only say what kind of value it was.

/** What an unnumbered or not yet bound placeholder may stand for, by its first word. */
const PATTERNS: Readonly<Record<string, string>> = {
  uuid: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  hex32: '[0-9a-f]{32}',
  timestamp: '[-+:.TZ0-9]+',
  bytes: '\\d+',
  n: '-?[0-9.]+',
  port: '\\d+',
  rand5: '[a-z]{5}',
  base: '.+?',
  models: '.+?',
  frontend: '.+?',
  app: '.+?',
  'traceback-entry': '[^]*',
  any: '[^]*',
};

const TOKEN =
  /<(uuid:\d+|hex32:\d+|timestamp|bytes|n|port|rand5|base|models|frontend|app|traceback-entry|any|omitted: [^>]*)>/g;

export class Bindings {
  readonly #values = new Map<string, string>();
  readonly #names = new Map<string, string>();

  /** Says what a placeholder (without its brackets) stands for. */
  bind(name: string, value: string): void {
    this.#values.set(name, value);
    this.#names.set(value, name);
  }

  valueOf(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** A copy to try something on. */
  copy(): Bindings {
    const copy = new Bindings();
    copy.adopt(this);
    return copy;
  }

  /** Takes over what another set has learnt. */
  adopt(other: Bindings): void {
    for (const [name, value] of other.#values) this.bind(name, value);
  }

  /** Puts values in place of placeholders; undefined when one is not bound. */
  fill(text: string): string | undefined {
    let isComplete = true;
    const filled = text.replace(TOKEN, (token, name: string) => {
      const value = this.#values.get(name);
      isComplete &&= value !== undefined;
      return value ?? token;
    });
    return isComplete ? filled : undefined;
  }

  /** True when `actual` is what `recorded` stands for; binds the placeholders that were met for the first time. */
  matches(recorded: string, actual: string): boolean {
    if (!recorded.includes('<')) return recorded === actual;
    if (recorded.startsWith('<omitted: ')) return true;
    const names: string[] = [];
    let end = 0;
    let pattern = '^';
    for (const match of recorded.matchAll(TOKEN)) {
      const name = match[1] ?? '';
      pattern += `${escaped(recorded.slice(end, match.index))}(${this.#patternOf(name)})`;
      names.push(name);
      end = match.index + match[0].length;
    }
    const found = new RegExp(`${pattern}${escaped(recorded.slice(end))}$`).exec(actual);
    return found !== null && names.every((name, index) => this.#accept(name, found[index + 1] ?? ''));
  }

  /** Text with values turned back into their placeholders, for reports. */
  mask(text: string): string {
    let masked = text;
    for (const [value, name] of this.#names) if (value.length > 3) masked = masked.replaceAll(value, `<${name}>`);
    return masked;
  }

  #patternOf(name: string): string {
    const value = this.#values.get(name);
    if (value !== undefined) return escaped(value);
    return PATTERNS[name.replace(/:.*$/, '')] ?? '[^]*';
  }

  #accept(name: string, value: string): boolean {
    if (!name.includes(':') || name.startsWith('omitted')) return true;
    if (this.#values.get(name) === value) return true;
    // Two names for one value would hide that two things have become one.
    if (this.#names.has(value)) return false;
    this.bind(name, value);
    return true;
  }
}

/** True for a recorded text that stands for a number. */
export function standsForNumber(recorded: string): boolean {
  return /^<(timestamp|bytes|n|port|any)>$/.test(recorded) || recorded.startsWith('<omitted: ');
}

/** True for a recorded text that stands for anything. */
export function standsForAnything(recorded: unknown): boolean {
  return recorded === '<any>' || (typeof recorded === 'string' && recorded.startsWith('<omitted: '));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

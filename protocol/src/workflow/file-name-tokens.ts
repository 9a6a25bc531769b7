// Names of files to save may hold tokens that the editor fills in before it submits (spec files.md 5.1): `%date:FORMAT%` and
// `%NODE.WIDGET%`. All others, such as `%width%`, are the server's.
import type { JsonValue } from '../lossless-json/json-value.ts';
import { stringifyLossless } from '../lossless-json/stringify-lossless.ts';

/** Classes whose `filename_prefix` has tokens. */
const SAVING_CLASSES: ReadonlySet<string> = new Set([
  'SaveImage',
  'SaveImageAdvanced',
  'SaveSVGNode',
  'SaveVideo',
  'SaveAnimatedWEBP',
  'SaveWEBM',
  'SaveGLB',
  'SaveAnimatedPNG',
  'CLIPSave',
  'VAESave',
  'ModelSave',
  'LoraSave',
  'SaveLatent',
]);

export function hasFileNameTokens(classType: string, input: string): boolean {
  return input === 'filename_prefix' && (SAVING_CLASSES.has(classType) || classType.startsWith('SaveAudio'));
}

/**
 * Fills in the tokens.
 * @param options.now what `%date:…%` shows, in local time.
 * @param options.widgetValue value of a widget of the node that is called so; undefined leaves the token.
 */
export function fillFileNameTokens(
  text: string,
  options: {
    readonly now: Date;
    readonly widgetValue: (node: string, widget: string) => JsonValue | undefined;
  },
): string {
  return text.replace(/%([^%]+)%/g, (token, content: string) => {
    if (content.startsWith('date:')) return formatDate(content.slice('date:'.length), options.now);
    const dot = content.indexOf('.');
    if (dot < 0) return token;
    const value = options.widgetValue(content.slice(0, dot), content.slice(dot + 1));
    return value === undefined ? token : asFileName(value);
  });
}

function formatDate(format: string, now: Date): string {
  const parts: Readonly<Record<string, number>> = {
    d: now.getDate(),
    h: now.getHours(),
    m: now.getMinutes(),
    M: now.getMonth() + 1,
    s: now.getSeconds(),
  };
  return format.replace(/yyyy|yy|MM?|dd?|hh?|mm?|ss?/g, part => {
    if (part.startsWith('y')) return String(now.getFullYear()).slice(-part.length);
    return String(parts[part[0] ?? '']).padStart(part.length, '0');
  });
}

function asFileName(value: JsonValue): string {
  const text = typeof value === 'string' ? value : stringifyLossless(value);
  return text.replace(/[/?<>\\:*|"\p{Cc}]/gu, '_');
}

// Building blocks of the configuration schema: each setting is a zod schema that carries, as metadata, how it is written
// on the command line. Flags, environment variables and file keys are all derived from the key of the schema.
import { z } from 'zod';

/** How many words follow a flag: none, one, at most one, one or more, any number. */
export type Arity = 'none' | 'one' | 'optional' | 'many' | 'any';

export interface SettingMeta {
  readonly arity: Arity;
  readonly description: string;
  /** Word shown in the help for the value. */
  readonly value?: string;
  /** What a flag without a value means. */
  readonly bare?: string;
}

/** Attaches the command-line form to a schema. */
export function setting<T extends z.ZodType>(schema: T, meta: SettingMeta): T {
  return schema.meta({ snug: meta }) as T;
}

export function settingMeta(schema: z.ZodType): SettingMeta {
  return schema.meta()?.['snug'] as SettingMeta;
}

/** `previewSize` -> `--preview-size`. */
export function flagOf(key: string): string {
  return `--${words(key).join('-')}`;
}

/** `previewSize` -> `SNUG_PREVIEW_SIZE`. */
export function environmentNameOf(key: string): string {
  return `SNUG_${words(key).join('_').toUpperCase()}`;
}

function words(key: string): string[] {
  return key.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`).split(' ');
}

/** Numbers may arrive as text from flags and the environment. */
export function fromText(value: unknown): unknown {
  return typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
}

export function integer(range: { min: number; max?: number }) {
  const schema = z.int('must be a whole number').min(range.min, `must be at least ${range.min}`);
  return z.preprocess(
    fromText,
    range.max === undefined ? schema : schema.max(range.max, `must be at most ${range.max}`),
  );
}

export function positiveNumber() {
  return z.preprocess(fromText, z.number('must be a number').positive('must be greater than 0'));
}

/** `true`, `1`, `yes`, `on` and their opposites, as text or as a boolean. */
export function truth() {
  return z.union([z.boolean(), z.stringbool()], 'must be true or false');
}

/** Several words: an array, or text split at `separator`. */
export function list(separator: string) {
  return z.preprocess(
    value =>
      (Array.isArray(value) ? value : [value]).flatMap(part =>
        typeof part === 'string'
          ? part
              .split(separator)
              .map(word => word.trim())
              .filter(word => word !== '')
          : [part],
      ),
    z.array(z.string('must be text')).min(1, 'must not be empty'),
  );
}

export function text() {
  return z.string('must be text').trim().min(1, 'must not be empty');
}

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, `must be one of ${values.join(', ')}`);
}

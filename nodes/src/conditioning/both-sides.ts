// Options that go onto the positive and the negative conditioning alike, or onto the end of a list that each of them carries.
import { type Conditioning, type ConditioningOptions, withConditioningOptions } from '@snug/engine';

export interface BothSides {
  readonly positive: Conditioning;
  readonly negative: Conditioning;
}

/** Positive and negative, both with further options. */
export function withBoth(
  { positive, negative }: BothSides,
  options: ConditioningOptions,
): [Conditioning, Conditioning] {
  return [withConditioningOptions(positive, options), withConditioningOptions(negative, options)];
}

/** Each entry with one more value in the list under `key`. */
export function withAppended(conditioning: Conditioning, key: string, value: unknown): Conditioning {
  return conditioning.map(([embedding, options]) => {
    const known = Array.isArray(options[key]) ? options[key] : [];
    return [embedding, { ...options, [key]: [...known, value] }] as const;
  });
}

import { describe, expect, it } from 'vitest';
import { featureFlagValues, isFeatureFlag } from './feature-flag-values.ts';

describe('feature flags of the command line', () => {
  it('are true without a value, and else what their value looks like', () => {
    const flags = ['a', 'b=false', 'c=12', 'd=1.5', 'e=text=more', 'f=', 'g=null', 'h=007', 'a=0'];
    expect(featureFlagValues(flags)).toEqual({
      a: 0,
      b: false,
      c: 12,
      d: 1.5,
      e: 'text=more',
      f: '',
      g: null,
      h: '007',
    });
  });

  it('need a name', () => {
    expect(['show_signin_button', 'x.y-z=1', '=1', '', '1a', 'a b'].map(isFeatureFlag)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

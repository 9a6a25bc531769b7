import { describe, expect, it } from 'vitest';
import { conditioningOf, type ExpressionValues } from './conditioning-expression.ts';

const values: ExpressionValues = {
  tensor: name => ({
    data: Float32Array.of(name.charCodeAt(0), 1),
    dims: name === 'mask' ? [1, 1, 2] : [1, 1, 2],
  }),
  number: name => ({ W: 128, H: 96 })[name],
};
const options = (text: string) => conditioningOf(text, values).map(([, entry]) => entry);

describe('a conditioning expression', () => {
  it('is a name, perhaps with a remark', () => {
    expect(conditioningOf('A', values)).toEqual([[values.tensor('A'), {}]]);
    expect(conditioningOf('C has 5 tokens, N has 3', values)).toEqual([[values.tensor('C'), {}]]);
    expect(conditioningOf('C(5 tokens)', values)).toEqual([[values.tensor('C'), {}]]);
  });

  it('may be empty', () => {
    expect(conditioningOf('[] (no entries)', values)).toEqual([]);
  });

  it('combines, nests and calculates', () => {
    expect(options('combine(B, area(A,w=W/2,h=H,x=W/2,y=0,s=1.5))')).toEqual([
      {},
      { area: [12, 8, 0, 8], strength: 1.5, set_area_to_bounds: false },
    ]);
    expect(options('setMask(areaPercentage(A,w=0.4,h=0.5,x=0.3,y=0.2,s=0.8),1-mask,mask bounds,0.7)')[0]).toMatchObject(
      {
        area: ['percentage', 0.5, 0.4, 0.2, 0.3],
        strength: 0.8,
        set_area_to_bounds: true,
        mask_strength: 0.7,
      },
    );
  });

  it('ignores prose after a call', () => {
    expect(options('range(A,0.2,0.6) only: steps outside have nothing')).toEqual([
      { start_percent: 0.2, end_percent: 0.6 },
    ]);
  });

  it('cannot have a word for a number', () => {
    expect(() => options('setAreaStrength(A, much)')).toThrow('"much" is no number');
  });
});

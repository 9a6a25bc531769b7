// The ways in which a second picture is laid over a first one. Formulas: W3C Compositing and Blending Level 1, section 10;
// `difference` keeps its sign (golden data, case ImageBlend_05).

export const blendModes = ['normal', 'multiply', 'screen', 'overlay', 'soft_light', 'difference'] as const;
export type BlendMode = (typeof blendModes)[number];

const formulas: Readonly<Record<BlendMode, (below: number, above: number) => number>> = {
  normal: (_, above) => above,
  multiply: (below, above) => below * above,
  screen: (below, above) => 1 - (1 - below) * (1 - above),
  overlay: (below, above) => (below <= 0.5 ? 2 * below * above : 1 - 2 * (1 - below) * (1 - above)),
  soft_light: (below, above) =>
    above <= 0.5 ? below - (1 - 2 * above) * below * (1 - below) : below + (2 * above - 1) * (lightened(below) - below),
  difference: (below, above) => below - above,
};

function lightened(value: number): number {
  return value <= 0.25 ? ((16 * value - 12) * value + 4) * value : Math.sqrt(value);
}

export interface BlendArgs {
  readonly below: Float32Array;
  /** As long as `below`, or one picture for all. */
  readonly above: Float32Array;
  readonly target: Float32Array;
  /** Values of a row. */
  readonly inner: number;
  readonly mode: BlendMode;
  readonly factor: number;
}

export function blendRows(args: BlendArgs, first: number, last: number): void {
  const { below, above, target, inner, mode, factor } = args;
  const formula = formulas[mode];
  const offset = above.length;
  for (let i = first * inner, j = i % offset; i < last * inner; i++, j++) {
    if (j === offset) j = 0;
    const value = below[i]! * (1 - factor) + formula(below[i]!, above[j]!) * factor;
    target[i] = value < 0 ? 0 : Math.min(value, 1);
  }
}

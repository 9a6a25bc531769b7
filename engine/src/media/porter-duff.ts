// Compositing of two pictures by their alphas: T. Porter and T. Duff, "Compositing Digital Images" (1984), with the blend modes
// that graphics libraries put beside the twelve operators. Colours are multiplied by alpha first, combined, and divided again.
import type { Tensor } from '../tensor/tensor.ts';

/** Values of one place: colours already multiplied by alpha. */
interface Place {
  readonly source: number;
  readonly sourceAlpha: number;
  readonly destination: number;
  readonly destinationAlpha: number;
}

interface Mode {
  /** Resulting alpha. */
  alpha(sourceAlpha: number, destinationAlpha: number): number;
  /** Resulting colour, multiplied by alpha. */
  color(place: Place): number;
}

const union = (s: number, d: number): number => s + d - s * d;
const clamp = (value: number): number => Math.min(Math.max(value, 0), 1);

/** Operators that weigh both sides by what each alpha leaves of the other. */
function weighted(ofSource: (d: number) => number, ofDestination: (s: number) => number): Mode {
  return {
    alpha: (s, d) => s * ofSource(d) + d * ofDestination(s),
    color: ({ source, sourceAlpha, destination, destinationAlpha }) =>
      source * ofSource(destinationAlpha) + destination * ofDestination(sourceAlpha),
  };
}

/** Modes that blend where both are, and keep each side where it is alone. */
function blended(blend: (place: Place) => number): Mode {
  return {
    alpha: union,
    color: place =>
      place.source * (1 - place.destinationAlpha) + place.destination * (1 - place.sourceAlpha) + blend(place),
  };
}

const [none, all] = [() => 0, () => 1];
const inside = (alpha: number): number => alpha;
const outside = (alpha: number): number => 1 - alpha;

const modes = {
  ADD: {
    alpha: (s, d) => clamp(s + d),
    color: ({ source, destination }) => clamp(source + destination),
  },
  CLEAR: weighted(none, none),
  DARKEN: blended(({ source, destination }) => Math.min(source, destination)),
  DST: weighted(none, all),
  DST_ATOP: weighted(outside, inside),
  DST_IN: weighted(none, inside),
  DST_OUT: weighted(none, outside),
  DST_OVER: weighted(outside, all),
  LIGHTEN: blended(({ source, destination }) => Math.max(source, destination)),
  MULTIPLY: {
    alpha: (s, d) => s * d,
    color: ({ source, destination }) => source * destination,
  },
  // The bright half takes each colour from the other side's alpha, as the reference does; the textbook takes it from its own.
  OVERLAY: {
    alpha: union,
    color: ({ source, sourceAlpha, destination, destinationAlpha }) =>
      2 * destination < destinationAlpha
        ? 2 * source * destination
        : sourceAlpha * destinationAlpha - 2 * (destinationAlpha - source) * (sourceAlpha - destination),
  },
  SCREEN: {
    alpha: union,
    color: ({ source, destination }) => union(source, destination),
  },
  SRC: weighted(all, none),
  SRC_ATOP: weighted(inside, outside),
  SRC_IN: weighted(inside, none),
  SRC_OUT: weighted(outside, none),
  SRC_OVER: weighted(all, outside),
  XOR: weighted(outside, outside),
} as const satisfies Record<string, Mode>;

export type PorterDuffMode = keyof typeof modes;
export const porterDuffModes = Object.keys(modes) as readonly PorterDuffMode[];

export interface PorterDuffInputs {
  /** [batch, height, width, channels] */
  readonly source: Tensor;
  /** [batch, height, width]; 1 = opaque. */
  readonly sourceAlpha: Tensor;
  readonly destination: Tensor;
  readonly destinationAlpha: Tensor;
}

/** Composites images of one size; answers the picture and its alpha. A place without alpha is black. */
export function porterDuff(
  inputs: PorterDuffInputs,
  name: PorterDuffMode,
): { readonly image: Tensor; readonly alpha: Tensor } {
  const { source, sourceAlpha, destination, destinationAlpha } = inputs;
  const mode: Mode = modes[name];
  const channels = source.dims[3] ?? 1;
  const alpha = new Float32Array(sourceAlpha.data.length);
  const image = new Float32Array(alpha.length * channels);
  for (let i = 0; i < alpha.length; i++) {
    const [s, d] = [sourceAlpha.data[i]!, destinationAlpha.data[i]!];
    // Alphas that were resized may lie a little outside of 0..1, and stay so.
    const result = mode.alpha(s, d);
    alpha[i] = result;
    for (let at = i * channels; at < (i + 1) * channels; at++) {
      const place = {
        source: source.data[at]! * s,
        sourceAlpha: s,
        destination: destination.data[at]! * d,
        destinationAlpha: d,
      };
      image[at] = result <= SMALLEST_ALPHA ? 0 : clamp(mode.color(place) / result);
    }
  }
  return { image: { data: image, dims: source.dims }, alpha: { data: alpha, dims: sourceAlpha.dims } };
}

/** Below it a colour cannot be told any more. */
const SMALLEST_ALPHA = 1e-5;

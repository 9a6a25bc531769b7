// Rules that change the negative estimate before it is guided away from. CFG-Zero* (Fan et al., "CFG-Zero*: Improved
// Classifier-Free Guidance for Flow Matching Models", 2025, equation 8) scales it to fit the positive one best; tangential damping
// (Kwon et al., "TCFG: Tangential Damping Classifier-Free Guidance", 2025, section 3.3) keeps only its part along the direction
// that both predictions share. Both compare what the network says is noise: x minus the estimate.
import type { GuidancePatch } from '../../models/guidance-patch.ts';
import { guideAway } from './classifier-free.ts';
import { dot, perItem } from './items.ts';

export function optimallyScaledGuidance(): GuidancePatch {
  return {
    name: 'CFGZeroStar',
    start: () => ({
      combine: ({ positive, negative }, { x, cfg }) =>
        perItem(x, [x.data, positive, negative], (noisy, towards, away) => {
          const noise = difference(noisy, away);
          const square = dot(noise, noise);
          const scale = square === 0 ? 1 : dot(difference(noisy, towards), noise) / square;
          return guideAway(
            towards,
            away.map(value => value * scale),
            cfg,
          );
        }),
    }),
  };
}

export function tangentialGuidance(): GuidancePatch {
  return {
    name: 'TCFG',
    start: () => ({
      before: ({ positive, negative }, { x }) => ({
        positive,
        negative:
          negative &&
          perItem(x, [x.data, positive, negative], (noisy, towards, away) => {
            const noise = difference(noisy, away);
            const shared = principalDirection(difference(noisy, towards), noise);
            const length = dot(noise, shared);
            return noisy.map((value, i) => value - length * shared[i]!);
          }),
      }),
    }),
  };
}

/** Unit vector along which two vectors have the greatest sum of squares: the first right singular vector of the two as rows. */
function principalDirection(a: Float32Array, b: Float32Array): Float32Array {
  // Eigenvector of the 2x2 matrix of products, in the basis of a and b.
  const angle = Math.atan2(2 * dot(a, b), dot(a, a) - dot(b, b)) / 2;
  const [first, second] = [Math.cos(angle), Math.sin(angle)];
  const direction = a.map((value, i) => first * value + second * b[i]!);
  const length = Math.sqrt(dot(direction, direction));
  return length === 0 ? direction : direction.map(value => value / length);
}

function difference(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - b[i]!);
}

// One step of an ancestral process from `sigma` to `sigmaNext`: integrate down to a lower level than asked, then add
// fresh noise to come back up. DDPM's posterior generalised by eta (Song et al. 2020; k-diffusion). For rectified flow
// the signal must be rescaled too, because (1 - sigma) * latent shrinks with the noise level: x' = signal * x + up *
// noise has level sigmaNext again.

const f32 = Math.fround;

export interface AncestralStep {
  /** Level to integrate to. */
  readonly down: number;
  /** Amount of fresh noise. */
  readonly up: number;
  /** Factor of x before the noise is added; 1 unless the model is a flow. */
  readonly signal: number;
}

export function ancestralStep(sigma: number, sigmaNext: number, eta: number, isFlow: boolean): AncestralStep {
  if (eta === 0) return { down: sigmaNext, up: 0, signal: 1 };
  return isFlow ? flowStep(sigma, sigmaNext, eta) : explodingStep(sigma, sigmaNext, eta);
}

/**
 * In 32 bits as tensors are: from a very high sigma, `down` is what rounding leaves of the difference of two near
 * squares.
 */
function explodingStep(sigma: number, sigmaNext: number, eta: number): AncestralStep {
  const [square, squareNext] = [f32(sigma ** 2), f32(sigmaNext ** 2)];
  const posterior = f32(Math.sqrt(f32(f32(squareNext * f32(square - squareNext)) / square)));
  // From infinitely high nothing is known of the old noise: the whole level is new, whatever eta is.
  const up = Number.isFinite(square) ? Math.min(sigmaNext, f32(eta * posterior)) : sigmaNext;
  return { down: f32(Math.sqrt(f32(squareNext - f32(up ** 2)))), up, signal: 1 };
}

function flowStep(sigma: number, sigmaNext: number, eta: number): AncestralStep {
  const down = sigmaNext * (1 + (sigmaNext / sigma - 1) * eta);
  const signal = (1 - sigmaNext) / (1 - down);
  return { down, up: Math.sqrt(sigmaNext ** 2 - (down * signal) ** 2), signal };
}

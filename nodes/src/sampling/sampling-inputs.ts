// Inputs that nodes of the sampling family have in common; ranges are those of the reference's /object_info.

/** Seeds are unsigned 64-bit integers. */
const MAX_SEED = 0xffff_ffff_ffff_ffffn;
export const MAX_STEPS = 10_000;

export const seedOptions = { default: 0, min: 0, max: MAX_SEED, control_after_generate: true, big: true } as const;
export const stepsOptions = { default: 20, min: 1, max: MAX_STEPS } as const;
export const cfgOptions = { default: 8, min: 0, max: 100, step: 0.1, round: 0.01 } as const;

/** Share of the denoising. */
export const denoiseOptions = { default: 1, min: 0, max: 1, step: 0.01 } as const;

/** A float that is not rounded to its step. */
export const exact = <const O extends object>(options: O): O & { readonly step: 0.01; readonly round: false } => ({
  ...options,
  step: 0.01,
  round: false,
});

/** Factors of noise. */
export const etaOptions = exact({ default: 1, min: 0, max: 100 });

/** Ends of a schedule; the defaults are those of SD 1.x. */
export const sigmaMaxOptions = exact({ default: 14.614642, min: 0, max: 5000 });
export const sigmaMinOptions = exact({ default: 0.0291675, min: 0, max: 5000 });

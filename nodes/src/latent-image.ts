// Where node families that were written earlier look for the limit.
export { MAX_RESOLUTION } from './latent/max-resolution.ts';

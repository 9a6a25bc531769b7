// Versions that the product reports.
import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../package.json') as { version: string };

export const snugVersion: string = manifest.version;

/** Release of the reference whose behaviour the local surface follows (spec decisions.md 1); clients gate features on it. */
export const referenceVersion = '0.33.1';

// Starts a worker thread from a module of this room: the compiled file of a build, or, where sources run (tests, development), the
// TypeScript file with tsx to read it.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** @param module location of the module without its extension: `new URL('./thread', import.meta.url)` */
export function startThread(module: URL): Worker {
  if (import.meta.url.endsWith('.js')) return new Worker(new URL(`${module.href}.js`));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'));
  const loader = JSON.stringify(new URL('dist/esm/api/index.mjs', tsx));
  const entry = JSON.stringify(new URL(`${module.href}.ts`));
  const script = `import(${loader}).then(({ register }) => register()).then(() => import(${entry}));`;
  return new Worker(script, { eval: true, execArgv: [] });
}

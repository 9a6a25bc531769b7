// The testing nodes in the custom_nodes folder of a server: a small package that names the modules that the build makes of
// testkit/testing-nodes. They stay where they are, because there they find the same node contract as the server.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const built = fileURLToPath(new URL('../../testkit/dist/testing-nodes/testing-pack.js', import.meta.url));

/** @throws Error when the project is not built. */
export async function installTestingPack(customNodes: string): Promise<void> {
  if (!existsSync(built)) throw new Error(`${built} is missing; run "npm run build" first`);
  const pack = join(customNodes, 'testing-nodes');
  await mkdir(pack, { recursive: true });
  await writeFile(join(pack, 'package.json'), JSON.stringify({ type: 'module', main: 'index.js' }));
  await writeFile(join(pack, 'index.js'), `export { createPack } from ${JSON.stringify(pathToFileURL(built).href)};\n`);
}

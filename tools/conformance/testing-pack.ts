// The testing nodes as a node pack that a built server can load: compiled beside their sources (so that they find the same node
// contract as the server) and named by a small package in custom_nodes.
import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const sources = join(repository, 'testkit', 'testing-nodes');
const compiled = join(repository, 'testkit', 'dist', 'testing-nodes');
const compiler = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
const project = join(repository, 'tools', 'conformance', 'testing-pack.tsconfig.json');

/** Puts the pack into a custom_nodes folder; compiles it first when its sources are newer. */
export async function installTestingPack(customNodes: string): Promise<void> {
  const pack = join(customNodes, 'testing-nodes');
  await mkdir(pack, { recursive: true });
  const url = pathToFileURL(join(await compileTestingPack(), 'testing-pack.js')).href;
  await writeFile(join(pack, 'package.json'), JSON.stringify({ type: 'module', main: 'index.js' }));
  await writeFile(join(pack, 'index.js'), `export { createPack } from ${JSON.stringify(url)};\n`);
}

/** @returns The folder of the compiled modules. */
async function compileTestingPack(): Promise<string> {
  if ((await newest(compiled)) > (await newest(sources))) return compiled;
  // Another process may be compiling, too: each has its own folder until it is complete.
  const building = `${compiled}-${process.pid}`;
  await promisify(execFile)(process.execPath, [compiler, '-p', project, '--outDir', building]);
  const old = `${building}-old`;
  await mkdir(dirname(compiled), { recursive: true });
  await rename(compiled, old).catch(() => undefined); // There is none yet.
  await rename(building, compiled).catch(() => rm(building, { recursive: true })); // The other process was faster.
  await rm(old, { recursive: true, force: true });
  return compiled;
}

/** Time of the newest file; 0 for a folder that does not exist. */
async function newest(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const times = await Promise.all(names.map(async name => (await stat(join(folder, name))).mtimeMs));
  return Math.max(0, ...times);
}

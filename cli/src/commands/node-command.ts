// `snug node init`: the first node of an author. The work is in `init-pack.ts`.
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { loadConfig } from '../config.ts';

interface InitFlags {
  readonly directory?: string;
  readonly baseDirectory?: string;
  readonly typescript?: true;
}

export function nodeCommand(): Command {
  return new Command('node').description('Work on node packs.').addCommand(initCommand());
}

function initCommand(): Command {
  return new Command('init')
    .description('Make a node pack with one tested example node.')
    .argument('<name>', 'folder and package name, for example my-nodes')
    .option('--directory <folder>', 'parent of the new folder (default: custom_nodes in the base folder)')
    .option('--base-directory <folder>', 'base folder of the server (default: as for serve)')
    .addOption(new Option('--typescript', 'write it in TypeScript, compiled once').conflicts('javascript'))
    .addOption(new Option('--javascript', 'write it in JavaScript with types in comments (default)'))
    .action(async (name: string, { directory, baseDirectory, typescript }: InitFlags) => {
      const base = loadConfig({ flags: { baseDirectory } }).baseDirectory ?? '.';
      const { initPack } = await import('../init-pack.ts');
      const folder = await initPack({
        name,
        directory: directory ?? join(base, 'custom_nodes'),
        language: typescript ? 'typescript' : 'javascript',
      });
      console.error('Made a node pack. Its README.md says what is what; its test runs with "npm test".');
      console.log(folder);
    });
}

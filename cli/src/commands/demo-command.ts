// `snug demo`: the first picture of a newcomer. The work is in `draw-demo.ts`.
import { Command } from 'commander';
import type { DemoFlags } from '../draw-demo.ts';

export function demoCommand(): Command {
  return new Command('demo')
    .description('Draw a picture with the bundled demo checkpoint.')
    .argument('[text]', 'what to draw, for example "a penguin on a blue background"')
    .option('--seed <number>', 'start from other noise')
    .option('--output <folder>', 'where the picture goes', 'output')
    .action(async (text: string | undefined, flags: DemoFlags) => {
      const { drawDemo } = await import('../draw-demo.ts');
      await drawDemo(text, flags);
    });
}

#!/usr/bin/env node
// Entry of the `snug` command. Loads no room: what a command needs is imported when it runs.
import module from 'node:module';

// Compiled code is kept between starts where Node can do that (22.8 and newer).
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
const { runProgram } = await import('./program.ts');

process.exitCode = await runProgram(process.argv.slice(2));

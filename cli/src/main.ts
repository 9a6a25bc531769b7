#!/usr/bin/env node
// Entry of the `snug` command. Loads no room: what a command needs is imported when it runs.
import { runProgram } from './program.ts';

process.exitCode = await runProgram(process.argv.slice(2));

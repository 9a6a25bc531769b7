// Nobody imports this room: it is the composition root. The list below is what tools and tests of the repository need.
export { type Config, configKeys, configShape, loadConfig } from './config.ts';
export { CliError, type CliErrorCode, cliErrorMessages } from './errors.ts';

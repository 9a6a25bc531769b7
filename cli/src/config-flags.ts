// The command-line side of the configuration: commander options made from the schema, and back.
import { type Command, Option } from 'commander';
import { type ConfigKey, configKeys, configSchema, configShape, type RawConfig } from './config.ts';
import { type Arity, flagOf, type SettingMeta, settingMeta } from './setting.ts';

const valueForms: Readonly<Record<Arity, (value: string) => string>> = {
  none: () => '',
  one: value => ` <${value}>`,
  optional: value => ` [${value}]`,
  many: value => ` <${value}...>`,
  any: value => ` [${value}...]`,
};

const footer = `
Every setting can also be given in the environment (--preview-size as SNUG_PREVIEW_SIZE) or in the file named by --config or
SNUG_CONFIG (as "previewSize"). Flags go before the environment, that before the file.`;

/** Adds a flag for every setting, and `--config`. */
export function addConfigFlags(command: Command): Command {
  const defaults = configSchema.parse({});
  for (const key of configKeys) {
    command.addOption(optionFor(key, settingMeta(configShape[key]), defaults[key]));
  }
  return command
    .option('--config <file>', 'JSON file with settings, for example {"port": 8200}.')
    .addHelpText('after', footer);
}

/** Picks the settings out of what commander parsed; other options are left out. */
export function configFlags(options: Readonly<Record<string, unknown>>): RawConfig {
  return Object.fromEntries(
    configKeys.map(key => [key, options[key] === true ? (settingMeta(configShape[key]).bare ?? true) : options[key]]),
  );
}

/** The default only explains: it is the lowest layer of the configuration, not a flag that was given. */
function optionFor(key: ConfigKey, meta: SettingMeta, fallback: unknown): Option {
  const flags = flagOf(key) + valueForms[meta.arity](meta.value ?? 'value');
  const note = fallback === undefined || fallback === false ? '' : ` Default: ${String(fallback)}.`;
  return new Option(flags, meta.description + note);
}

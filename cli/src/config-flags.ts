// The command-line side of the configuration: commander options made from the schema, and back.
import { type Command, Option } from 'commander';
import { type ConfigKey, configKeys, configShape, type RawConfig } from './config.ts';
import { type Arity, flagOf, type SettingMeta, settingMeta } from './setting.ts';

const valueForms: Readonly<Record<Arity, (value: string) => string>> = {
  none: () => '',
  one: value => ` <${value}>`,
  optional: value => ` [${value}]`,
  many: value => ` <${value}...>`,
  any: value => ` [${value}...]`,
};

/** Adds a flag for every setting, and `--config`. */
export function addConfigFlags(command: Command, keys: readonly ConfigKey[] = configKeys): Command {
  for (const key of keys) {
    command.addOption(optionFor(key, settingMeta(configShape[key])));
  }
  return command.option('--config <file>', 'JSON file with settings, for example {"port": 8200}.');
}

/** Picks the settings out of what commander parsed; other options are left out. */
export function configFlags(options: Readonly<Record<string, unknown>>): RawConfig {
  return Object.fromEntries(configKeys.map(key => [key, options[key]]));
}

function optionFor(key: ConfigKey, meta: SettingMeta): Option {
  const option = new Option(flagOf(key) + valueForms[meta.arity](meta.value ?? 'value'), meta.description);
  return meta.bare === undefined ? option : option.preset(meta.bare);
}

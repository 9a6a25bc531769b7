// docs/flags.md is made from the configuration schema and the table of the reference's flags that have no effect here.
import { configKeys, configSchema, configShape } from '../../cli/src/config.ts';
import { referenceFlags } from '../../cli/src/reference-flags.ts';
import { environmentNameOf, flagOf, settingMeta } from '../../cli/src/setting.ts';

const HEADER = `# Flags

Every setting of \`snug serve\` and \`snug run\`. It can be given as a flag, in the environment, or in a JSON file named by \`--config\` or \`SNUG_CONFIG\` (\`--preview-size\` is \`"previewSize"\` there). Flags go before the environment, that before the file. A flag that neither table knows ends the program with status 2 and a suggestion.

| flag | environment | default | what it does |
|---|---|---|---|
`;

const IGNORED_HEADER = `
## Flags of the reference without an effect

Launch scripts written for ComfyUI keep working: these flags are accepted with their values, and a line in the log says why each has no effect. A \`*\` stands for any letters.

| flag | why |
|---|---|
`;

/** @returns The page as Markdown. */
export function flagPage(): string {
  const defaults = configSchema.parse({});
  const own = configKeys.map(key => {
    const { arity, value, description } = settingMeta(configShape[key]);
    const argument = arity === 'none' ? '' : ` ${arity === 'optional' || arity === 'any' ? `[${value}]` : value}`;
    const fallback = defaults[key];
    const shown = fallback === undefined || fallback === false ? '' : `\`${String(fallback)}\``;
    return row(`\`${flagOf(key)}${argument}\``, `\`${environmentNameOf(key)}\``, shown, description);
  });
  const reasons = [...new Set(referenceFlags.map(({ why }) => why))];
  const others = reasons.map(reason => {
    const names = referenceFlags.filter(({ why }) => why === reason).map(({ name }) => `\`--${name}\``);
    return row(names.join(', '), reason);
  });
  return `${HEADER}${own.join('')}${IGNORED_HEADER}${others.join('')}\nThis page is generated (\`npm run docs\`).\n`;
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

// Translations of all packs in one document (spec http.md 7.6): `locales/<lang>/main.json` at the top of its language, the
// other three files below their names. Where two packs translate the same text, the one loaded later wins.
import { join } from 'node:path';
import { isPlainObject } from '@snug/protocol';
import type { Logger } from '../logger.ts';
import type { NodePackFolder } from '../server-options.ts';
import { foldersBelow, readJsonBelow } from './pack-files.ts';

const SECTIONS = ['nodeDefs', 'commands', 'settings'] as const;

type Texts = Record<string, unknown>;

/** Language to its texts. */
export async function packTranslations(packs: readonly NodePackFolder[], logger: Logger): Promise<Readonly<Texts>> {
  const merged: Texts = Object.create(null);
  const perPack = await Promise.all(packs.map(({ folder }) => (folder === null ? {} : translationsOf(folder, logger))));
  for (const languages of perPack) mergeInto(merged, languages);
  return merged;
}

async function translationsOf(packFolder: string, logger: Logger): Promise<Texts> {
  const locales = join(packFolder, 'locales');
  const languages: Texts = Object.create(null);
  for (const language of await foldersBelow(locales)) {
    const read = (name: string): Promise<unknown> => readJsonBelow(locales, `${language}/${name}.json`, logger);
    const [main, ...sections] = await Promise.all(['main', ...SECTIONS].map(read));
    const texts: Texts = Object.create(null);
    if (isPlainObject(main)) mergeInto(texts, main);
    for (const [index, name] of SECTIONS.entries()) {
      const section = sections[index];
      if (isPlainObject(section)) mergeInto(texts, { [name]: section });
    }
    if (Object.keys(texts).length > 0) languages[language] = texts;
  }
  return languages;
}

/** Objects are merged, everything else is replaced. The objects of `source` are copied, and no key is special. */
function mergeInto(target: Texts, source: Readonly<Texts>): void {
  for (const [key, value] of Object.entries(source)) {
    if (!isPlainObject(value)) {
      target[key] = value;
      continue;
    }
    const known = target[key];
    const inner: Texts = isPlainObject(known) ? known : Object.create(null);
    mergeInto(inner, value);
    target[key] = inner;
  }
}

// How loaders name a file: by a text that may carry a folder and a place (spec files.md section 4). The option list is only a
// convenience: any file of input, output or temp may be named, so a validator asks for the file itself.
import { type FileReference, parseAnnotatedName } from '@snug/protocol';
import type { NodeFiles } from '../node-types.ts';

/** References that a name may stand for, best first. */
export type NameMeaning = (name: string) => readonly FileReference[];

export const inInput: NameMeaning = name => [parseAnnotatedName(name, 'input')];

/** The place that a name says; for a plain name the output folder, then the input folder. */
export const inOutput: NameMeaning = name => {
  const [first, second] = [parseAnnotatedName(name, 'output'), parseAnnotatedName(name, 'input')];
  return first.type === second.type ? [first] : [first, second];
};

/** Answer of a loader's validator for the file that it was given. `kind` is the word for it in messages. */
export async function checkFile(
  value: unknown,
  files: NodeFiles,
  { kind = 'image', meaning = inInput }: { readonly kind?: string; readonly meaning?: NameMeaning } = {},
): Promise<true | string> {
  // An empty name is let through, as the recorded reference does; running the node then says what is wrong.
  if (!value) return true;
  // Values of combos are not converted, so anything may arrive here.
  if (typeof value !== 'string') return `Invalid ${kind} file: ${JSON.stringify(value)}`;
  return (await findFile(value, files, meaning)) === undefined ? `Invalid ${kind} file: ${value}` : true;
}

/** The first reference that is there, and where its local copy is. */
export async function findFile(
  name: string,
  files: NodeFiles,
  meaning: NameMeaning = inInput,
): Promise<{ readonly reference: FileReference; readonly path: string } | undefined> {
  for (const reference of meaning(name)) {
    const path = await files.localPath(reference);
    if (path !== undefined) return { reference, path };
  }
  return undefined;
}

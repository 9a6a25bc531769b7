// Options of conditionings that no model of this version reads. A run goes on without them, as it does with a model that was
// not made for them, but it says so.
import type { Conditioning } from '../../models/model.ts';

/** Option to what it stands for and the nodes that set it. */
const ignoredOptions: Readonly<Record<string, string>> = {
  unclip_conditioning: 'image embeddings of unCLIP (unCLIPConditioning)',
  gligen: 'positions of objects (GLIGENTextBoxApply)',
  hooks: 'hooks that change weights for a part of the picture or the steps (SetProperties nodes)',
  reference_latents: 'reference pictures (ReferenceLatent)',
};

export function warnOfIgnoredOptions(
  conditionings: readonly Conditioning[],
  onWarning: ((message: string) => void) | undefined,
): void {
  const used = new Set(conditionings.flat().flatMap(([, options]) => Object.keys(options)));
  for (const [option, meaning] of Object.entries(ignoredOptions)) {
    if (!used.has(option)) continue;
    onWarning?.(`The conditioning holds ${meaning}, which this model cannot use. It is sampled without them.`);
  }
}

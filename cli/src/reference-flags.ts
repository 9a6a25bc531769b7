// Flags of the reference that Snug understands but does not need (spec files.md section 10): launch scripts written for
// it must not break. They are taken out of the command line before it is parsed, and reported as ignored.
import type { Arity } from './setting.ts';

/** A name may contain `*`: the table of the reference lists families such as `--*-vae`. */
export interface ReferenceFlag {
  readonly name: string;
  readonly arity: Arity;
  /** Why it has no effect, or what to use instead: a clause that may follow a colon. */
  readonly why: string;
}

/** Flags of one reason; what follows a flag is a value of it. */
const flags = (why: string, names: Readonly<Partial<Record<Arity, readonly string[]>>>): ReferenceFlag[] =>
  Object.entries(names).flatMap(([arity, list]) => list.map(name => ({ name, arity: arity as Arity, why })));

/** In the order of the documentation. */
export const referenceFlags: readonly ReferenceFlag[] = [
  ...flags('there is no manager yet', { none: ['enable-manager', 'disable-manager-ui', 'enable-manager-legacy-ui'] }),
  ...flags('there are no nodes of partners', { none: ['disable-partner-nodes'], one: ['comfy-api-base'] }),
  ...flags('node packs are chosen with --disable-all-custom-nodes and --whitelist-custom-nodes', {
    one: ['disabled-nodes-config'],
  }),
  ...flags('repeated uploads are recognised by comparing their bytes', { one: ['default-hashing-function'] }),
  ...flags('use date tokens such as %year% in the filename prefix', {
    none: ['date-based-output'],
    one: ['date-output-format'],
  }),
  ...flags('the databases (snug.db, assets.db) are in the user folder, which --user-directory moves', {
    one: ['database-url'],
  }),
  ...flags('models are mapped from their files and unloaded when memory runs short; see --memory-limit', {
    none: ['gpu-only', 'highvram', 'normalvram', 'lowvram', 'novram', 'high-ram', 'disable-smart-memory'],
    one: ['reserve-vram', 'vram-headroom'],
  }),
  ...flags('choose with --device', {
    one: ['cuda-device', 'default-device', 'oneapi-device-selector'],
    optional: ['directml'],
  }),
  ...flags('weights are used as they are stored and computed in the precision that the device is right with', {
    none: ['force-fp32', 'force-fp16', '*-unet', '*-vae', '*-text-enc', 'fp16-intermediates'],
  }),
  ...flags('onnxruntime chooses its own kernels and memory', {
    none: [
      'use-*-attention',
      'disable-xformers',
      'force-upcast-attention',
      'dont-upcast-attention',
      'disable-mmap',
      'mmap-torch-files',
      'cuda-malloc',
      'disable-cuda-malloc',
      'force-channels-last',
      '*pinned*',
      '*dynamic-vram*',
      '*triton*',
    ],
    any: ['fast'],
    optional: ['async-offload'],
  }),
];

export interface SplitArguments {
  /** What is left for the parser. */
  readonly rest: readonly string[];
  /** Flags taken out, as written, without their values. */
  readonly ignored: readonly string[];
}

/** What is said of a flag that was taken out. */
export function ignoredFlagNotice(flag: string): string {
  const why = findReferenceFlag(flag.replace(/^--/, ''))?.why;
  return `${flag} is accepted but has no effect${why === undefined ? '' : `: ${why}`}`;
}

/** Takes the reference's flags and their values out of an argument list; stops at `--`. */
export function splitReferenceFlags(args: readonly string[]): SplitArguments {
  const rest: string[] = [];
  const ignored: string[] = [];
  let index = 0;
  while (index < args.length) {
    const word = args[index] ?? '';
    if (word === '--') {
      return { rest: [...rest, ...args.slice(index)], ignored };
    }
    index++;
    const [flag = '', inlineValue] = splitAtEquals(word);
    const found = word.startsWith('--') ? findReferenceFlag(flag.slice(2)) : undefined;
    if (found === undefined) {
      rest.push(word);
      continue;
    }
    ignored.push(flag);
    index += inlineValue === undefined ? valueCount(found.arity, args.slice(index)) : 0;
  }
  return { rest, ignored };
}

function splitAtEquals(word: string): [string, string?] {
  const at = word.indexOf('=');
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function findReferenceFlag(name: string): ReferenceFlag | undefined {
  return referenceFlags.find(flag => matches(flag.name, name));
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[-]/g, '\\-'));
  return parts.length === 1 ? pattern === name : new RegExp(`^${parts.join('[\\w-]*')}$`).test(name);
}

/** How many of the following words belong to the flag. */
function valueCount(arity: Arity, following: readonly string[]): number {
  const firstFlag = following.findIndex(word => word.startsWith('-') && !/^-\d/.test(word));
  const available = firstFlag < 0 ? following.length : firstFlag;
  const limit = { none: 0, one: 1, optional: 1, many: Number.POSITIVE_INFINITY, any: Number.POSITIVE_INFINITY }[arity];
  return Math.min(limit, available);
}

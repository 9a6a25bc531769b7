// Flags of the reference that Snug understands but does not need (spec files.md section 10): launch scripts written for
// it must not break. They are taken out of the command line before it is parsed, and reported as ignored.
import type { Arity } from './setting.ts';

/** A name may contain one `*`: the table of the reference lists families such as `--*-vae`. */
interface ReferenceFlag {
  readonly name: string;
  readonly arity: Arity;
}

const none = (...names: string[]): ReferenceFlag[] => names.map(name => ({ name, arity: 'none' }));
const taking = (arity: Arity, ...names: string[]): ReferenceFlag[] => names.map(name => ({ name, arity }));

const referenceFlags: readonly ReferenceFlag[] = [
  // Browser, front end, node packs.
  ...none('enable-manager', 'disable-manager-ui', 'enable-manager-legacy-ui'),
  // There are no nodes of partners that could be disabled.
  ...none('disable-partner-nodes'),
  ...taking('one', 'comfy-api-base', 'disabled-nodes-config'),
  // Assets, output naming, logs. Repeated uploads are recognised by comparing their bytes, which needs no hash.
  ...taking('one', 'default-hashing-function'),
  ...none('disable-assets', 'date-based-output'),
  ...taking('one', 'database-url', 'date-output-format'),
  ...none('log-stdout', 'dont-print-server'),
  // Memory and devices.
  ...none('gpu-only', 'highvram', 'normalvram', 'lowvram', 'novram', 'high-ram', 'disable-smart-memory'),
  ...taking('one', 'cuda-device', 'default-device', 'oneapi-device-selector', 'reserve-vram', 'vram-headroom'),
  ...taking('optional', 'directml'),
  // Precision and kernels.
  ...none('force-fp32', 'force-fp16', '*-unet', '*-vae', '*-text-enc', 'fp16-intermediates'),
  ...none('use-*-attention', 'disable-xformers', 'force-upcast-attention', 'dont-upcast-attention'),
  ...none('disable-mmap', 'mmap-torch-files', 'cuda-malloc', 'disable-cuda-malloc'),
  ...none('force-channels-last', '*pinned*', '*dynamic-vram*', '*triton*'),
  ...taking('any', 'fast'),
  ...taking('optional', 'async-offload'),
];

export interface SplitArguments {
  /** What is left for the parser. */
  readonly rest: readonly string[];
  /** Flags taken out, as written, without their values. */
  readonly ignored: readonly string[];
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

// "Variant" nodes check types by a rule of their own: what comes in must be one of the declared types, not merely share
// one with them; `*` fits everything. They therefore ask for the input types.
import type { InputSpecs } from '@snug/execution';

/** The validator of a variant node with these inputs. */
export function variantValidator(inputs: InputSpecs): {
  names: [];
  wantsInputTypes: true;
  check(args: unknown, context: { readonly inputTypes: Readonly<Record<string, unknown>> }): true | string;
} {
  return {
    names: [],
    wantsInputTypes: true,
    check: (_args, { inputTypes }) => {
      for (const [name, received] of Object.entries(inputTypes)) {
        const declared = inputs[name]?.type;
        if (typeof received !== 'string' || declared === undefined || fits(received, declared)) continue;
        return `Type mismatch at ${name}: ${received} does not fit ${declared}`;
      }
      return true;
    },
  };
}

function fits(received: string, declared: string): boolean {
  if (received === '*' || declared === '*') return true;
  const allowed = membersOf(declared);
  return membersOf(received).every(member => allowed.includes(member));
}

function membersOf(type: string): string[] {
  return type.split(',').map(member => member.trim());
}

// May an output feed an input? (spec execution.md 1.5)
import type { WireType } from '../catalogue/wire-shape.ts';
import { pyEquals } from '../python/python-comparison.ts';

const WILDCARD = '*';
const MATCH_TYPE = 'COMFY_MATCHTYPE_V3';

/** Types are names, unions such as `IMAGE,FLOAT`, `*`, or lists of options. */
export function areTypesCompatible(received: WireType, input: WireType): boolean {
  if (received === input) return true;
  if (typeof received !== 'string' && typeof input !== 'string') return pyEquals(received, input);
  if (received === WILDCARD || input === WILDCARD || received === MATCH_TYPE || input === MATCH_TYPE) return true;
  if (typeof input !== 'string') return false;
  if (typeof received !== 'string') return input === 'COMBO';
  const wanted = membersOf(input);
  if (wanted.includes(WILDCARD)) return true;
  return membersOf(received).some(member => member === WILDCARD || wanted.includes(member));
}

function membersOf(type: string): string[] {
  return type.split(',').map(member => member.trim());
}

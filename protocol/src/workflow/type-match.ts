// Whether a socket fits another, and which input a bypassed node passes through (spec files.md 8.3, rule 2).
import type { InputSlot, OutputSlot, WorkflowNode } from './workflow-document.ts';

function matchesAll(type: string): boolean {
  return type === '*' || type === '';
}

/** Case does not matter, `*` fits everything, comma lists fit on any common member. */
export function areTypesCompatible(one: string, other: string): boolean {
  if (matchesAll(one) || matchesAll(other)) return true;
  const [a, b] = [one.toUpperCase(), other.toUpperCase()];
  if (a === b) return true;
  if (!a.includes(',') && !b.includes(',')) return false;
  const members = new Set(b.split(',').map(member => member.trim()));
  return a.split(',').some(member => members.has(member.trim()));
}

/** The input whose source stands in for output `slot` when the node is bypassed; undefined when none fits. */
export function bypassInput(node: WorkflowNode, slot: number, wanted: string): InputSlot | undefined {
  const { inputs } = node;
  if (matchesAll(wanted)) return inputs[slot] ?? inputs[0];
  const output: OutputSlot | undefined = node.outputs[slot];
  const fits = (input: InputSlot): boolean =>
    areTypesCompatible(input.type, output?.type ?? '*') && areTypesCompatible(input.type, wanted);
  const opposite = inputs[slot];
  if (opposite !== undefined && fits(opposite)) return opposite;
  return inputs.find(input => input.type.toUpperCase() === wanted.toUpperCase()) ?? inputs.find(fits);
}

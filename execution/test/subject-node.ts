// The node under test: an output node around a body, and prompts made of it alone.
import { any, defineNode, type HiddenKind, type NodeContext, type NodeDefinition } from '@snug/execution';
import { Workbench } from './workbench.ts';

/** A prompt of one node, `s`. */
export const only = (classType: string, inputs: object = {}) => ({ s: { class_type: classType, inputs } });

/** A class `Subject` that runs `execute`; it takes one optional input `in`. */
export function outputNode(
  execute: (context: NodeContext<HiddenKind>) => unknown,
  options: object = {},
): NodeDefinition {
  return defineNode({
    id: 'Subject',
    outputNode: true,
    inputs: { in: any({ optional: true }) },
    outputs: [],
    execute: ((_args: unknown, context: NodeContext<HiddenKind>) => execute(context)) as never,
    ...options,
  });
}

/** A workbench with these nodes beside the usual ones. */
export const bench = (...nodes: NodeDefinition[]) => new Workbench({ kind: 'classic' }, { nodes });

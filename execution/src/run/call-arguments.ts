// From flat inputs to the arguments of one call: members of dynamic inputs (`images.image0`) are put back together
// (spec node-contract.md 2.2).
import type { ContainerKind, SentInputs } from '../catalogue/dynamic-inputs.ts';
import type { NodeShape } from '../catalogue/node-shape.ts';
import type { ErasedArgs } from '../contract/node-definition.ts';

type Arguments = Record<string, unknown>;

/**
 * Arguments of a call.
 *
 * @param values by input name
 * @param sent the node's inputs in the prompt, which decide the dynamic inputs there are
 * @param tellsNames hand over members of dynamic inputs as `[value, full name]`, as lazy checks get them
 */
export function callArguments(
  values: Iterable<readonly [string, unknown]>,
  shape: NodeShape,
  sent: SentInputs,
  tellsNames = false,
): ErasedArgs {
  const args: Arguments = Object.create(null);
  if (!shape.isDynamic) {
    for (const [name, value] of values) args[name] = value;
    return args;
  }
  const containers = shape.containersFor(sent);
  for (const [name, kind] of containers) if (kind !== 'keyed') place(args, name, empty(kind), containers);
  for (const [name, value] of values) {
    const isMember = tellsNames && name.includes('.');
    place(args, name, isMember ? [value, name] : value, containers);
  }
  return args;
}

function place(args: Arguments, name: string, value: unknown, containers: ReadonlyMap<string, ContainerKind>): void {
  const parts = name.split('.');
  const last = parts.pop() ?? name;
  let target = args;
  let path = '';
  for (const part of parts) {
    path = path === '' ? part : `${path}.${part}`;
    const kind = containers.get(path);
    // A dot in the name of an ordinary input means nothing.
    if (kind === undefined) {
      args[name] = value;
      return;
    }
    target[part] ??= empty(kind);
    target = target[part] as Arguments;
  }
  if (containers.get(name) !== 'keyed') target[last] = value;
  else target[last] = Object.assign(Object.create(null), target[last], { [last]: value });
}

function empty(kind: ContainerKind): unknown {
  return kind === 'rows' ? [] : Object.create(null);
}

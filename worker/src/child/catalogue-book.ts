// What the child has told about its node classes, with version numbers: so that the host can ask "anything new since 7?" and
// mostly hears "no". Descriptions with live lists are made anew for each question, all others once.
import { describeNode, type NodeEnvironment, type NodeRegistry } from '@snug/execution';
import { stringifyLossless } from '@snug/protocol';
import type { CatalogueChange } from '../messages.ts';

export interface CatalogueBook {
  /** Describes the given classes (all without an argument) as they are now; answers what changed since a version. */
  changesSince(since: number, classTypes: Iterable<string> | null): CatalogueChange;
}

/** @param onFailure told of classes whose description throws; they are left out, as in the reference. */
export function createCatalogueBook(
  registry: NodeRegistry,
  env: NodeEnvironment,
  onFailure: (classType: string, error: unknown) => void,
): CatalogueBook {
  const pages = new Map<string, { readonly json: string; readonly version: number }>();
  let version = 0;

  /** Text of a description; undefined for unknown classes and for those that cannot be described. */
  const describe = (classType: string): string | undefined => {
    const node = registry.get(classType);
    if (!node) return undefined;
    try {
      return stringifyLossless(describeNode(node, env));
    } catch (error) {
      onFailure(classType, error);
      return undefined;
    }
  };

  return {
    changesSince(since, classTypes) {
      const asked = classTypes === null ? [...registry].map(({ definition }) => definition.id) : [...classTypes];
      const next = version + 1;
      for (const classType of asked) {
        const json = describe(classType);
        if (json === undefined || pages.get(classType)?.json === json) continue;
        pages.set(classType, { json, version: next });
        version = next;
      }
      const changed = asked.flatMap(classType => {
        const page = pages.get(classType);
        return page && page.version > since ? [[classType, page.json] as const] : [];
      });
      return { version, classes: changed };
    },
  };
}

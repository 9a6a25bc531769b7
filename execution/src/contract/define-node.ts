// Declaring a node: fills in defaults, checks what the compiler cannot, and erases the types that inference needed.
import { ExecutionError } from '../errors.ts';
import type { HiddenKind } from './hidden-inputs.ts';
import type { InputSpec, InputSpecs } from './input-spec.ts';
import type { NodeConfig, NodeDefinition } from './node-definition.ts';

/**
 * Declares a node. The types of `execute`'s arguments and result follow from `inputs` and `outputs`.
 *
 * @example
 * export const ImageInvert = defineNode({
 *   id: 'ImageInvert', category: 'image',
 *   inputs: { image: image() }, outputs: [image()],
 *   execute: ({ image }) => [invert(image)],
 * });
 * @throws ExecutionError INVALID_NODE_DEFINITION
 */
export function defineNode<
  const I extends InputSpecs,
  const O extends readonly InputSpec[],
  const H extends HiddenKind = never,
  const X extends InputSpecs = Record<never, never>,
  S = Record<string, unknown>,
  const A extends boolean = false,
  const L extends boolean = false,
>(config: NodeConfig<I, O, H, X, S, A, L>): NodeDefinition {
  checkConfig(config);
  const wire = config.wire ?? 'v1';
  const definition: NodeDefinition = {
    id: config.id,
    displayName: config.displayName ?? config.id,
    category: config.category ?? 'sd',
    description: config.description ?? '',
    wire,
    pythonModule: config.pythonModule ?? null,
    outputNode: config.outputNode === true,
    inputIsList: config.inputIsList === true,
    acceptUndeclared: config.acceptUndeclared === true,
    notIdempotent: config.notIdempotent === true,
    expandable: wire === 'v1' || config.expandable === true,
    parallel: config.schedule === 'parallel',
    deprecated: config.deprecated === true,
    experimental: config.experimental === true,
    devOnly: config.devOnly === true,
    apiNode: config.apiNode === true,
    intermediateOutput: config.intermediateOutput === true,
    searchAliases: config.searchAliases ?? [],
    essentialsCategory: config.essentialsCategory ?? null,
    inputs: config.inputs,
    outputs: config.outputs,
    hidden: config.hidden ?? [],
    hiddenInputs: config.hiddenInputs ?? {},
    createState: config.state ?? (() => ({})),
    // The engine calls these with arguments that it collected by the same declaration, so the erasure is sound.
    validate:
      config.validate === undefined
        ? null
        : {
            names: config.validate.names,
            wantsInputTypes: config.validate.wantsInputTypes === true,
            check: config.validate.check.bind(config.validate) as never,
          },
    fingerprint: (config.fingerprint?.bind(config) ?? null) as never,
    checkLazy: (config.checkLazy?.bind(config) ?? null) as never,
    execute: config.execute.bind(config) as never,
  };
  return Object.freeze(definition);
}

function checkConfig(config: {
  readonly id: string;
  readonly outputs: readonly InputSpec[];
  readonly execute: unknown;
}): void {
  const fail = (reason: string): never => {
    throw new ExecutionError('INVALID_NODE_DEFINITION', { id: String(config.id), reason });
  };
  if (typeof config.id !== 'string' || config.id === '') fail('its id is not a non-empty string');
  if (!Array.isArray(config.outputs)) fail('outputs is not an array');
  if (typeof config.execute !== 'function') fail('it has no execute function');
}

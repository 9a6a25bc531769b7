// The parts of a UNet's graph that only its variants have, and the inputs that they are fed with.
import { type GraphInput, graphInput, type Value } from '../../onnx/graph.ts';
import { FusedMatMul } from '../../onnx/operators/linalg.ts';
import { projections } from '../attention-projections.ts';
import { freeU, freeUInputs, freeUStage, type JoinedMaps } from './free-u.ts';
import type { AttentionEdits } from './spatial-transformer.ts';
import type { UnetLayout } from './unet-layout.ts';
import { downscaleName, upscaleName } from './unet-sizes.ts';
import type { AttentionKind, UnetVariant } from './unet-variant.ts';
import { backboneChannels, factorName, freeUName } from './variant-inputs.ts';

/** A map, and how often changes made it smaller that are not yet undone. */
export interface WayPoint {
  readonly value: Value;
  readonly shrunk: number;
}

export interface VariantGraph {
  /** Inputs of all parts that were made so far. */
  readonly inputs: readonly GraphInput[];
  /** Factors for all attentions. */
  readonly scales: AttentionEdits['scales'];
  /** Where the way goes on after an input block, and what is kept for the way up. */
  afterInputBlock(block: number, h: WayPoint): { readonly h: WayPoint; readonly skip: WayPoint };
  /** What is joined before an output block. */
  beforeJoin(block: number, h: WayPoint, skip: WayPoint): JoinedMaps;
}

export function variantGraph(layout: UnetLayout, variant: UnetVariant): VariantGraph {
  const inputs: GraphInput[] = [];
  const declared = (input: GraphInput): GraphInput => {
    inputs.push(input);
    return input;
  };
  /** rows [to, from] times the map times columns [to, from] transposed. */
  const resized = (name: string, value: Value): Value => {
    const [rows, columns] = ['rows', 'columns'].map(axis =>
      declared(graphInput(`${name}.${axis}`, 'float32', [`${name}.${axis}.to`, `${name}.${axis}.from`])),
    ) as [GraphInput, GraphInput];
    return FusedMatMul(rows, FusedMatMul(value, columns, { transposeB: true }));
  };
  const backbones = backboneChannels(layout);
  return {
    inputs,
    scales: attentionScales(variant, declared),
    afterInputBlock(block, h) {
      const here = [...variant.downscales.entries()].filter(([, change]) => change.block === block);
      const small = here.reduce<WayPoint>(
        ({ value, shrunk }, [index]) => ({ value: resized(downscaleName(index), value), shrunk: shrunk + 1 }),
        h,
      );
      return { h: small, skip: here.some(([, { isAfterSkip }]) => isAfterSkip) ? h : small };
    },
    beforeJoin(block, h, skip) {
      const backbone = h.shrunk === skip.shrunk ? h.value : resized(upscaleName(block), h.value);
      const channels = backbones[block] ?? 0;
      if (freeUStage(channels, layout.modelChannels) === undefined) return { backbone, skip: skip.value };
      return variant.freeU.reduce<JoinedMaps>(
        (maps, { version }, index) => {
          const change = freeUInputs(freeUName(index, block), channels);
          for (const input of Object.values(change)) declared(input);
          return freeU(maps, change, version);
        },
        { backbone, skip: skip.value },
      );
    },
  };
}

function attentionScales(
  { attentionScales: factors }: UnetVariant,
  declared: (input: GraphInput) => GraphInput,
): AttentionEdits['scales'] {
  const scalesOf = (kind: AttentionKind) =>
    Object.fromEntries(
      projections.map(projection => [projection, declared(graphInput(factorName(kind, projection), 'float32', [1]))]),
    ) as Record<(typeof projections)[number], Value>;
  return {
    ...(factors.self && { self: scalesOf('self') }),
    ...(factors.cross && { cross: scalesOf('cross') }),
  };
}

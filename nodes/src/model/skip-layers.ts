// Guidance away from a transformer that leaves some of its layers out. Needs a model made of such layers (SD 3, Flux); others say so
// when they are sampled.
import { negativeWithoutLayers, skipLayerGuidance, withGuidancePatch } from '@snug/engine';
import { defineNode, float, model, string } from '@snug/execution';

const outputs = [model()] as const;
const layers = string({ default: '7, 8, 9', multiline: false });
const share = (value: number) => float({ default: value, min: 0, max: 1, step: 0.001 });
const scale = float({ default: 3, min: 0, max: 10, step: 0.1 });
const slg = {
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_slg',
  category: 'advanced/guidance',
  experimental: true,
} as const;

/** All whole numbers of a text, whatever stands between them. */
function layersIn(text: string): readonly number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}

export const SkipLayerGuidanceDiT = defineNode({
  id: 'SkipLayerGuidanceDiT',
  ...slg,
  description:
    'Leads the picture away from what the model draws without some of its layers; works with any transformer.',
  inputs: {
    model: model(),
    double_layers: layers,
    single_layers: layers,
    scale,
    start_percent: share(0.01),
    end_percent: share(0.15),
    rescaling_scale: float({ default: 0, min: 0, max: 10, step: 0.01 }),
  },
  outputs,
  execute: ({ model, double_layers, single_layers, scale, start_percent, end_percent, rescaling_scale }) => {
    const guidance = skipLayerGuidance({
      doubleLayers: layersIn(double_layers),
      singleLayers: layersIn(single_layers),
      scale,
      startPercent: start_percent,
      endPercent: end_percent,
      rescale: rescaling_scale,
    });
    return [withGuidancePatch(model, guidance)];
  },
});

export const SkipLayerGuidanceDiTSimple = defineNode({
  id: 'SkipLayerGuidanceDiTSimple',
  ...slg,
  description: 'Makes the negative estimate without some of the layers, and nothing else.',
  inputs: {
    model: model(),
    double_layers: layers,
    single_layers: layers,
    start_percent: share(0),
    end_percent: share(1),
  },
  outputs,
  execute: ({ model, double_layers, single_layers, start_percent, end_percent }) => {
    const guidance = negativeWithoutLayers({
      doubleLayers: layersIn(double_layers),
      singleLayers: layersIn(single_layers),
      startPercent: start_percent,
      endPercent: end_percent,
    });
    return [withGuidancePatch(model, guidance)];
  },
});

export const SkipLayerGuidanceSD3 = defineNode({
  id: 'SkipLayerGuidanceSD3',
  ...slg,
  pythonModule: 'comfy_extras.nodes_sd3',
  description: 'Leads the picture away from what Stable Diffusion 3 draws without some of its layers.',
  inputs: { model: model(), layers, scale, start_percent: share(0.01), end_percent: share(0.15) },
  outputs,
  execute: ({ model, layers, scale, start_percent, end_percent }) => {
    const guidance = skipLayerGuidance({
      doubleLayers: layersIn(layers),
      singleLayers: [],
      scale,
      startPercent: start_percent,
      endPercent: end_percent,
      rescale: 0,
    });
    return [withGuidancePatch(model, guidance)];
  },
});

// Options of the reference's numeric library that change how fast it computes, not what. Networks run in float32 here whatever is
// asked for, which is at least as exact; the model goes through as it is.
import { combo, defineNode, model } from '@snug/execution';

export const ModelComputeDtype = defineNode({
  id: 'ModelComputeDtype',
  pythonModule: 'comfy_extras.nodes_model_advanced',
  category: 'advanced/debug/model',
  inputs: { model: model(), dtype: combo(['default', 'fp32', 'fp16', 'bf16']) },
  outputs: [model()],
  execute: ({ model }) => [model],
});

export const TorchCompileModel = defineNode({
  id: 'TorchCompileModel',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_torch_compile',
  category: '_for_testing',
  experimental: true,
  inputs: { model: model(), backend: combo(['inductor', 'cudagraphs']) },
  outputs: [model()],
  execute: ({ model }) => [model],
});

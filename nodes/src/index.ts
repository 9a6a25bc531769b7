export { builtinPack } from './builtin-pack.ts';
export { NodeError, type NodeErrorCode, nodeErrorMessages } from './errors.ts';
export type { Latent, ModelFiles, NewFiles, NodeFiles, NodeSettings, PreviewMethod } from './node-types.ts';

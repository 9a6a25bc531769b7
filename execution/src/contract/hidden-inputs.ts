// Hidden inputs (spec execution.md 4.2): what a node may ask the engine about its run. They reach a node as `ctx.hidden`.
import type { JsonObject, JsonValue, NodeId, Prompt } from '@snug/protocol';
import type { PromptGraph } from './prompt-graph.ts';

/** Values by kind. */
export interface HiddenValues {
  /** The running prompt, live: coerced values and `is_changed` entries included. Empty in validators and fingerprints. */
  readonly prompt: Prompt;
  /** The prompt with the nodes that expansions added; null outside a run. */
  readonly dynprompt: PromptGraph | null;
  /** `extra_data.extra_pnginfo`: what goes into the metadata of pictures, e.g. the workflow. */
  readonly extraPngInfo: JsonValue;
  /** Id of the node; asking for it makes the id part of the cache signature. */
  readonly uniqueId: NodeId;
  readonly authToken: JsonValue;
  readonly apiKey: JsonValue;
  readonly usageSource: JsonValue;
}

export type HiddenKind = keyof HiddenValues;

/** Name and type under which a kind is published, in the reference's words. */
export const HIDDEN_WIRE: Readonly<Record<HiddenKind, readonly [name: string, type: string]>> = {
  prompt: ['prompt', 'PROMPT'],
  dynprompt: ['dynprompt', 'DYNPROMPT'],
  extraPngInfo: ['extra_pnginfo', 'EXTRA_PNGINFO'],
  uniqueId: ['unique_id', 'UNIQUE_ID'],
  authToken: ['auth_token_comfy_org', 'AUTH_TOKEN_COMFY_ORG'],
  apiKey: ['api_key_comfy_org', 'API_KEY_COMFY_ORG'],
  usageSource: ['comfy_usage_source', 'COMFY_USAGE_SOURCE'],
};

/** What hidden values are read from. */
export interface HiddenSource {
  readonly prompt: Prompt;
  readonly graph: PromptGraph | null;
  readonly extraData: JsonObject;
  /** Secrets that were taken out of `extraData`. */
  readonly sensitive: JsonObject | null;
  readonly nodeId: NodeId;
}

/** Reads the kinds a node asked for. */
export function readHidden(kinds: readonly HiddenKind[], source: HiddenSource): HiddenValues {
  const values: Partial<Record<HiddenKind, unknown>> = {};
  for (const kind of kinds) values[kind] = hiddenValue(kind, source);
  return values as HiddenValues;
}

function hiddenValue(kind: HiddenKind, source: HiddenSource): unknown {
  switch (kind) {
    case 'prompt':
      return source.prompt;
    case 'dynprompt':
      return source.graph;
    case 'uniqueId':
      return source.nodeId;
    case 'extraPngInfo':
    case 'authToken':
    case 'apiKey':
    case 'usageSource':
      return source.sensitive?.[HIDDEN_WIRE[kind][0]] ?? source.extraData[HIDDEN_WIRE[kind][0]] ?? null;
  }
}

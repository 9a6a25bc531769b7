// Conversion of editor workflows against the live node catalogue. The catalogue is hundreds of kilobytes of JSON: it is read
// once for each version of it, in slices, and kept until its entity tag changes.
import {
  convertWorkflowInSlices,
  isJsonObject,
  type JsonObject,
  parseLosslessInSlices,
  type WorkflowConversion,
} from '@snug/protocol';
import { ServerError } from '../errors.ts';
import { nextTurn } from '../http/json-body.ts';
import type { PromptRunner } from '../ports.ts';

export interface WorkflowConverter {
  /** Converts with the classes and option lists of this moment; what is wrong with the workflow is part of the answer. */
  convert(workflow: JsonObject): Promise<WorkflowConversion>;
}

export function createWorkflowConverter(runner: Pick<PromptRunner, 'objectInfo'>): WorkflowConverter {
  let known: { readonly etag: string; readonly document: Promise<JsonObject> } | undefined;
  const catalogue = async (): Promise<JsonObject> => {
    const prepared = await runner.objectInfo();
    if (known?.etag !== prepared.etag) known = { etag: prepared.etag, document: readCatalogue(prepared.json) };
    return known.document;
  };
  return { convert: async workflow => convertWorkflowInSlices(workflow, await catalogue(), { pause: nextTurn }) };
}

async function readCatalogue(json: string): Promise<JsonObject> {
  const document = await parseLosslessInSlices(json, nextTurn);
  if (isJsonObject(document)) return document;
  throw new ServerError('CATALOGUE_UNREADABLE', { reason: 'it is no object' });
}

// The node classes that a file of golden answers declares in the shape of /object_info, as a node pack: each answers a tiny
// picture, whatever it is given.
import { isJsonObject, type JsonObject, stringifyLossless } from '@snug/protocol';

/** @returns The text of an ES module. */
export function goldenPack(document: JsonObject): string {
  const declared = Object.entries(document).filter(([, value]) => isJsonObject(value) && isJsonObject(value['input']));
  return `${MODULE}\nconst declared = ${stringifyLossless(Object.fromEntries(declared)).replaceAll(/\b18446744073709551615\b/g, '18446744073709551615n')};\n`;
}

const MODULE = `
export function createPack(execution) {
  return { name: 'golden-nodes', pythonModule: 'custom_nodes.golden-nodes', nodes: Object.entries(declared).map(nodeOf) };

  function nodeOf([id, { input, output, output_node }]) {
    const required = Object.entries(input.required ?? {}).map(([name, spec]) => [name, inputOf(spec, {})]);
    const optional = Object.entries(input.optional ?? {}).map(([name, spec]) => [name, inputOf(spec, { optional: true })]);
    return execution.defineNode({
      id,
      category: 'testing',
      outputNode: output_node === true,
      inputs: Object.fromEntries([...required, ...optional]),
      outputs: output.map(type => execution.custom(type)),
      execute: () => output.map(() => ({ data: new Float32Array(3), dims: [1, 1, 1, 3] })),
    });
  }

  function inputOf([type, options = {}], more) {
    if (Array.isArray(type)) return execution.combo(type, { ...options, ...more });
    if (type === 'INT') return execution.int({ ...options, ...more, ...(typeof options.max === 'bigint' ? { big: true } : {}) });
    return execution.custom(type, { ...options, ...more });
  }
}
`;

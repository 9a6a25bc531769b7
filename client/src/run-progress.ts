// Progress of one run out of two kinds of messages: `progress` (all servers) and `progress_state` (snapshots of newer
// ones, the only source for nodes that use the newer progress interface). Each step is reported once.
import { isJsonObject, type JsonObject, numericValue } from '@snug/protocol';

/** A step of a node. */
export interface RunProgress {
  readonly promptId: string;
  readonly nodeId: string;
  /** Steps done and steps in all. */
  readonly value: number;
  readonly max: number;
}

/** Answers a function that turns messages into the steps that are news. */
export function progressReader(promptId: string): (type: string, data: JsonObject) => RunProgress[] {
  const reported = new Map<string, string>();
  const news = (nodeId: unknown, value: number | undefined, max: number | undefined): RunProgress[] => {
    if (typeof nodeId !== 'string' || value === undefined || max === undefined || value <= 0) {
      return [];
    }
    const state = `${value}/${max}`;
    if (reported.get(nodeId) === state) {
      return [];
    }
    reported.set(nodeId, state);
    return [{ promptId, nodeId, value, max }];
  };
  return (type, data) => {
    if (type === 'progress') {
      return news(data['node'], numericValue(data['value']), numericValue(data['max']));
    }
    if (type !== 'progress_state' || !isJsonObject(data['nodes'])) {
      return [];
    }
    return Object.entries(data['nodes']).flatMap(([nodeId, state]) =>
      isJsonObject(state) ? news(nodeId, numericValue(state['value']), numericValue(state['max'])) : [],
    );
  };
}

// Run events on their way from child to host. Structured clone would lose key order and the int/float distinction in the
// members that hold arbitrary JSON, so exactly these members travel as lossless JSON text beside the event.
import { type ExecutionEvent, type JsonObject, parseLossless, stringifyLossless } from '@snug/protocol';

export interface WireEvent {
  readonly event: ExecutionEvent;
  /** Text of the member that was taken out: `output` of executed, `data` of custom, `current_inputs` of errors. */
  readonly json?: string;
}

export function toWire(event: ExecutionEvent): WireEvent {
  switch (event.type) {
    case 'executed':
      return event.data.output === null
        ? { event }
        : { event: { ...event, data: { ...event.data, output: null } }, json: stringifyLossless(event.data.output) };
    case 'custom':
      return { event: { ...event, data: {} }, json: stringifyLossless(event.data) };
    case 'execution_error':
    case 'execution_node_error':
      return {
        event: { ...event, data: { ...event.data, current_inputs: [] } },
        json: stringifyLossless(event.data.current_inputs),
      };
    default:
      return { event };
  }
}

export function fromWire({ event, json }: WireEvent): ExecutionEvent {
  if (json === undefined) return event;
  const value = parseLossless(json);
  switch (event.type) {
    case 'executed':
      return { ...event, data: { ...event.data, output: value as JsonObject } };
    case 'custom':
      return { ...event, data: value as JsonObject };
    case 'execution_error':
    case 'execution_node_error':
      return { ...event, data: { ...event.data, current_inputs: value as JsonObject | [] } };
    default:
      return event;
  }
}

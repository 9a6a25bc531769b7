// Errors of the execution room: one class, one table. Problems of a prompt are not errors but values
// (`PromptProblem`); what is thrown here is a mistake of a node, of a caller, or an interrupt.

/** Code to message template; `{name}` is filled from the details. */
export const EXECUTION_ERRORS = {
  INTERRUPTED: 'The run was interrupted.',
  UNKNOWN_NODE_CLASS: 'Node class "{classType}" is not registered; install the node pack that brings it.',
  INVALID_NODE_DEFINITION: 'Node "{id}" is not well defined: {reason}.',
  INVALID_NODE_PACK: 'Node pack "{name}" is not well defined: {reason}.',
  MISSING_NODE: 'Node "{nodeId}" is not part of the prompt; check the links that name it.',
  NODE_INPUT_ERROR: 'Node "{nodeId}" asked for its input "{input}", which {reason}.',
  DUPLICATE_NODE:
    'Node "{nodeId}" expanded into a node "{duplicate}" that the prompt already has; use the ids of ctx.graph().',
  DEPENDENCY_CYCLE: 'Dependency cycle detected',
  WRONG_ARITY: '{classType} returned {count} outputs but declares {expected}; return one value per declared output.',
  INVALID_RESULT: '{classType} returned {received}; return an array of outputs, out({...}), block() or nothing.',
  EXPANSION_NOT_ALLOWED: '{classType} returned a subgraph but is not declared expandable; set expandable: true.',
  INVALID_EXPANSION: 'The subgraph made by node "{nodeId}" is malformed: {reason}.',
  INVALID_UI: '{classType} returned a ui object whose "{key}" {reason}.',
  EMPTY_LIST: 'list index out of range',
  INVALID_CACHE_OPTIONS: 'Cache option {option} is {value}; {advice}.',
  GRAPH_NODE_UNKNOWN: 'The graph builder has no node "{nodeId}".',
} as const;

export type ExecutionErrorCode = keyof typeof EXECUTION_ERRORS;

/** Plain data about an error, used to fill its message. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** The name that goes into `exception_type` where it is not the name of the class (spec execution.md 4). */
const EXCEPTION_TYPES: Partial<Record<ExecutionErrorCode, string>> = {
  NODE_INPUT_ERROR: 'comfy_execution.graph.NodeInputError',
  DUPLICATE_NODE: 'execution.DuplicateNodeError',
  DEPENDENCY_CYCLE: 'graph.DependencyCycleError',
  EMPTY_LIST: 'IndexError',
  INVALID_RESULT: 'TypeError',
};

/** Every error that this room throws. `code` is stable, `details` is plain data. */
export class ExecutionError extends Error {
  override readonly name = 'ExecutionError';
  readonly code: ExecutionErrorCode;
  readonly details: ErrorDetails;
  readonly exceptionType: string | undefined;

  constructor(code: ExecutionErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(fillTemplate(EXECUTION_ERRORS[code], details), options);
    this.code = code;
    this.details = details;
    this.exceptionType = EXCEPTION_TYPES[code];
  }
}

function fillTemplate(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => (key in details ? String(details[key]) : whole));
}

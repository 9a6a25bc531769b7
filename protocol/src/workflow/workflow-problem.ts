// What a conversion has to say beside its result. Problems are values: a stable code, the node they concern, a sentence
// that names the values. An `error` means that the prompt would not do what the workflow shows; a `warning` that a choice was
// made that the author may want to know of.

interface ProblemKind {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

const KINDS = {
  NOT_A_WORKFLOW: {
    severity: 'error',
    message: 'The document is no workflow: {reason}. Expected an object with a list "nodes".',
  },
  NODE_UNREADABLE: { severity: 'error', message: 'Entry {index} of "nodes" cannot be read: {reason}.' },
  DUPLICATE_NODE_ID: {
    severity: 'error',
    message: 'Two nodes have the id {node}; load the workflow in an editor and save it again.',
  },
  LINK_UNREADABLE: { severity: 'warning', message: 'Entry {index} of "links" cannot be read; it was left out.' },
  LINK_MISSING: {
    severity: 'warning',
    message:
      'Input "{input}" of node {node} names link {link}, which leads nowhere; the input counts as not connected.',
  },
  LINK_LOOP: {
    severity: 'error',
    message: 'Input "{input}" of node {node} is fed by a loop of reroutes or bypassed nodes; cut the loop.',
  },
  LINKS_TOO_LONG: {
    severity: 'error',
    message:
      'Following the links through reroutes and bypassed nodes takes more than {limit} steps; simplify the workflow.',
  },
  WORKFLOW_TOO_LARGE: {
    severity: 'error',
    message: 'The workflow has more than {limit} nodes when its subgraphs are expanded; split it.',
  },
  SUBGRAPH_MISSING: {
    severity: 'error',
    message: 'Node {node} is an instance of subgraph {type}, which the workflow does not define.',
  },
  SUBGRAPH_CYCLE: {
    severity: 'error',
    message: 'Subgraph "{name}" contains itself (node {node}); remove the inner instance.',
  },
  SUBGRAPH_TOO_DEEP: {
    severity: 'error',
    message: 'Node {node} lies in subgraphs nested deeper than {limit} levels; flatten some of them.',
  },
  INSTANCE_VALUES_UNCLEAR: {
    severity: 'warning',
    message:
      'Node {node} stores {count} values for the {expected} widgets of its subgraph; the values inside the subgraph were used.',
  },
  GROUP_NODE_UNCLEAR: {
    severity: 'error',
    message:
      'Group node {node} ("{type}") does not fit its definition: {reason}. Convert it to nodes or to a subgraph.',
  },
  MISSING_NODE_TYPE: {
    severity: 'error',
    message: 'Node {node} is of type "{type}", which this server does not have{pack}. Install it or replace the node.',
  },
  INVISIBLE_LINKS: {
    severity: 'warning',
    message:
      'Node {node} ("{type}") connects inputs by itself when an editor submits; such connections are not in the file. Draw them as links.',
  },
  SET_NODE_MISSING: {
    severity: 'warning',
    message: 'Input "{input}" of node {node} gets "{name}", but no Set node of that name exists.',
  },
  WIDGET_VALUES_FEWER: {
    severity: 'warning',
    message:
      'Node {node} ({type}) stores {count} widget values, its class has {expected}; defaults were used for {inputs}.',
  },
  WIDGET_VALUES_MORE: {
    severity: 'warning',
    message:
      'Node {node} ({type}) stores {count} widget values, its class has {expected}; the last ones were left out.',
  },
  WIDGET_VALUES_UNNAMED: {
    severity: 'warning',
    message: 'Node {node} ({type}) stores {count} widget values, but nothing says which inputs they belong to.',
  },
  WIDGET_VALUE_MISFIT: {
    severity: 'warning',
    message: 'Input "{input}" of node {node} ({type}) expects {expected}, but the workflow stores {value}.',
  },
  MORE_PROBLEMS: { severity: 'warning', message: '{count} more problems are not listed.' },
} as const satisfies Record<string, ProblemKind>;

export type WorkflowProblemCode = keyof typeof KINDS;

export interface WorkflowProblem {
  readonly code: WorkflowProblemCode;
  readonly severity: 'error' | 'warning';
  /** Execution id of the node, for example `12:5`; null for problems of the whole document. */
  readonly nodeId: string | null;
  /** Class of the node as the workflow names it; null where there is none. */
  readonly nodeType: string | null;
  /** One sentence with the values. */
  readonly message: string;
}

/** All codes, for the documentation test. */
export const workflowProblemCodes = Object.keys(KINDS) as readonly WorkflowProblemCode[];

/** More than anybody reads; a hostile document could make one for each of its bytes. */
const MAX_LISTED = 200;
const MAX_VALUE_LENGTH = 200;

export type ProblemDetails = Readonly<Record<string, string | number>> & {
  readonly node?: string;
  readonly type?: string;
};

/** Collects the problems of one conversion. */
export class ProblemList {
  readonly #listed: WorkflowProblem[] = [];
  #unlisted = 0;
  #hasErrors = false;

  add(code: WorkflowProblemCode, details: ProblemDetails = {}): void {
    const { severity } = KINDS[code];
    this.#hasErrors ||= severity === 'error';
    if (this.#listed.length < MAX_LISTED) this.#listed.push(problemOf(code, severity, details));
    else this.#unlisted += 1;
  }

  get hasErrors(): boolean {
    return this.#hasErrors;
  }

  /** In the order in which they were found; what lies beyond the first 200 is only counted. */
  toArray(): WorkflowProblem[] {
    if (this.#unlisted === 0) return [...this.#listed];
    const severity = this.#hasErrors ? 'error' : 'warning';
    return [...this.#listed, problemOf('MORE_PROBLEMS', severity, { count: this.#unlisted })];
  }
}

function problemOf(
  code: WorkflowProblemCode,
  severity: WorkflowProblem['severity'],
  details: ProblemDetails,
): WorkflowProblem {
  const message = KINDS[code].message.replace(/\{(\w+)\}/g, (slot, name: string) => shortened(details[name] ?? slot));
  return { code, severity, nodeId: details.node ?? null, nodeType: details.type ?? null, message };
}

function shortened(value: string | number): string {
  const text = String(value);
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
}

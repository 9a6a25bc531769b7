// docs/compatibility.md, made from the list that the conformance runner accepts, so that the page cannot promise anything else.
import { intendedDifferences } from './intended-differences.ts';

const HEADER = `# Compatibility

Snug speaks the wire of ComfyUI: a client written for it works unmodified. The measure is a set of exchanges recorded from version 0.3.64, replayed by

\`\`\`
npm run conformance -- FOLDER
\`\`\`

against freshly started servers: every request as it was sent, every socket as it was opened. Compared are statuses, headers, bodies (5 and 5.0 are different
numbers), what each client was sent and in which order, and the pixels and metadata of saved pictures. Where version 0.3.64 and versions of 2026 differ, Snug follows 2026,
with one exception: a prompt with a node of an unknown class is refused as recorded (\`invalid_prompt\`; versions of 2026 say \`missing_node_type\`), because clients match on that answer.

Not compared, because recordings show one of many right answers: the order of sets (\`executed\`, \`current_outputs\`, \`dependent_outputs\`, errors of a node, outputs to
execute), the order of nodes that do not depend on each other, the order of files in folders, sizes of compressed pictures, texts and class names of Python exceptions and values,
and whatever depends on timing (how far a sampler came before it was interrupted, how often a waiting node reported).

## Intended differences

The runner accepts these and no others.
`;

const BESIDE = `
## Beside the recordings

- Scenarios that need nodes which this version does not have are reported as not covered; [nodes.md](nodes.md) lists those that it has.
- Removing more than 64 waiting prompts at once sends \`status\` for the last 64 of them only.
- Unknown flags end the program with status 2 and a suggestion; the reference warns.`;

export function compatibilityPage(): string {
  const rows = intendedDifferences.map(
    ({ id, recorded, here, reason }) => `| \`${id}\` | ${recorded} | ${here} | ${reason} |`,
  );
  const table = ['| id | recorded | here | why |', '|---|---|---|---|', ...rows].join('\n');
  return `${HEADER}\n${table}\n${BESIDE}\n\nThis page is generated (\`npm run docs\`).\n`;
}

// docs/errors.md is made from the tables of codes in each room's errors.ts, so that it cannot lag behind.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Rooms in the order of the way of a prompt. */
const ROOMS = ['protocol', 'client', 'cli', 'server', 'store', 'worker', 'execution', 'nodes', 'engine'];

const HEADER = `# Errors

Every error that Snug throws on purpose has a stable code and plain data in \`details\`. The message says what happened, with the values, and what to do. Words in braces are filled in.
What is wrong with a *prompt* is not thrown: it is answered by \`POST /prompt\` as \`error\` and \`node_errors\`, or reported as an \`execution_error\` event.

This page is generated (\`npm run docs\`).
`;

/** @returns The page as Markdown, from the tables of codes that each room's errors.ts exports. */
export async function errorPage(root: string): Promise<string> {
  const parts = [HEADER];
  for (const room of ROOMS) {
    const file = path.join(root, room, 'src/errors.ts');
    if (!existsSync(file)) continue;
    const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    for (const table of Object.values(module).filter(isTable)) parts.push(section(room, table));
  }
  return parts.join('\n');
}

/** A table of codes is an object whose keys are all written LIKE_THIS. */
function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.keys(value).every(key => /^[A-Z][A-Z0-9_]+$/.test(key));
}

function section(room: string, table: Record<string, unknown>): string {
  const rows = Object.entries(table).map(([code, template]) => `| \`${code}\` | ${escapeCell(template)} |`);
  return `## ${room}\n\n| code | message |\n|---|---|\n${rows.join('\n')}\n`;
}

function escapeCell(template: unknown): string {
  const text =
    typeof template === 'string' ? template : String((template as { message?: unknown }).message ?? template);
  return text.replace(/\|/g, '\\|').replace(/\n/g, ' ');
}

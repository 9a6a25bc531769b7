// Finds scenarios: recordings and files of golden execution answers, in a folder and below or one by one.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type JsonValue, parseLossless } from '@snug/protocol';
import { goldenScenarios, isGoldenExecution } from './golden-execution.ts';
import { isTrace, type Trace, traceOf } from './trace-format.ts';

export interface Scenario {
  readonly trace: Trace;
  /** Text of a node pack that it needs. */
  readonly pack?: string;
}

/** @param filter keeps the scenarios whose name contains it. */
export async function readScenarios(path: string, filter = ''): Promise<Scenario[]> {
  const scenarios: Scenario[] = [];
  for (const file of await jsonFiles(path)) scenarios.push(...scenariosOf(await readFile(file, 'utf8')));
  return scenarios.filter(({ trace }) => trace.name.includes(filter));
}

async function jsonFiles(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path, { recursive: true })).filter(name => name.endsWith('.json'));
  return names.sort().map(name => join(path, name));
}

/** Files in other formats hold none. */
function scenariosOf(text: string): Scenario[] {
  const document = documentOf(text);
  if (isTrace(document)) return [{ trace: traceOf(document) }];
  return isGoldenExecution(document) ? goldenScenarios(document) : [];
}

function documentOf(text: string): JsonValue {
  try {
    return parseLossless(text);
  } catch {
    return null;
  }
}

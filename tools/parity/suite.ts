// The seam between the runner and the checks: a suite covers one folder of a golden tree and runs one case at a time.
// To cover a further folder write `FOLDER.ts` with a suite and add it to the list in `suites.ts`. A suite may depend on
// what a case says about itself (`op`, `params`, tensor names), never on its name or on particular values: other trees
// of the same format with other seeds, sizes and parameters must run as well.
import type { GoldenFile } from './golden-file.ts';

/** One entry of an `index.json`. */
export interface GoldenCase {
  readonly case: string;
  readonly op: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Safetensors file beside the index; absent when the entry is JSON only. */
  readonly file?: string;
  readonly tensors?: readonly string[];
  /** Maximum absolute difference, or `|a-b| <= atol + rtol*|b|`, or one tolerance per kind of output. */
  readonly tolerance_suggested?: unknown;
  readonly note?: string;
  /** Amplifies rounding so much that only a rough comparison makes sense. */
  readonly ill_conditioned?: boolean;
  readonly [key: string]: unknown;
}

/** What a suite may ask of the runner. */
export interface ParityContext {
  /** Absolute path of the folder that holds the case's `index.json`. */
  readonly folderPath: string;
  /** Absolute path of the whole tree (the `numeric` folder). */
  readonly treePath: string;
  /** All cases of the folder, for references such as `uses_weights_of`. */
  readonly cases: readonly GoldenCase[];
  /** Reads the tensors of a case (cached while the folder runs). */
  tensors(goldenCase: GoldenCase): Promise<GoldenFile>;
  /** The case with this name in the same folder; throws when there is none. */
  caseNamed(name: string): GoldenCase;
}

/** The worst comparison of a case. */
export interface ComparedOutcome {
  readonly passed: boolean;
  /** Largest error relative to its tolerance decides; this is that absolute error. */
  readonly error: number;
  /** What was allowed where the worst error was found. */
  readonly tolerance: number;
  /** Tensor or value, with the position of the worst element. */
  readonly where: string;
  /** Parts of the case that this version does not cover. */
  readonly leftOut?: string;
}

/** Not run; cases are grouped by this text, so keep values that differ from case to case out of it. */
export interface SkippedOutcome {
  readonly skipped: string;
}

export type ParityOutcome = ComparedOutcome | SkippedOutcome;

export interface ParitySuite {
  /** Folder relative to the tree, with `/`: `rng`, `modules/text`. */
  readonly folder: string;
  /** Part of the folder that the case is counted under, too. */
  groupOf?(goldenCase: GoldenCase): string;
  /** A rejected promise counts as a failed case. */
  run(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome>;
  /** Gives sessions and temporary files back after the last case. */
  close?(): Promise<void>;
}

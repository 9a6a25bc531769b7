// Checks prompts in this process, on the advertised catalogue. The child is asked for two things only: live lists of the
// classes that the prompt uses, and the verdicts of nodes' own validators.
import { type RunValidator, validatePrompt } from '@snug/execution';
import { type Prompt, stringifyLossless, type ValidationOutcome } from '@snug/protocol';
import { WorkerError } from '../errors.ts';
import type { ChildSupervisor } from './child-supervisor.ts';
import type { HostCatalogue, PreparedJson } from './host-catalogue.ts';
import type { Logger } from './logger.ts';

export interface PromptCheckerOptions {
  readonly supervisor: ChildSupervisor;
  readonly catalogue: HostCatalogue;
  readonly logger: Logger;
  /** How long to wait for a child that is starting. */
  readonly readyLimitMs: number;
  /** How long to wait for an answer of the child. */
  readonly requestLimitMs: number;
}

export interface PromptChecker {
  /** Never rejects: prompts that cannot be checked for want of a child are answered with a problem. */
  validate(prompt: Prompt, options: { readonly targets: readonly string[] | null }): Promise<ValidationOutcome>;
  /** @throws WorkerError CHILD_UNAVAILABLE while no child has ever been ready */
  objectInfo(): Promise<PreparedJson>;
  objectInfoOf(classType: string): Promise<PreparedJson>;
}

export function createPromptChecker(options: PromptCheckerOptions): PromptChecker {
  const { supervisor, catalogue, logger, readyLimitMs, requestLimitMs } = options;

  /** Resolves when a child has told what it knows. */
  const catalogueKnown = async (): Promise<void> => {
    if (catalogue.isEmpty) await supervisor.whenReady(readyLimitMs);
  };

  /** Brings live lists up to date. A child that is busy or gone leaves the last known ones. */
  const refresh = async (live: readonly string[]): Promise<void> => {
    if (live.length === 0) return;
    try {
      const child = await supervisor.whenReady(readyLimitMs);
      const change = await child.request('describe', { classes: live, since: catalogue.version }, requestLimitMs);
      // Versions of a child that has been replaced meanwhile mean nothing any more.
      if (supervisor.readyChild === child) catalogue.merge(change);
    } catch (error) {
      logger.warn({ err: error }, 'The lists of files could not be refreshed; using the last known ones');
    }
  };

  const runValidator: RunValidator = async (nodeId, classType, args, inputTypes) => {
    const child = await supervisor.whenReady(readyLimitMs);
    const argsJson = stringifyLossless(args);
    const inputTypesJson = inputTypes === undefined ? undefined : stringifyLossless(inputTypes);
    try {
      return await child.request('validate', { nodeId, classType, argsJson, inputTypesJson }, requestLimitMs);
    } catch (error) {
      // What the node's code threw is the node's problem and is reported under its own name.
      throw error instanceof WorkerError && error.code === 'CHILD_REFUSED' ? (error.cause ?? error) : error;
    }
  };

  return {
    async validate(prompt, { targets }) {
      try {
        await catalogueKnown();
        await refresh(catalogue.liveIn(prompt));
        return await validatePrompt({ prompt, targets, catalogue: catalogue.descriptions, runValidator });
      } catch (error) {
        if (!(error instanceof WorkerError)) throw error;
        logger.error({ err: error }, 'A prompt could not be checked');
        return {
          ok: false,
          error: {
            type: 'worker_unavailable',
            message: 'The prompt cannot be checked now',
            details: error.message,
            extra_info: {},
          },
          nodeErrors: {},
        };
      }
    },
    async objectInfo() {
      await catalogueKnown();
      await refresh(catalogue.live());
      return catalogue.whole();
    },
    async objectInfoOf(classType) {
      await catalogueKnown();
      await refresh(catalogue.live().filter(live => live === classType));
      return catalogue.one(classType);
    },
  };
}

// What host and child say to each other (one IPC channel, structured clone). Prompts and results cross as JSON text, so that
// numbers survive and nobody encodes twice; event data that may hold any JSON crosses as text too (`event-wire.ts`).
// The child sends arrays of messages: everything that happened in one turn of its event loop travels together.
import type { ValidatorVerdict } from '@snug/execution';
import type { ChildOptions } from './child-options.ts';
import type { WireEvent } from './event-wire.ts';

/** A prompt to be run, as the job record holds it. */
export interface RunRequest {
  readonly promptId: string;
  readonly clientId: string | null;
  readonly promptJson: string;
  readonly extraDataJson: string;
  readonly sensitiveJson: string | null;
  readonly outputs: readonly string[];
}

/** How a run ended; texts as the history stores them. */
export interface RunOutcome {
  readonly statusStr: 'success' | 'error';
  readonly isInterrupted: boolean;
  /** A node ignored the interrupt and still computes: this child must not be used any more. */
  readonly mustRestart: boolean;
  readonly messagesJson: string;
  readonly outputsJson: string;
  readonly metaJson: string;
}

/**
 * Descriptions of node classes as JSON text by class type. Within one child the version grows with every change of a live
 * list (model files, input images).
 */
export interface CatalogueChange {
  readonly version: number;
  readonly classes: readonly (readonly [classType: string, descriptionJson: string])[];
}

/** A custom validator to be called: arguments as JSON text, links are null. */
export interface ValidatorRequest {
  readonly nodeId: string;
  readonly classType: string;
  readonly argsJson: string;
  /** Types of the linked inputs as JSON text, when the validator wants them. */
  readonly inputTypesJson: string | undefined;
}

export interface ChildStats {
  readonly rssBytes: number;
  /** Resident bytes that are not shared with files (mapped weights not counted). */
  readonly privateBytes: number;
  readonly openSessions: number;
  readonly sessionBytes: number;
}

/** Questions with their answers. */
export interface ChildRequests {
  /** Changes since a version, of the given classes or of all. */
  describe: { request: { classes: readonly string[] | null; since: number }; answer: CatalogueChange };
  /** Refused with what the validator threw. */
  validate: { request: ValidatorRequest; answer: ValidatorVerdict };
  free: { request: { unloadModels: boolean; freeMemory: boolean }; answer: null };
  stats: { request: Record<never, never>; answer: ChildStats };
}

export type RequestKind = keyof ChildRequests;

/** An error on its way through the channel, which would drop names that it does not know. */
export interface ThrownError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

export type HostMessage =
  | { readonly type: 'start'; readonly options: ChildOptions }
  | { readonly type: 'run'; readonly run: RunRequest }
  | { readonly type: 'abort'; readonly promptId: string }
  | { readonly type: 'request'; readonly id: number; readonly kind: RequestKind; readonly body: unknown }
  | { readonly type: 'shutdown' };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type ChildMessage =
  | { readonly type: 'ready'; readonly catalogue: CatalogueChange }
  | { readonly type: 'events'; readonly promptId: string; readonly events: readonly WireEvent[] }
  | { readonly type: 'done'; readonly promptId: string; readonly outcome: RunOutcome }
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly thrown: ThrownError }
  | {
      readonly type: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: Record<string, unknown>;
    };

// What the server needs from whoever runs prompts. `cli` plugs the worker host in; the server knows no node and no model.
import type { Prompt, ValidationOutcome } from '@snug/protocol';

/** A document kept ready to be sent. */
export interface PreparedJson {
  readonly json: string;
  /** Strong ETag, quotes included. */
  readonly etag: string;
}

export interface DeviceStats {
  readonly name: string;
  readonly type: string;
  readonly index: number | null;
  readonly vramTotalBytes: number;
  readonly vramFreeBytes: number;
  readonly torchVramTotalBytes: number;
  readonly torchVramFreeBytes: number;
}

export interface PromptRunner {
  /** Checks and coerces a prompt. Never throws for bad prompts: problems are values. */
  validate(prompt: Prompt, options: { targets: readonly string[] | null }): Promise<ValidationOutcome>;
  /** Whole node catalogue with live option lists. */
  objectInfo(): Promise<PreparedJson>;
  /** One class as `{"Class": {...}}`, or `{}`. */
  objectInfoOf(classType: string): Promise<PreparedJson>;
  /** Interrupts the running prompt; with an id only if that one is running. Answers whether something was told to stop. */
  interrupt(promptId?: string): Promise<boolean>;
  free(request: { unloadModels: boolean; freeMemory: boolean }): Promise<void>;
  devices(): Promise<readonly DeviceStats[]>;
}

// Port: what a front end remembers for a user (spec http.md section 10). Values pass through without loss of numbers.
import type { JsonObject } from '@snug/protocol';

export interface UserSettings {
  /** All settings; empty when there are none or what is stored cannot be understood. */
  read(userId: string): Promise<JsonObject>;
  /** Sets the given members and keeps the others. Concurrent changes never lose each other's members. */
  change(userId: string, changes: JsonObject): Promise<void>;
}

// Settings: shallow merge, lossless values, nothing lost between concurrent changes (spec http.md section 10).

import type { JsonObject } from '@snug/protocol';
import { JsonFloat, orderedKeys, parseLossless, stringifyLossless } from '@snug/protocol';
// biome-ignore lint/correctness/noUndeclaredDependencies: tests import this file; it never ships
import { describe, expect, it } from 'vitest';
import type { CurrentUserStore } from './user-store-harness.ts';

const objectOf = (text: string): JsonObject => parseLossless(text) as JsonObject;

export function describeUserSettings(current: CurrentUserStore): void {
  describe('settings', () => {
    it('are empty at first', async () => {
      expect(await current().settings.read('default')).toEqual({});
    });

    it('are merged member by member and not deeper', async () => {
      await current().settings.change('default', objectOf('{"a":{"x":1,"y":2},"b":true}'));
      await current().settings.change('default', objectOf('{"a":{"x":3},"c":null}'));
      expect(stringifyLossless(await current().settings.read('default'))).toBe('{"a":{"x":3},"b":true,"c":null}');
    });

    it('keep numbers, key order and odd names through a restart', async () => {
      const text =
        '{"seed":18446744073709551615,"cfg":8.0,"10":1,"2":{"7":1,"1":2},"__proto__":{"x":1},"ü😀":"\\u0000"}';
      await current().settings.change('default', objectOf(text));
      current.reopen();
      const read = await current().settings.read('default');
      expect(stringifyLossless(read)).toBe(stringifyLossless(objectOf(text)));
      expect(orderedKeys(read)).toEqual(['seed', 'cfg', '10', '2', '__proto__', 'ü😀']);
      expect(read['cfg']).toBeInstanceOf(JsonFloat);
    });

    it('belong to one user', async () => {
      await current().settings.change('a', { x: 1 });
      expect(await current().settings.read('b')).toEqual({});
    });

    it('lose nothing when many change at the same time', async () => {
      const names = Array.from({ length: 50 }, (_, i) => `setting ${i}`);
      await Promise.all(names.map(name => current().settings.change('default', { [name]: name })));
      expect(Object.keys(await current().settings.read('default')).sort()).toEqual([...names].sort());
    });
  });
}

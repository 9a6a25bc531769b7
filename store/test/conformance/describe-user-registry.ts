// Users: names, ids, order (spec http.md section 10).
// biome-ignore lint/correctness/noUndeclaredDependencies: tests import this file; it never ships
import { describe, expect, it } from 'vitest';
import type { CurrentUserStore } from './user-store-harness.ts';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

export function describeUserRegistry(current: CurrentUserStore): void {
  describe('users', () => {
    it('are none at first', async () => {
      expect([...(await current().registry.list())]).toEqual([]);
      expect(await current().registry.hasData('default')).toBe(false);
    });

    it.each([
      ['bob', 'bob'],
      ['Jürgen  Müller!', 'J-rgen-M-ller-'],
      ['../../etc', '-etc'],
      ['__proto', undefined],
    ])('get ids that are made of their names: %s', async (name, start) => {
      const adding = current().registry.add(name);
      if (start === undefined) await expect(adding).rejects.toMatchObject({ code: 'USER_NAME_INVALID' });
      else expect(await adding).toMatch(new RegExp(`^${start}_${UUID}$`));
    });

    it('are listed in the order in which they came, also after a restart', async () => {
      const ids = [await current().registry.add('zoe'), await current().registry.add('adam')];
      current.reopen();
      expect([...(await current().registry.list())]).toEqual([
        [ids[0], 'zoe'],
        [ids[1], 'adam'],
      ]);
    });

    it.each(['', ' \t', '__internal', 'x'.repeat(101)])('cannot be called %j', async name => {
      await expect(current().registry.add(name)).rejects.toMatchObject({ code: 'USER_NAME_INVALID' });
    });

    it('have names of their own, also when they come at the same time', async () => {
      const outcomes = await Promise.allSettled(['bob', 'bob', 'eve', 'bob'].map(name => current().registry.add(name)));
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
      expect([...(await current().registry.list()).values()]).toEqual(['bob', 'eve']);
    });

    it('have data once something is stored for them', async () => {
      await current().settings.change('default', { a: 1 });
      expect(await current().registry.hasData('default')).toBe(true);
      expect(await current().registry.hasData('other')).toBe(false);
    });

    it.each(['..', '.', '', 'a/b', 'a\\b', '__manager', 'a\0', 'x'.repeat(500)])(
      'named %j have no folder',
      async id => {
        await expect(current().settings.read(id)).rejects.toMatchObject({ code: 'USER_UNKNOWN' });
        await expect(current().files.write(id, 'a', new Uint8Array())).rejects.toMatchObject({ code: 'USER_UNKNOWN' });
      },
    );
  });
}

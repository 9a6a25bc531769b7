import { expect, test } from 'vitest';
import { cacheControlFor } from './cache-control.ts';

test.each([
  ['/scripts/app.js', 200, 'no-cache'],
  ['/user.css', 404, 'no-cache'],
  ['/templates/index.de.json', 200, 'no-cache'],
  ['/templates/default.json', 200, undefined],
  ['/a.PNG', 200, 'public, max-age=86400'],
  ['/a.webp', 206, 'public, max-age=86400'],
  ['/a.png', 404, 'public, max-age=3600'],
  ['/a.png', 302, 'no-cache'],
  ['/a.png', 304, undefined],
  ['/a.png', 500, undefined],
  ['/view', 200, undefined],
  ['/object_info', 200, undefined],
] as const)('%s with status %i gets %s', (path, status, expected) => {
  expect(cacheControlFor(path, status)).toBe(expected);
});

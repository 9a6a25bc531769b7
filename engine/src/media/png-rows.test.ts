import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Adler32 } from './adler32.ts';
import { packPngRows } from './png-rows.ts';

/** A picture whose rows repeat, so that bands gain from their dictionaries. */
function picture(width: number, height: number, channels: number) {
  const data = new Uint8Array(width * height * channels).map((_, i) => (i * i) >> 9);
  return { data, width, height, channels };
}

test('the checksum is that of zlib, however the bytes come', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000 }), fc.nat(20_000), (bytes, cut) => {
      const checksum = new Adler32();
      checksum.add(bytes.subarray(0, cut));
      checksum.add(bytes.subarray(cut));
      expect([...checksum.bytes()]).toEqual([...deflateSync(bytes).subarray(-4)]);
    }),
    { numRuns: 30 },
  );
});

test.each([0, 1, 4, 6, 9])('bands packed side by side at level %i are one stream with all rows', async level => {
  const image = picture(701, 900, 3); // four bands, the last one short
  const parts = await packPngRows(image, level);
  expect(parts.length).toBeGreaterThan(5);
  const rows = inflateSync(Buffer.concat(parts)); // checks header and checksum
  expect(rows).toHaveLength((701 * 3 + 1) * 900);
  expect([...new Set(rows.filter((_, i) => i % (701 * 3 + 1) === 0))]).toEqual([4]);
  expect(Buffer.concat(parts)[1]).toBe(deflateSync(new Uint8Array(1), { level })[1]);
});

test('cutting into bands costs next to no space', async () => {
  const image = picture(600, 1200, 3);
  const inBands = Buffer.concat(await packPngRows(image, 4));
  const atOnce = deflateSync(inflateSync(inBands), { level: 4 });
  expect(inBands.length).toBeLessThan(atOnce.length * 1.02 + 100);
});

test('a row longer than a band is a band of its own', async () => {
  const parts = await packPngRows(picture(300_000, 3, 3), 1);
  expect(parts).toHaveLength(5);
  expect(inflateSync(Buffer.concat(parts))).toHaveLength((300_000 * 3 + 1) * 3);
});

test('the event loop gets its turn while a large picture is packed', async () => {
  const packing = packPngRows(picture(1024, 1024, 3), 1);
  let turns = 0;
  let isDone = false;
  void packing.then(() => {
    isDone = true;
  });
  while (!isDone) {
    await new Promise(resolve => setImmediate(resolve));
    turns++;
  }
  expect(turns).toBeGreaterThan(4);
});

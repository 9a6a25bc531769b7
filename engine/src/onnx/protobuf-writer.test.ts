import fc from 'fast-check';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { ProtobufWriter } from './protobuf-writer.ts';

test('any safe integer is read back by another protobuf library', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 0xffff }), (value, field) => {
      const reader = protobuf.Reader.create(new ProtobufWriter().integer(field, value).finish());
      expect(reader.uint32()).toBe(field << 3);
      expect(Number(reader.int64())).toBe(value);
    }),
  );
});

test('strings, floats and nested messages are read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.float({ noNaN: true }), (text, number) => {
      const bytes = new ProtobufWriter().message(3, nested => nested.string(1, text).float(2, number)).finish();
      const outer = protobuf.Reader.create(bytes);
      expect(outer.uint32()).toBe((3 << 3) | 2);
      const inner = protobuf.Reader.create(outer.bytes());
      inner.uint32();
      expect(inner.string()).toBe(text);
      inner.uint32();
      expect(inner.float()).toBe(number);
    }),
  );
});

test('packed integers share one length', () => {
  const reader = protobuf.Reader.create(new ProtobufWriter().packedIntegers(1, [0, 300, -1]).finish());
  reader.uint32();
  const end = reader.uint32() + reader.pos;
  const values: number[] = [];
  while (reader.pos < end) values.push(Number(reader.int64()));
  expect(values).toEqual([0, 300, -1]);
});

test('numbers that are no integers are refused', () => {
  expect(() => new ProtobufWriter().integer(1, 1.5)).toThrow(RangeError);
  expect(() => new ProtobufWriter().integer(1, 2 ** 60)).toThrow(RangeError);
});

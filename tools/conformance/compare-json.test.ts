import { type JsonValue, parseLossless } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { compareJson } from './compare-json.ts';
import { Bindings } from './placeholders.ts';

/** Places that differ, keys joined by dots. */
function placesOf(recorded: string, ours: string, exactNumbers = true): string[] {
  const read = (text: string): JsonValue => parseLossless(text);
  const found = compareJson(read(recorded), read(ours), { bindings: new Bindings(), exactNumbers });
  return found.map(({ place }) => place.join('.'));
}

describe('comparing documents', () => {
  it('finds changed, missing and additional values', () => {
    expect(placesOf('{"a": 1, "b": 2}', '{"a": 3, "c": 2}')).toEqual(['a', 'b', 'c']);
    expect(placesOf('[1, 2, 3]', '[1, 2]')).toEqual(['2']);
  });

  it('keeps 5 and 5.0 apart where it matters', () => {
    expect(placesOf('{"cfg": 5.0}', '{"cfg": 5}')).toEqual(['cfg']);
    expect(placesOf('{"cfg": 5.0}', '{"cfg": 5}', false)).toEqual([]);
  });

  it('keeps integers beyond 2^53 apart', () => {
    expect(placesOf('[18446744073709551615]', '[18446744073709551614]')).toEqual(['0']);
  });

  it('compares sets as sets', () => {
    expect(placesOf('{"executed": ["1", "2"]}', '{"executed": ["2", "1"]}')).toEqual([]);
    expect(placesOf('{"executed": ["1", "2"]}', '{"executed": ["1", "1"]}')).toEqual(['executed.1']);
    expect(placesOf('{"nodes": ["1", "2"]}', '{"nodes": ["2", "1"]}')).toEqual(['nodes.0', 'nodes.1']);
  });

  it('lets Python have its own words for failures, but not for what the executor says itself', () => {
    const error = (type: string, traceback: string) => `{"exception_type": "${type}", "traceback": [${traceback}]}`;
    expect(placesOf(error('PIL.UnidentifiedImageError', '"<traceback-entry>"'), error('Error', '"a", "b"'))).toEqual(
      [],
    );
    expect(placesOf(error('ExecutionBlocked', ''), error('Error', ''))).toEqual(['exception_type']);
    expect(placesOf(error('Error', '"<traceback-entry>"'), error('Error', ''))).toEqual(['traceback']);
  });

  it('demands that both or neither of two messages end in a new line', () => {
    expect(placesOf('{"exception_message": "a\\n"}', '{"exception_message": "b\\n"}')).toEqual([]);
    expect(placesOf('{"exception_message": "a\\n"}', '{"exception_message": "b"}')).toEqual(['exception_message']);
  });

  it('lets a validator of a node word its details', () => {
    const error = (type: string, details: string) => `{"type": "${type}", "details": "${details}"}`;
    const custom = 'custom_validation_failed';
    expect(placesOf(error(custom, 'image - no'), error(custom, 'image - never'))).toEqual([]);
    expect(placesOf(error(custom, 'image - no'), error(custom, 'mask - no'))).toEqual(['details']);
    expect(placesOf(error('value_not_in_list', 'a - b'), error('value_not_in_list', 'a - c'))).toEqual(['details']);
  });

  it('compares the numbers of previews from the first on', () => {
    const files = (...names: string[]) =>
      `{"images": [${names.map(name => `{"filename": "ComfyUI_temp_${name}_.png"}`).join()}]}`;
    expect(placesOf(files('<rand5>_00004', '<rand5>_00005'), files('abcde_00001', 'abcde_00002'))).toEqual([]);
    expect(placesOf(files('<rand5>_00004', '<rand5>_00005'), files('abcde_00001', 'abcde_00003'))).toHaveLength(1);
  });

  it('reads only what is known of a partial document', () => {
    expect(placesOf('{"a": 1, "<more>": true}', '{"a": 1, "b": 2}')).toEqual([]);
    expect(placesOf('{"a": 1, "<more>": true}', '{"a": 2, "b": 2}')).toEqual(['a']);
    expect(placesOf('{"a": "<any>"}', '{"a": [1]}')).toEqual([]);
  });
});

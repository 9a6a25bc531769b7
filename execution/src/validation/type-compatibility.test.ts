import { describe, expect, it } from 'vitest';
import type { WireType } from '../catalogue/wire-shape.ts';
import { areTypesCompatible } from './type-compatibility.ts';

describe('areTypesCompatible', () => {
  it.each<[WireType, WireType, boolean]>([
    ['IMAGE', 'IMAGE', true],
    ['IMAGE', 'MASK', false],
    ['*', 'IMAGE', true],
    ['IMAGE', '*', true],
    ['IMAGE', 'MASK,*', true],
    ['MASK, *', 'IMAGE', true],
    ['INT,STRING', 'STRING,INT', true],
    ['STRING,BOOLEAN', 'STRING,INT', true],
    [' INT ,FLOAT', 'FLOAT', true],
    ['INT', 'FLOAT,STRING', false],
    ['', '', true],
    ['', 'INT', false],
    ['INT', '', false],
    [['a', 'b'], ['a', 'b'], true],
    [['a', 'b'], ['b', 'a'], false],
    ['STRING', ['a'], false],
    [['a'], 'STRING', false],
    [['a'], 'COMBO', true],
    ['COMBO', ['a'], false],
    [['a'], '*', true],
    ['COMFY_MATCHTYPE_V3', 'IMAGE', true],
    ['IMAGE', 'COMFY_MATCHTYPE_V3', true],
  ])('%j into %j: %s', (received, input, expected) => {
    expect(areTypesCompatible(received, input)).toBe(expected);
  });
});

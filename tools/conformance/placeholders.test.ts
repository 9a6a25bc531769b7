import { describe, expect, it } from 'vitest';
import { Bindings } from './placeholders.ts';

const ID = '01234567-89ab-cdef-0123-456789abcdef';
const OTHER = 'fedcba98-89ab-cdef-0123-456789abcdef';

describe('placeholders', () => {
  it('bind a value at the first meeting and demand it afterwards', () => {
    const bindings = new Bindings();
    expect(bindings.matches('bob_<uuid:1>', `bob_${ID}`)).toBe(true);
    expect(bindings.matches('<uuid:1>', ID)).toBe(true);
    expect(bindings.matches('<uuid:1>', OTHER)).toBe(false);
  });

  it('keep two names from standing for one value', () => {
    const bindings = new Bindings();
    expect(bindings.matches('<uuid:1>', ID)).toBe(true);
    expect(bindings.matches('<uuid:2>', ID)).toBe(false);
  });

  it('stand only for values of their kind', () => {
    const bindings = new Bindings();
    expect(bindings.matches('<uuid:1>', 'my-own-id')).toBe(false);
    expect(bindings.matches('ComfyUI_temp_<rand5>_00001_.png', 'ComfyUI_temp_abcde_00001_.png')).toBe(true);
    expect(bindings.matches('ComfyUI_temp_<rand5>_00001_.png', 'ComfyUI_temp_abcde_00002_.png')).toBe(false);
  });

  it('stand for the folders that they were bound to', () => {
    const bindings = new Bindings();
    bindings.bind('base', '/tmp/x.y');
    expect(bindings.matches('<base>/input', '/tmp/x.y/input')).toBe(true);
    expect(bindings.matches('<base>/input', '/tmp/xxy/input')).toBe(false);
  });

  it('fill a request, or say that they cannot', () => {
    const bindings = new Bindings();
    expect(bindings.fill('/history/<uuid:1>')).toBeUndefined();
    bindings.matches('<uuid:1>', ID);
    expect(bindings.fill('/history/<uuid:1>')).toBe(`/history/${ID}`);
  });

  it('leave other words in angle brackets alone', () => {
    expect(new Bindings().matches("<class 'int'>", "<class 'int'>")).toBe(true);
    expect(new Bindings().matches("<class 'int'>", "<class 'str'>")).toBe(false);
  });
});

import type { Link } from '@snug/protocol';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { ExecutionError } from '../errors.ts';
import { type Blocker, block } from './blocker.ts';
import { defineNode } from './define-node.ts';
import type { HiddenValues } from './hidden-inputs.ts';
import { any, boolean, combo, custom, float, int, socket, string, union } from './input-builders.ts';
import type { NodeContext } from './node-context.ts';
import { out } from './node-output.ts';

interface TestImage {
  readonly pixels: Float32Array;
}
interface Cheese {
  readonly age: number;
}

declare module './data-types.ts' {
  interface DataTypes {
    readonly TEST_IMAGE: TestImage;
  }
}

const picture = socket('TEST_IMAGE');
const mask = socket('TEST_IMAGE');

describe('types of a declared node', () => {
  it('gives execute the values that the inputs declare', () => {
    defineNode({
      id: 'Typed',
      inputs: {
        seed: int({ min: 0, max: 18446744073709551615n, big: true }),
        steps: int({ default: 20 }),
        cfg: float({ default: 8, optional: true }),
        text: string({ multiline: true }),
        flag: boolean(),
        sampler: combo(['euler', 'heun']),
        picture: picture(),
        lazyPicture: picture({ lazy: true }),
        link: picture({ rawLink: true }),
        cheese: custom<Cheese>('CHEESE'),
        optionalCheese: custom<Cheese>('CHEESE', { optional: true, tooltip: 'a slice' }),
        lazyCheese: custom<Cheese>('CHEESE', { lazy: true }),
        cheeseLink: custom<Cheese>('CHEESE', { rawLink: true }),
        anything: any(),
        either: union(['IMAGE', 'FLOAT']),
      },
      outputs: [],
      execute: (args, context) => {
        expectTypeOf(args.seed).toEqualTypeOf<bigint>();
        expectTypeOf(args.steps).toEqualTypeOf<number>();
        expectTypeOf(args.cfg).toEqualTypeOf<number | undefined>();
        expectTypeOf(args.text).toEqualTypeOf<string>();
        expectTypeOf(args.flag).toEqualTypeOf<boolean>();
        expectTypeOf(args.sampler).toEqualTypeOf<'euler' | 'heun'>();
        expectTypeOf(args.picture).toEqualTypeOf<TestImage>();
        expectTypeOf(args.lazyPicture).toEqualTypeOf<TestImage | null>();
        expectTypeOf(args.link).toEqualTypeOf<Link>();
        expectTypeOf(args.cheese).toEqualTypeOf<Cheese>();
        expectTypeOf(args.optionalCheese).toEqualTypeOf<Cheese | undefined>();
        expectTypeOf(args.lazyCheese).toEqualTypeOf<Cheese | null>();
        expectTypeOf(args.cheeseLink).toEqualTypeOf<Link>();
        expectTypeOf(args.anything).toEqualTypeOf<unknown>();
        expectTypeOf(args.either).toEqualTypeOf<unknown>();
        expectTypeOf(context).toExtend<NodeContext>();
        expectTypeOf(context.hidden).toEqualTypeOf<Pick<HiddenValues, never>>();
        // @ts-expect-error: not declared
        args.nothing;
      },
    });
  });

  it('gives whole lists to a node that takes lists', () => {
    defineNode({
      id: 'Lists',
      inputIsList: true,
      inputs: { images: picture(), size: int({ optional: true }) },
      outputs: [picture({ isList: true })],
      execute: args => {
        expectTypeOf(args.images).toEqualTypeOf<readonly TestImage[]>();
        expectTypeOf(args.size).toEqualTypeOf<readonly number[] | undefined>();
        return [args.images];
      },
    });
  });

  it('infers inputs that are made by a function', () => {
    defineNode({
      id: 'Live',
      inputs: () => ({ name: combo(['a', 'b'] as readonly string[]) }),
      outputs: [string()],
      execute: ({ name }) => {
        expectTypeOf(name).toEqualTypeOf<string>();
        return [name];
      },
    });
  });

  it('gives only the hidden values that were asked for, and the own state', () => {
    defineNode({
      id: 'Hidden',
      inputs: {},
      hiddenInputs: { initial: any() },
      hidden: ['uniqueId'],
      outputs: [],
      state: () => ({ count: 0 }),
      execute: (args, context) => {
        expectTypeOf(args.initial).toEqualTypeOf<unknown>();
        expectTypeOf(context.hidden.uniqueId).toEqualTypeOf<string>();
        expectTypeOf(context.state).toEqualTypeOf<{ count: number }>();
        // @ts-expect-error: not asked for
        context.hidden.prompt;
      },
    });
  });

  it('checks what execute returns', () => {
    const inputs = { picture: picture() };
    defineNode({ id: 'A', inputs, outputs: [picture(), mask()], execute: ({ picture }) => [picture, picture] });
    defineNode({ id: 'B', inputs, outputs: [picture()], execute: async ({ picture }) => [picture] });
    defineNode({ id: 'C', inputs, outputs: [picture()], execute: () => [block('no')] });
    defineNode({ id: 'D', inputs, outputs: [picture()], execute: (): Blocker => block() });
    defineNode({ id: 'E', inputs, outputs: [], execute: () => out({ ui: { images: [] } }) });
    // @ts-expect-error: one output too few
    defineNode({ id: 'F', inputs, outputs: [picture(), mask()], execute: ({ picture }) => [picture] });
    // @ts-expect-error: not an image
    defineNode({ id: 'G', inputs, outputs: [picture()], execute: () => [5] });
  });

  it('types the arguments of the hooks as known or null', () => {
    defineNode({
      id: 'Hooks',
      inputs: { a: float(), b: picture({ lazy: true }) },
      outputs: [],
      validate: {
        names: ['a'],
        check: ({ a }, { inputTypes }) => {
          expectTypeOf(a).toEqualTypeOf<number | null | undefined>();
          return inputTypes['a'] === undefined || 'linked';
        },
      },
      fingerprint: ({ a }) => a ?? Number.NaN,
      checkLazy: ({ b }) => {
        expectTypeOf(b).toEqualTypeOf<TestImage | null>();
        return b === null ? ['b'] : [];
      },
      execute: () => undefined,
    });
  });
});

describe('defineNode', () => {
  it('fills in the defaults of a V1 node', () => {
    const node = defineNode({ id: 'Plain', inputs: {}, outputs: [], execute: () => undefined });
    expect(node).toMatchObject({ displayName: 'Plain', category: 'sd', wire: 'v1', expandable: true, parallel: false });
  });

  it('forbids a V3 node to expand unless it says so', () => {
    const node = defineNode({ id: 'Plain', wire: 'v3', inputs: {}, outputs: [], execute: () => undefined });
    expect(node).toMatchObject({ displayName: 'Plain', expandable: false });
  });

  const execute = () => undefined;
  it.each<[string, unknown]>([
    ['an empty id', { id: '', inputs: {}, outputs: [], execute }],
    ['no execute', { id: 'X', inputs: {}, outputs: [] }],
    ['outputs that are no array', { id: 'X', inputs: {}, outputs: {}, execute }],
  ])('refuses a declaration with %s', (_, config) => {
    expect(() => defineNode(config as never)).toThrow(ExecutionError);
  });
});

// Values of golden node cases: built from the descriptors and tensors of a case, and taken apart in the same way to be
// compared (golden README section 8). A value's path is `in.NAME` or `out.INDEX`; parts of it append `.key` or `.position`.
import type { Tensor } from '../../engine/src/tensor/tensor.ts';
import type { Comparison } from './comparison.ts';
import { createFakeVae, type FakeVaeShape } from './fake-vae.ts';
import type { GoldenFile } from './golden-file.ts';

type Descriptors = Readonly<Record<string, unknown>>;

/** Where the parts of a value may be found. */
export interface GoldenSource {
  readonly descriptors: Descriptors;
  readonly file: GoldenFile | undefined;
}

/** The value at a path: a tensor, a composed value, a plain one, or undefined when the case says nothing of it. */
export function goldenValue(path: string, source: GoldenSource): unknown {
  const { descriptors, file } = source;
  if (file?.has(path)) return { data: file.float32(path), dims: file.get(path).dims } satisfies Tensor;
  const descriptor = descriptors[path];
  if (!isRecord(descriptor)) return descriptor;
  if ('constant' in descriptor) return filled(descriptor as never);
  if ('fake_vae' in descriptor) return createFakeVae(descriptor['fake_vae'] as FakeVaeShape);
  if ('list' in descriptor) return positions(descriptor['list']).map(i => goldenValue(`${path}.${i}`, source));
  if ('conditioning' in descriptor) {
    return positions(descriptor['conditioning']).map(i => conditioningEntry(`${path}.${i}`, source));
  }
  if ('dict' in descriptor) {
    const keys = descriptor['dict'] as readonly string[];
    return Object.fromEntries(keys.map(key => [key, descriptor[key] ?? goldenValue(`${path}.${key}`, source)]));
  }
  return descriptor;
}

function conditioningEntry(path: string, source: GoldenSource): unknown {
  const tensors = (source.file?.names ?? []).filter(name => name.startsWith(`${path}.`) && name !== `${path}.cond`);
  const options: Record<string, unknown> = { ...(source.descriptors[`${path}.options`] as Descriptors | undefined) };
  for (const name of tensors) {
    const [key = '', position] = name.slice(path.length + 1).split('.');
    const tensor = goldenValue(name, source);
    options[key] = position === undefined ? tensor : [...((options[key] as unknown[] | undefined) ?? []), tensor];
  }
  return [goldenValue(`${path}.cond`, source), options];
}

/** Compares everything that a case says of the value at a path; tensors by value and shape, the rest as JSON. */
export function compareGoldenValue(
  path: string,
  actual: unknown,
  expected: GoldenSource,
  comparison: Comparison,
): void {
  const found = takenApart(path, actual);
  const isPart = (name: string): boolean => name === path || name.startsWith(`${path}.`);
  for (const name of (expected.file?.names ?? []).filter(isPart)) {
    const { data, dims } = expected.file!.get(name);
    compareTensor(name, found.get(name), { data, dims }, comparison);
  }
  for (const [name, descriptor] of Object.entries(expected.descriptors).filter(([name]) => isPart(name))) {
    if (isRecord(descriptor) && 'constant' in descriptor) {
      compareTensor(name, found.get(name), filled(descriptor as never), comparison);
    } else comparison.equal(name, sorted(found.get(name)), sorted(descriptor));
  }
}

function compareTensor(
  name: string,
  actual: unknown,
  expected: { readonly data: ArrayLike<number>; readonly dims: readonly number[] },
  comparison: Comparison,
): void {
  if (!isTensor(actual)) {
    comparison.equal(`${name} is a tensor`, typeof actual, 'tensor');
    return;
  }
  comparison.equal(`shape of ${name}`, actual.dims, expected.dims);
  comparison.values(name, actual.data, expected.data);
}

/** Path to tensor, descriptor or plain value, as the golden files would have it. */
function takenApart(path: string, value: unknown, parts = new Map<string, unknown>()): Map<string, unknown> {
  if (isTensor(value)) return parts.set(path, value);
  if (isConditioning(value)) {
    parts.set(path, { conditioning: value.length });
    for (const [i, [tensor, options]] of value.entries()) {
      parts.set(`${path}.${i}.cond`, tensor);
      parts.set(`${path}.${i}.options`, plainMembers(options));
      takeMembersApart(`${path}.${i}`, options, parts);
    }
  } else if (Array.isArray(value)) {
    parts.set(path, { list: value.length });
    for (const [i, item] of value.entries()) takenApart(`${path}.${i}`, item, parts);
  } else if (isRecord(value)) {
    const members = Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
    parts.set(path, { dict: Object.keys(members).sort(), ...plainMembers(members) });
    takeMembersApart(path, members, parts);
  } else parts.set(path, value);
  return parts;
}

/** Members that are tensors or lists of them. */
function takeMembersApart(path: string, members: Descriptors, parts: Map<string, unknown>): void {
  for (const [key, member] of Object.entries(members)) {
    if (isTensor(member)) parts.set(`${path}.${key}`, member);
    else if (Array.isArray(member) && member.some(isTensor)) {
      for (const [i, item] of member.entries()) parts.set(`${path}.${key}.${i}`, item);
    }
  }
}

function plainMembers(members: Descriptors): Descriptors {
  const isPlain = (member: unknown): boolean => !isTensor(member) && !(Array.isArray(member) && member.some(isTensor));
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined && isPlain(member)));
}

/** Keys in alphabetical order, so that documents compare as text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}

function filled({ constant, shape }: { readonly constant: number; readonly shape: readonly number[] }): Tensor {
  return { data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(constant), dims: shape };
}

function positions(count: unknown): readonly number[] {
  return Array.from({ length: Number(count) }, (_, i) => i);
}

function isTensor(value: unknown): value is Tensor {
  return isRecord(value) && value['data'] instanceof Float32Array && Array.isArray(value['dims']);
}

function isConditioning(value: unknown): value is readonly (readonly [Tensor, Descriptors])[] {
  return Array.isArray(value) && value.length > 0 && value.every(entry => Array.isArray(entry) && isTensor(entry[0]));
}

function isRecord(value: unknown): value is Descriptors {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

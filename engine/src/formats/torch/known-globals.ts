// The names that a pickle of weights may mention, and what each stands for. Whatever is not in these tables is refused by name:
// a pickle can name any function of Python, and loading it the usual way would call it.
// Names: pytorch/pytorch (BSD-3), torch/_utils.py, torch/serialization.py.
import type { ElementTypeName } from '../element-types.ts';
import {
  isKind,
  isSize,
  itemsOf,
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
  sizesOf,
} from './pickle-values.ts';

/** Types of storages; undefined for bytes without a type. */
export const storageTypes: ReadonlyMap<string, ElementTypeName | undefined> = new Map([
  ['torch.DoubleStorage', 'F64'],
  ['torch.FloatStorage', 'F32'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.LongStorage', 'I64'],
  ['torch.IntStorage', 'I32'],
  ['torch.ShortStorage', 'I16'],
  ['torch.CharStorage', 'I8'],
  ['torch.ByteStorage', 'U8'],
  ['torch.BoolStorage', 'BOOL'],
  ['torch.UntypedStorage', undefined],
  ['torch.storage.UntypedStorage', undefined],
]);

/** Types of tensors over storages without a type. */
const elementTypesByName: ReadonlyMap<string, ElementTypeName> = new Map([
  ['torch.float64', 'F64'],
  ['torch.float32', 'F32'],
  ['torch.float16', 'F16'],
  ['torch.bfloat16', 'BF16'],
  ['torch.float8_e4m3fn', 'F8_E4M3'],
  ['torch.float8_e5m2', 'F8_E5M2'],
  ['torch.int64', 'I64'],
  ['torch.int32', 'I32'],
  ['torch.int16', 'I16'],
  ['torch.int8', 'I8'],
  ['torch.uint64', 'U64'],
  ['torch.uint32', 'U32'],
  ['torch.uint16', 'U16'],
  ['torch.uint8', 'U8'],
  ['torch.bool', 'BOOL'],
]);

/** Of what training programs leave beside the weights: they become nothing. */
const harmless: ReadonlySet<string> = new Set([
  'argparse.Namespace',
  'numpy.core.multiarray.scalar',
  'numpy._core.multiarray.scalar',
  'numpy.dtype',
  '_codecs.encode',
  'pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint',
  'torch.device',
  'torch.Tensor',
  'torch._tensor.Tensor',
  'torch.nn.parameter.Parameter',
]);

/** Result of "calling" a global with these arguments; undefined when they do not fit it. */
type Meaning = (args: readonly PickleValue[]) => PickleValue | undefined;

const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['collections.OrderedDict', args => dictOf(args[0])],
  ['builtins.dict', args => dictOf(args[0])],
  // Sets hold no weights; their items stay a list.
  ['builtins.set', ([items]) => items],
  ['builtins.frozenset', ([items]) => items],
  ['torch.Size', ([sizes]) => sizes],
  ['torch._utils._rebuild_tensor', rebuiltTensor],
  ['torch._utils._rebuild_tensor_v2', rebuiltTensor],
  ['torch._utils._rebuild_tensor_v3', args => rebuiltTensor(args, typeNamed(args[6]))],
  ['torch._utils._rebuild_parameter', ([tensor]) => tensor],
  ['torch._utils._rebuild_parameter_with_state', ([tensor]) => tensor],
  // (function, type, arguments, state): a tensor with attributes of its own, which do not matter here.
  ['torch._tensor._rebuild_from_type_v2', ([callee, , args]) => rebuiltFromType(callee, args)],
]);

/** A dict of parameters as a module: what it holds is in its state. */
export const PARAMETER_DICT = 'torch.nn.modules.container.ParameterDict';

export function isKnownGlobal(name: string): boolean {
  return (
    meanings.has(name) ||
    storageTypes.has(name) ||
    elementTypesByName.has(name) ||
    harmless.has(name) ||
    name === PARAMETER_DICT
  );
}

/** What a global stands for when it is called. Undefined: the arguments do not fit, or it is nothing to be called. */
export function meaningOf(name: string, args: readonly PickleValue[]): PickleValue | undefined {
  if (harmless.has(name)) return { kind: 'opaque', name };
  if (name === PARAMETER_DICT) return { kind: 'dict', entries: new Map() };
  return meanings.get(name)?.(args);
}

function dictOf(pairs: PickleValue | undefined): PickleValue | undefined {
  const entries = new Map<PickleValue, PickleValue>();
  if (pairs === undefined) return { kind: 'dict', entries };
  if (isKind(pairs, 'dict')) return { kind: 'dict', entries: new Map(pairs.entries) };
  for (const pair of itemsOf(pairs) ?? [null]) {
    const [key, value] = itemsOf(pair) ?? [];
    if (key === undefined || value === undefined) return undefined;
    entries.set(key, value);
  }
  return { kind: 'dict', entries };
}

/** (storage, first element, sizes, strides, ...) */
function rebuiltTensor(
  [storage, offset, sizes, steps]: readonly PickleValue[],
  dtype = isKind(storage, 'storage') ? storage.dtype : undefined,
): PickleTensor | undefined {
  const [shape, strides] = [sizesOf(sizes), sizesOf(steps)];
  if (!isKind(storage, 'storage') || !dtype || !isSize(offset) || !shape || !strides) return undefined;
  if (shape.length !== strides.length) return undefined;
  return { kind: 'tensor', storage: storage satisfies PickleStorage, dtype, offset, shape, strides };
}

function rebuiltFromType(callee: PickleValue | undefined, args: PickleValue | undefined): PickleValue | undefined {
  const isTensor = isKind(callee, 'global') && callee.name.startsWith('torch._utils._rebuild_');
  return isTensor ? meaningOf(callee.name, itemsOf(args) ?? []) : undefined;
}

function typeNamed(value: PickleValue | undefined): ElementTypeName | undefined {
  return isKind(value, 'global') ? elementTypesByName.get(value.name) : undefined;
}

// A pickle is a small program for a stack machine whose only purpose is to build values. This machine builds plain data: names of
// Python are looked up in a table of those that weights need, everything else ends the reading. Protocols 0 to 5.
// Instructions: Python's documentation of `pickletools`.
import { EngineError } from '../../errors.ts';
import { isKnownGlobal, meaningOf } from './known-globals.ts';
import { PickleBytes, PickleCutOff } from './pickle-bytes.ts';
import { isKind, itemsOf, type PickleDict, type PickleValue, torchDamaged } from './pickle-values.ts';

export interface ReadPickleOptions {
  /** For messages. */
  readonly path: string;
  /** Where the pickle begins; default 0. */
  readonly position?: number;
  /** Value for a persistent id, which is how weights refer to their bytes; undefined when it is none. */
  readonly persistent?: (id: PickleValue) => PickleValue | undefined;
}

export interface ReadPickle {
  readonly value: PickleValue;
  /** Position after the pickle. */
  readonly end: number;
}

/** Longer integers are not weights. */
const MAX_LONG_BYTES = 256;
const MARK = Symbol('mark');

/**
 * @throws PickleCutOff when the bytes end before the pickle; EngineError TORCH_FILE_DAMAGED, TORCH_FILE_REFUSED.
 */
export function readPickle(bytes: Uint8Array, options: ReadPickleOptions): ReadPickle {
  const reader = new PickleReader(new PickleBytes(bytes, options.position), options);
  try {
    return reader.run();
  } catch (cause) {
    if (cause instanceof EngineError || cause instanceof PickleCutOff) throw cause;
    throw torchDamaged(options.path, `its list of contents is malformed near byte ${reader.position}`, cause);
  }
}

class PickleReader {
  readonly #bytes: PickleBytes;
  readonly #options: ReadPickleOptions;
  readonly #stack: (PickleValue | typeof MARK)[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(bytes: PickleBytes, options: ReadPickleOptions) {
    this.#bytes = bytes;
    this.#options = options;
  }

  get position(): number {
    return this.#bytes.position;
  }

  run(): ReadPickle {
    for (;;) {
      const code = this.#bytes.byte();
      if (code === 0x2e) return { value: this.#pop(), end: this.position }; // STOP
      const instruction = instructions.get(code);
      if (!instruction) throw this.damaged(`an unknown instruction (${code})`);
      instruction(this, this.#bytes);
    }
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  mark(): void {
    this.#stack.push(MARK);
  }

  pop(): PickleValue {
    return this.#pop();
  }

  /** POP takes a mark off, too. */
  drop(): void {
    if (this.#stack.pop() === undefined) throw this.damaged('an empty stack');
  }

  top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw this.damaged('an empty stack');
    return value as PickleValue;
  }

  /** Everything after the last mark, which goes as well. */
  popToMark(): PickleValue[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw this.damaged('no mark');
    const items = this.#stack.splice(mark).slice(1);
    return items as PickleValue[];
  }

  remember(place = this.#memo.size): void {
    this.#memo.set(place, this.top());
  }

  recall(place: number): void {
    const value = this.#memo.get(place);
    if (value === undefined) throw this.damaged(`no value number ${place}`);
    this.push(value);
  }

  append(items: readonly PickleValue[]): void {
    const list = this.top();
    if (!isKind(list, 'list')) throw this.damaged('items for what is no list');
    for (const item of items) list.items.push(item);
  }

  setItems(items: readonly PickleValue[]): void {
    const dict = this.top();
    if (!isKind(dict, 'dict') || items.length % 2 !== 0) throw this.damaged('entries for what is no dict');
    addPairs(dict, items);
  }

  /** @throws EngineError TORCH_FILE_REFUSED */
  global(module: PickleValue, name: PickleValue): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw this.damaged('a name that is no text');
    const full = `${module === '__builtin__' ? 'builtins' : module}.${name}`;
    if (!isKnownGlobal(full)) {
      const shown = full.length > 120 ? `${full.slice(0, 120)}...` : full;
      throw new EngineError('TORCH_FILE_REFUSED', { path: this.#options.path, global: shown });
    }
    this.push({ kind: 'global', name: full });
  }

  /** REDUCE and NEWOBJ: what a known name stands for with its arguments. */
  call(): void {
    const args = itemsOf(this.pop());
    const callee = this.pop();
    const value = isKind(callee, 'global') && args ? meaningOf(callee.name, args) : undefined;
    if (value === undefined) throw this.damaged(`a call that cannot be understood${describe(callee)}`);
    this.push(value);
  }

  /** BUILD: the state of an object. It matters for dicts of parameters only. */
  build(): void {
    const state = this.pop();
    const object = this.top();
    if (!isKind(object, 'dict') || !isKind(state, 'dict')) return;
    const parameters = state.entries.get('_parameters');
    if (!isKind(parameters, 'dict')) return;
    for (const [key, value] of parameters.entries) object.entries.set(key, value);
  }

  persistent(id: PickleValue): void {
    const value = this.#options.persistent?.(id);
    if (value === undefined) throw this.damaged('a reference to bytes that cannot be understood');
    this.push(value);
  }

  damaged(found: string): EngineError {
    const reason = `its list of contents has ${found} near byte ${this.position}`;
    return torchDamaged(this.#options.path, reason);
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw this.damaged('an empty stack');
    return value as PickleValue;
  }
}

function addPairs({ entries }: PickleDict, items: readonly PickleValue[]): void {
  for (let index = 0; index + 1 < items.length; index += 2) entries.set(items[index]!, items[index + 1]!);
}

function describe(callee: PickleValue): string {
  return isKind(callee, 'global') ? ` (${callee.name})` : '';
}

type Instruction = (machine: PickleReader, bytes: PickleBytes) => void;

const tuple = (items: PickleValue[]): PickleValue => ({ kind: 'tuple', items });
const list = (items: PickleValue[] = []): PickleValue => ({ kind: 'list', items });
const dict = (items: readonly PickleValue[] = []): PickleValue => {
  const made: PickleDict = { kind: 'dict', entries: new Map() };
  addPairs(made, items);
  return made;
};
const popTuple =
  (count: number): Instruction =>
  machine => {
    const items = Array.from({ length: count }, () => machine.pop());
    machine.push(tuple(items.reverse()));
  };
const long =
  (length: (bytes: PickleBytes) => number): Instruction =>
  (machine, bytes) => {
    const count = length(bytes);
    if (count < 0 || count > MAX_LONG_BYTES) throw machine.damaged('an endless number');
    machine.push(bytes.long(count));
  };
const decimal = (text: string): PickleValue => {
  // Protocol 0 writes booleans as 00 and 01.
  if (text === '00' || text === '01') return text === '01';
  const digits = text.replace(/L$/, '');
  if (!/^-?\d{1,100}$/.test(digits)) throw new TypeError('no number');
  const value = BigInt(digits);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
};

/** By code. Missing on purpose: INST, OBJ, NEWOBJ_EX, EXT*, buffers, which weights have no use for. */
const instructions: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, (_, bytes) => void bytes.byte()], // PROTO
  [0x95, (_, bytes) => void bytes.length64()], // FRAME
  [0x28, machine => machine.mark()], // MARK
  [0x30, machine => machine.drop()], // POP
  [0x31, machine => void machine.popToMark()], // POP_MARK
  [0x32, machine => machine.push(machine.top())], // DUP
  [0x4e, machine => machine.push(null)], // NONE
  [0x88, machine => machine.push(true)], // NEWTRUE
  [0x89, machine => machine.push(false)], // NEWFALSE
  [0x49, (machine, bytes) => machine.push(decimal(bytes.line()))], // INT
  [0x4c, (machine, bytes) => machine.push(decimal(bytes.line()))], // LONG
  [0x46, (machine, bytes) => machine.push(Number(bytes.line()))], // FLOAT
  [0x4a, (machine, bytes) => machine.push(bytes.int32())], // BININT
  [0x4b, (machine, bytes) => machine.push(bytes.byte())], // BININT1
  [0x4d, (machine, bytes) => machine.push(bytes.uint16())], // BININT2
  [0x8a, long(bytes => bytes.byte())], // LONG1
  [0x8b, long(bytes => bytes.int32())], // LONG4
  [0x47, (machine, bytes) => machine.push(bytes.float64())], // BINFLOAT
  [0x53, (machine, bytes) => machine.push(bytes.line().replace(/^(['"])(.*)\1$/, '$2'))], // STRING
  [0x54, (machine, bytes) => machine.push(bytes.latin1(bytes.uint32()))], // BINSTRING
  [0x55, (machine, bytes) => machine.push(bytes.latin1(bytes.byte()))], // SHORT_BINSTRING
  [0x56, (machine, bytes) => machine.push(bytes.line())], // UNICODE
  [0x58, (machine, bytes) => machine.push(bytes.text(bytes.uint32()))], // BINUNICODE
  [0x8c, (machine, bytes) => machine.push(bytes.text(bytes.byte()))], // SHORT_BINUNICODE
  [0x8d, (machine, bytes) => machine.push(bytes.text(bytes.length64()))], // BINUNICODE8
  [0x42, (machine, bytes) => machine.push(bytes.bytes(bytes.uint32()))], // BINBYTES
  [0x43, (machine, bytes) => machine.push(bytes.bytes(bytes.byte()))], // SHORT_BINBYTES
  [0x8e, (machine, bytes) => machine.push(bytes.bytes(bytes.length64()))], // BINBYTES8
  [0x5d, machine => machine.push(list())], // EMPTY_LIST
  [0x6c, machine => machine.push(list(machine.popToMark()))], // LIST
  [0x61, machine => appendOne(machine)], // APPEND
  [0x65, machine => machine.append(machine.popToMark())], // APPENDS
  [0x29, machine => machine.push(tuple([]))], // EMPTY_TUPLE
  [0x74, machine => machine.push(tuple(machine.popToMark()))], // TUPLE
  [0x85, popTuple(1)], // TUPLE1
  [0x86, popTuple(2)], // TUPLE2
  [0x87, popTuple(3)], // TUPLE3
  [0x7d, machine => machine.push(dict())], // EMPTY_DICT
  [0x64, machine => machine.push(dict(machine.popToMark()))], // DICT
  [0x73, machine => setOne(machine)], // SETITEM
  [0x75, machine => machine.setItems(machine.popToMark())], // SETITEMS
  [0x8f, machine => machine.push(list())], // EMPTY_SET
  [0x90, machine => machine.append(machine.popToMark())], // ADDITEMS
  [0x91, machine => machine.push(list(machine.popToMark()))], // FROZENSET
  [0x63, (machine, bytes) => machine.global(bytes.line(), bytes.line())], // GLOBAL
  [0x93, machine => stackGlobal(machine)], // STACK_GLOBAL
  [0x52, machine => machine.call()], // REDUCE
  [0x81, machine => machine.call()], // NEWOBJ
  [0x62, machine => machine.build()], // BUILD
  [0x50, (machine, bytes) => machine.persistent(bytes.line())], // PERSID
  [0x51, machine => machine.persistent(machine.pop())], // BINPERSID
  [0x67, (machine, bytes) => machine.recall(Number(bytes.line()))], // GET
  [0x68, (machine, bytes) => machine.recall(bytes.byte())], // BINGET
  [0x6a, (machine, bytes) => machine.recall(bytes.uint32())], // LONG_BINGET
  [0x70, (machine, bytes) => machine.remember(Number(bytes.line()))], // PUT
  [0x71, (machine, bytes) => machine.remember(bytes.byte())], // BINPUT
  [0x72, (machine, bytes) => machine.remember(bytes.uint32())], // LONG_BINPUT
  [0x94, machine => machine.remember()], // MEMOIZE
]);

function appendOne(machine: PickleReader): void {
  const item = machine.pop();
  machine.append([item]);
}

function setOne(machine: PickleReader): void {
  const value = machine.pop();
  const key = machine.pop();
  machine.setItems([key, value]);
}

function stackGlobal(machine: PickleReader): void {
  const name = machine.pop();
  machine.global(machine.pop(), name);
}

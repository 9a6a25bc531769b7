// The small language in which the `cond_*` cases describe their conditionings: `combine(area(A,w=64,h=32,x=0,y=0,s=1),
// B)`. Prose after the expression is ignored; `C has 5 tokens` stands for C.
import type { Conditioning, ConditioningOptions } from '../../engine/src/models/model.ts';
import type { Tensor } from '../../engine/src/tensor/tensor.ts';

/** Named tensors of the case (`A`, `B`, `C`, `N`, `mask`) and numbers (`W`, `H`). */
export interface ExpressionValues {
  tensor(name: string): Tensor;
  number(name: string): number | undefined;
}

interface Call {
  readonly name: string;
  /** Texts of the arguments; of `key=value` just the value, also found by its key. */
  readonly arguments_: readonly string[];
  readonly named: ReadonlyMap<string, string>;
}

export function conditioningOf(text: string, values: ExpressionValues): Conditioning {
  if (text.startsWith('[]')) return [];
  const call = parseCall(text);
  if (call === undefined) return [[values.tensor(text[0]!), {}]];
  const argument = (index: number) => call.arguments_[index] ?? '';
  const inner = () => conditioningOf(argument(0), values);
  const numberOf = (key: string) => numberValue(call.named.get(key) ?? '', values);
  switch (call.name) {
    case 'combine':
      return call.arguments_.flatMap(part => conditioningOf(part, values));
    case 'setAreaStrength':
      return withOptions(inner(), { strength: numberValue(argument(1), values) });
    case 'area': {
      const cells = ['h', 'w', 'y', 'x'].map(key => Math.floor(numberOf(key) / 8));
      return withOptions(inner(), { area: cells, strength: numberOf('s'), set_area_to_bounds: false });
    }
    case 'areaPercentage': {
      const shares = ['h', 'w', 'y', 'x'].map(numberOf);
      return withOptions(inner(), {
        area: ['percentage', ...shares],
        strength: numberOf('s'),
        set_area_to_bounds: false,
      });
    }
    case 'setMask':
      return withOptions(inner(), {
        mask: maskOf(argument(1), values),
        set_area_to_bounds: argument(2) === 'mask bounds',
        mask_strength: numberValue(argument(3), values),
      });
    case 'range': {
      const [start, end] = [numberValue(argument(1), values), numberValue(argument(2), values)];
      return withOptions(inner(), { start_percent: start, end_percent: end });
    }
    case 'average':
      return average(
        conditioningOf(argument(0), values),
        conditioningOf(argument(1), values),
        numberValue(argument(2), values),
      );
    case 'concat':
      return concat(conditioningOf(argument(0), values), conditioningOf(argument(1), values));
    case 'zeroOut':
      return inner().map(([{ data, dims }, options]) => [{ data: new Float32Array(data.length), dims }, options]);
    default:
      // A name with a remark, as in `C(5 tokens)`.
      return [[values.tensor(call.name), {}]];
  }
}

/** `name(arguments) rest`, or undefined when the text does not begin so. */
function parseCall(text: string): Call | undefined {
  const name = /^(\w+)\(/.exec(text)?.[1];
  if (name === undefined) return undefined;
  const parts: string[] = [''];
  let depth = 0;
  for (const character of text.slice(name.length)) {
    if (character === ')') depth--;
    if (depth === 0 && character === ')') break;
    if (depth === 1 && character === ',') parts.push('');
    else if (depth >= 1) parts[parts.length - 1] += character;
    if (character === '(') depth++;
  }
  const pairs = parts.map(part => /^\s*(?:(\w+)=)?(.*?)\s*$/s.exec(part)!.slice(1) as [string | undefined, string]);
  return {
    name,
    arguments_: pairs.map(([, value]) => value),
    named: new Map(pairs.flatMap(([key, value]) => (key === undefined ? [] : [[key, value] as const]))),
  };
}

/** A number, a name, or `name/number`. */
function numberValue(text: string, values: ExpressionValues): number {
  const [left = '', right] = text.split('/');
  const number = values.number(left) ?? Number(left);
  const result = right === undefined ? number : number / Number(right);
  if (left === '' || Number.isNaN(result)) throw new Error(`"${text}" is no number in a conditioning expression`);
  return result;
}

function withOptions(conditioning: Conditioning, options: ConditioningOptions): Conditioning {
  return conditioning.map(([tensor, old]) => [tensor, { ...old, ...options }]);
}

/** `mask`, `mask[n]` (its batch size as a remark), `1-mask`, `zeros`. */
function maskOf(text: string, values: ExpressionValues): Tensor {
  const { data, dims } = values.tensor('mask');
  if (text === 'zeros') return { data: new Float32Array(data.length), dims };
  if (text === '1-mask') return { data: data.map(value => 1 - value), dims };
  return { data, dims };
}

function average(to: Conditioning, from: Conditioning, strength: number): Conditioning {
  const [other] = from[0]!;
  return to.map(([{ data, dims }, options]) => {
    const mixed = data.map((value, i) => strength * value + (1 - strength) * (other.data[i] ?? 0));
    return [{ data: mixed, dims }, options];
  });
}

function concat(to: Conditioning, from: Conditioning): Conditioning {
  const [other] = from[0]!;
  return to.map(([{ data, dims }, options]) => {
    const [items = 1, tokens = 0, width = 0] = dims;
    return [{ data: Float32Array.of(...data, ...other.data), dims: [items, tokens + other.dims[1]!, width] }, options];
  });
}

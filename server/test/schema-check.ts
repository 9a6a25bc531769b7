// A small structural check of JSON against the schemas of our own OpenAPI document: the keywords that the document uses, and
// an error for any other, so that no schema passes because nobody looked at it.

type Schema = Readonly<Record<string, unknown>>;

const annotations: ReadonlySet<string> = new Set(['description', 'format', 'examples', 'default', 'title']);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function hasType(value: unknown, wanted: unknown): boolean {
  const types = Array.isArray(wanted) ? wanted : [wanted];
  const actual = typeOf(value);
  return types.includes(actual) || (actual === 'integer' && types.includes('number'));
}

/** Looks up `#/components/schemas/Name`. */
function resolve(reference: unknown, document: Schema): Schema {
  let found: unknown = document;
  for (const part of String(reference).replace(/^#\//, '').split('/')) found = (found as Schema | undefined)?.[part];
  if (found === undefined) throw new Error(`The document has no ${String(reference)}`);
  return found as Schema;
}

/** What is wrong with `value`, as texts with the place in front; empty when it fits. */
export function schemaProblems(value: unknown, schema: Schema, document: Schema, place = '$'): string[] {
  return Object.entries(schema).flatMap(([keyword, wanted]) => {
    if (annotations.has(keyword)) return [];
    const check = keywords[keyword];
    if (check === undefined) throw new Error(`schemaProblems does not know the keyword "${keyword}"`);
    return check({ value, wanted, schema, document, place });
  });
}

interface Check {
  readonly value: unknown;
  readonly wanted: unknown;
  readonly schema: Schema;
  readonly document: Schema;
  readonly place: string;
}

const isObject = (value: unknown): value is Schema => typeOf(value) === 'object';
const complain = (isWrong: boolean, { place, value }: Check, text: string): string[] =>
  isWrong ? [`${place}: ${JSON.stringify(value)?.slice(0, 80)} ${text}`] : [];

function fits(check: Check): boolean[] {
  const { value, wanted, document, place } = check;
  return (wanted as Schema[]).map(option => schemaProblems(value, option, document, place).length === 0);
}

const keywords: Readonly<Record<string, (check: Check) => string[]>> = {
  $ref: ({ value, wanted, document, place }) => schemaProblems(value, resolve(wanted, document), document, place),
  type: check => complain(!hasType(check.value, check.wanted), check, `is not ${String(check.wanted)}`),
  enum: check => complain(!(check.wanted as unknown[]).includes(check.value), check, `is not in ${check.wanted}`),
  const: check => complain(check.value !== check.wanted, check, `is not ${String(check.wanted)}`),
  pattern: check =>
    complain(!new RegExp(String(check.wanted), 'u').test(String(check.value)), check, `does not match ${check.wanted}`),
  minimum: check => complain(Number(check.value) < Number(check.wanted), check, `is below ${check.wanted}`),
  maximum: check => complain(Number(check.value) > Number(check.wanted), check, `is above ${check.wanted}`),
  minItems: check => complain((check.value as unknown[]).length < Number(check.wanted), check, 'is too short'),
  maxItems: check => complain((check.value as unknown[]).length > Number(check.wanted), check, 'is too long'),
  anyOf: check => complain(!fits(check).includes(true), check, 'fits no alternative'),
  oneOf: check => complain(fits(check).filter(Boolean).length !== 1, check, 'does not fit exactly one alternative'),
  allOf: ({ value, wanted, document, place }) =>
    (wanted as Schema[]).flatMap(part => schemaProblems(value, part, document, place)),
  required: ({ value, wanted, place }) =>
    isObject(value)
      ? (wanted as string[]).filter(name => !(name in value)).map(name => `${place}: "${name}" is missing`)
      : [],
  properties: ({ value, wanted, document, place }) =>
    isObject(value)
      ? Object.entries(wanted as Record<string, Schema>)
          .filter(([name]) => name in value)
          .flatMap(([name, schema]) => schemaProblems(value[name], schema, document, `${place}.${name}`))
      : [],
  additionalProperties: ({ value, wanted, schema, document, place }) => {
    const named = Object.keys((schema['properties'] as Schema | undefined) ?? {});
    const others = isObject(value) ? Object.entries(value).filter(([name]) => !named.includes(name)) : [];
    if (wanted === true) return [];
    if (wanted === false) return others.map(([name]) => `${place}: "${name}" is not allowed`);
    return others.flatMap(([name, other]) => schemaProblems(other, wanted as Schema, document, `${place}.${name}`));
  },
  prefixItems: ({ value, wanted, document, place }) =>
    Array.isArray(value)
      ? (wanted as Schema[])
          .slice(0, value.length)
          .flatMap((schema, i) => schemaProblems(value[i], schema, document, `${place}[${i}]`))
      : [],
  items: ({ value, wanted, schema, document, place }) => {
    const start = (schema['prefixItems'] as unknown[] | undefined)?.length ?? 0;
    const rest = Array.isArray(value) ? value.slice(start) : [];
    return rest.flatMap((item, i) => schemaProblems(item, wanted as Schema, document, `${place}[${start + i}]`));
  },
};

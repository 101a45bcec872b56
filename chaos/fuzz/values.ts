import fc, { type Arbitrary } from 'fast-check';
import type { Schema } from './operations.js';

/** Few, so that requests meet each other's clients. */
export const NAMES = ['my-app', 'my-machine', 'default', 'a', 'b-2', 'x'.repeat(128), 'fuzz.example.com', 'other'];
/** A slow hash each; too many of them would be all that is tested. */
const SELDOM = { name: 'clientSecret', weight: 40 };

/** What servers have been seen to stumble over, as it stands in bodies, paths, queries and headers. */
const NASTY = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\r\nx-injected: 1',
  '\ud800',
  '\udfff\ud800',
  '\u202emoc.elpmaxe',
  '\ufeff',
  'ﷺ'.repeat(50),
  '👩‍👩‍👧‍👦',
  'ß',
  'İ',
  '../../etc/passwd',
  '..%2f..%2f',
  '%',
  '%zz',
  '%00',
  '%c0%ae',
  "' or 1=1 --",
  '"; drop table clients; --',
  '$1',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'then',
  'NaN',
  'Infinity',
  '-0',
  '1e999',
  '9'.repeat(400),
  'null',
  'undefined',
  '[]',
  '(',
  '*',
  '~',
  '\\',
  'https://a.com/\\@b.com',
  'https://a.com:99999999/cb',
  'https://xn--a/cb',
  'javascript:alert(1)',
  'http://[::1]:0/',
  'x'.repeat(3000),
];

const nastyText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 300 }) },
);
const nastyNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1.5, 2 ** 31, -(2 ** 31), 2 ** 53, 2 ** 63, 1e21, 1e308, 5e-324),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);

/** Of any type, and seldom of the expected one. */
export const hostile: Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: nastyText },
  { weight: 2, arbitrary: nastyNumber },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], { length: 1e9 }, { toJSON: 1 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.array(nastyText, { maxLength: 150 }) },
  { weight: 1, arbitrary: fc.integer({ min: 10, max: 2000 }).map((depth) => nested(depth)) },
);
export const hostileText = nastyText;

function nested(depth: number) {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 ? [value] : { a: value };
  return value;
}

/** What a schema asks for, its examples more often than not. */
export function valid(schema: Schema): Arbitrary<unknown> {
  const made = madeFor(schema);
  return schema.example === undefined
    ? made
    : fc.oneof({ weight: 2, arbitrary: fc.constant(schema.example) }, { weight: 1, arbitrary: made });
}

function madeFor(schema: Schema): Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return fc.oneof(...choice.map(valid));
  if (schema.allOf) return valid(schema.allOf.reduce(both));
  return fc.oneof(...[schema.type ?? 'string'].flat().map((type: string) => ofType(type, schema)));
}

const both = (one: Schema, other: Schema): Schema => ({
  ...one,
  ...other,
  properties: { ...one.properties, ...other.properties },
});

function ofType(type: string, schema: Schema): Arbitrary<unknown> {
  const { minimum = 0, maximum = 1000, minItems = 0, maxLength = 60, properties = {}, required = [] } = schema;
  if (type === 'null') return fc.constant(null);
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer' || type === 'number') return fc.integer({ min: minimum, max: maximum });
  if (type === 'array') return fc.array(valid(schema.items ?? {}), { minLength: minItems, maxLength: 4 });
  if (type === 'object') {
    const known = objectOf(properties, required);
    if (schema.additionalProperties !== true) return known;
    return fc.tuple(anything, known).map(([others, own]) => ({ ...others, ...own }));
  }
  if (schema.format === 'uuid') return fc.uuid();
  if (schema.format === 'uri') return fc.webUrl({ validSchemes: ['https'] });
  if (schema.format === 'date-time') {
    return fc
      .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  return fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: Math.min(maxLength, 60) }));
}

const anything = fc.dictionary(fc.constantFrom(...NAMES), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 3 });

function objectOf(properties: Readonly<Record<string, Schema>>, required: readonly string[]) {
  type Members = [name: string, value: unknown][];
  const members = Object.entries(properties).map(([name, schema]): Arbitrary<Members> => {
    const value = valid(schema).map((each): Members => [[name, each]]);
    if (required.includes(name)) return value;
    const weight = name === SELDOM.name ? SELDOM.weight : 1;
    return fc.oneof({ weight, arbitrary: fc.constant<Members>([]) }, { weight: 1, arbitrary: value });
  });
  return fc.tuple(...members).map((chosen) => Object.fromEntries(chosen.flat()));
}

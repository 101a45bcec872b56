import { DEFAULT_METADATA, type JsonValue } from '#clients';
import { normalise } from '../../libs/clients/src/client.entity.js';
import { CORE_RULES } from '../../libs/clients/src/client-rules.js';
import { ruleViolations } from '../../libs/clients/src/metadata-rule.js';

type Config = typeof DEFAULT_METADATA.additionalConfig;

const record = (additionalConfig: Config) => ({ ...DEFAULT_METADATA, additionalConfig });
const faultsOf = (additionalConfig: Config, onRecord?: Config) =>
  ruleViolations(record(additionalConfig), onRecord === undefined ? undefined : record(onRecord), CORE_RULES, {
    allowPlainHttp: false,
  }).map(({ field, rule }) => `${field} ${rule}`);

/** An object of so many levels. */
const nested = (levels: number): { a: JsonValue } => ({ a: levels === 1 ? 1 : nested(levels - 1) });
/** An object of so many bytes of JSON. */
const ofBytes = (bytes: number) => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) });

describe('what a client brings along for others', () => {
  it.each<[string, Config]>([
    ['nothing', null],
    ['values of every kind', { a: 'b', c: 1.5, d: -0, e: true, f: [null, [], {}, { g: null }], '': '' }],
    ['the names of what every object inherits', { constructor: 1, toString: 'x', hasOwnProperty: [], valueOf: {} }],
    ['any Unicode', { 'ключ 🦉': '\u0001\u007f\u0085\u2028\ufffe\u{10ffff}' }],
    ['the largest and the smallest double', { a: [Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 53] }],
    ['8 levels', nested(8)],
    ['8 levels of lists', { a: [[[[[[[1]]]]]]] }],
    ['4 KiB', ofBytes(4096)],
  ])('may be %s', (_, config) => {
    expect(faultsOf(config)).toEqual([]);
  });

  it.each<[string, Config, string]>([
    ['9 levels', nested(9), 'limit'],
    ['9 levels beside fewer', { b: 1, ...nested(9), c: [] }, 'limit'],
    ['9 levels of lists', { a: [[[[[[[[]]]]]]]] }, 'limit'],
    ['more than 4 KiB', ofBytes(4097), 'limit'],
    ['more than 4 KiB of UTF-8', { a: 'ä'.repeat(2100) }, 'limit'],
    ['a NUL character', { a: ['\0'] }, 'format'],
    ['a NUL character in a key', { a: { '\0': 1 } }, 'format'],
    ['half of a surrogate pair', { a: '\ud83e' }, 'format'],
    ['half of a surrogate pair in a key', { '\udd89': 1 }, 'format'],
    ['a number that is none', { a: [1, Number.POSITIVE_INFINITY] }, 'format'],
  ])('may not have %s', (_, config, rule) => {
    expect(faultsOf(config)).toEqual([`additionalConfig ${rule}`]);
  });

  it('may be of a hundred thousand levels, and is refused like one of nine', () => {
    const deep = JSON.parse(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect(faultsOf(deep)).toEqual(['additionalConfig limit']);
    expect(faultsOf(deep, nested(8))).toEqual(['additionalConfig limit']);
  });

  it('is not refused again where the record has it, in whatever order of the keys', () => {
    const big = { ...ofBytes(5000), b: { c: 1, d: 2 } };
    expect(faultsOf(big, { b: { d: 2, c: 1 }, ...ofBytes(5000) })).toEqual([]);
    expect(faultsOf({ ...big, b: 1 }, big)).toEqual(['additionalConfig limit']);
  });
});

describe('the normal form of what a client brings along', () => {
  const normal = (additionalConfig: Config) => normalise(record(additionalConfig)).additionalConfig;

  it('has no key that is null, and is null when there is no key', () => {
    expect(normal({ a: null, b: [null], c: { d: null } })).toEqual({ b: [null], c: { d: null } });
    expect(normal({ a: null })).toBeNull();
    expect(normal({})).toBeNull();
    expect(normal(null)).toBeNull();
  });
});

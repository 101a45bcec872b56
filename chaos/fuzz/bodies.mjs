import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { hostile, hostileText, valid } from './values.mjs';

const change = fc.record({
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'wrap'),
  where: fc.nat(1000),
  name: hostileText,
  value: hostile,
});

/** Bodies for an operation: what it asks for, that with some of it changed, or anything at all; as bytes. */
export function bodies({ schema, examples }) {
  const good = examples.length > 0 ? fc.oneof(fc.constantFrom(...examples), valid(schema)) : valid(schema);
  const changed = fc.tuple(good, fc.array(change, { minLength: 1, maxLength: 3 })).map(([body, changes]) => {
    const copy = structuredClone(body);
    for (const each of changes) apply(copy, each);
    return copy;
  });
  return fc.oneof(
    { weight: 5, arbitrary: good.map(json) },
    { weight: 5, arbitrary: changed.map(json) },
    { weight: 1, arbitrary: hostile.map(json) },
    { weight: 2, arbitrary: fc.tuple(good.map(json), broken).map(([bytes, breakIt]) => breakIt(bytes)) },
  );
}

const json = (value) => Buffer.from(JSON.stringify(value) ?? '');

/** What may happen to bytes on their way. */
const broken = fc.oneof(
  fc.nat(400).map((length) => (bytes) => bytes.subarray(0, length)),
  fc.tuple(fc.nat(400), fc.nat(255)).map(([at, value]) => (bytes) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[at % copy.length] = value;
    return copy;
  }),
  fc.uint8Array({ maxLength: 200 }).map((noise) => () => Buffer.from(noise)),
  fc.constantFrom(
    (bytes) => Buffer.from(bytes.toString(), 'utf16le'),
    (bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
    (bytes) => gzipSync(bytes),
    (bytes) => Buffer.concat([bytes, bytes]),
    (bytes) => Buffer.concat([bytes, Buffer.alloc(70_000, ' ')]),
    (bytes) => Buffer.from(bytes.toString().replace('{', '{"__proto__":{"isOperator":true},"a":1,"a":2,')),
    () => Buffer.from('['.repeat(60_000)),
    () => Buffer.from('{"a":'.repeat(10_000)),
    () => Buffer.alloc(0),
  ),
);

function apply(body, { how, where, name, value: given }) {
  // Several changes may have the same one, and the next change would change it.
  const value = structuredClone(given);
  const places = placesIn(body);
  if (places.length === 0) return;
  const { holder, key } = places[where % places.length];
  if (how === 'replace') holder[key] = value;
  if (how === 'remove') delete holder[key];
  if (how === 'wrap') holder[key] = [holder[key]];
  if (how === 'add' && !Array.isArray(holder))
    Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

/** What is nested deeper was put there by an earlier change. */
function placesIn(value, depth = 6) {
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  return Object.keys(value).flatMap((key) => [{ holder: value, key }, ...placesIn(value[key], depth - 1)]);
}

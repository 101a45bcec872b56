import { gzipSync } from 'node:zlib';
import fc, { type Arbitrary } from 'fast-check';
import type { Body } from './operations.js';
import { hostile, hostileText, valid } from './values.js';

interface Change {
  readonly how: 'replace' | 'remove' | 'add' | 'wrap';
  readonly where: number;
  readonly name: string;
  readonly value: unknown;
}

/** Something that is in an object or an array. */
interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

const change: Arbitrary<Change> = fc.record({
  how: fc.constantFrom<Change['how'][]>('replace', 'replace', 'replace', 'remove', 'add', 'wrap'),
  where: fc.nat(1000),
  name: hostileText,
  value: hostile,
});

/** Bodies for an operation: what it asks for, that with some of it changed, or anything at all; as bytes. */
export function bodies({ schema, examples }: Body): Arbitrary<Buffer> {
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

const json = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '');

/** What may happen to bytes on their way. */
type Break = (bytes: Buffer) => Buffer;

const broken = fc.oneof(
  fc.nat(400).map(
    (length): Break =>
      (bytes) =>
        bytes.subarray(0, length),
  ),
  fc.tuple(fc.nat(400), fc.nat(255)).map(
    ([at, value]): Break =>
      (bytes) => {
        const copy = Buffer.from(bytes);
        if (copy.length > 0) copy[at % copy.length] = value;
        return copy;
      },
  ),
  fc.uint8Array({ maxLength: 200 }).map(
    (noise): Break =>
      () =>
        Buffer.from(noise),
  ),
  fc.constantFrom<Break[]>(
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

function apply(body: unknown, { how, where, name, value: given }: Change) {
  // Several changes may have the same one, and the next change would change it.
  const value = structuredClone(given);
  const places = placesIn(body);
  if (places.length === 0) return;
  const { holder, key } = places[where % places.length]!;
  if (how === 'replace') holder[key] = value;
  if (how === 'remove') delete holder[key];
  if (how === 'wrap') holder[key] = [holder[key]];
  if (how === 'add' && !Array.isArray(holder))
    Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

/** What is nested deeper was put there by an earlier change. */
function placesIn(value: unknown, depth = 6): Place[] {
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  const holder = value as Place['holder'];
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key], depth - 1)]);
}

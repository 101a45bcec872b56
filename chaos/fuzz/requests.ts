import fc, { type Arbitrary } from 'fast-check';
import { bodies } from './bodies.js';
import type { Operation, Parameter } from './operations.js';
import { hostileText, NAMES, valid } from './values.js';

/** How it is sent: by an HTTP client, or over a socket in ways that no client would use (wire.ts). */
const WAYS = { client: 60, socket: 12, pieces: 5, chunks: 5, pipeline: 5, halfClosed: 5, abort: 5, noise: 3 };
type Way = keyof typeof WAYS;

export type Header = [name: string, value: string];

export interface FuzzRequest {
  readonly way: Way;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: Buffer | undefined;
  /** What stands between its bytes. */
  readonly noise: Uint8Array;
  /** Where it is cut, as a share of it. */
  readonly cut: number;
}

const OTHER_METHODS = ['HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND', 'GET', 'PUT', 'POST', 'DELETE'];

const escaped = (text: string) => encodeURIComponent(text.toWellFormed());
/** Neither client nor socket may end the header early by itself; noise does that. */
const printable = (text: string) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?');

/** Requests for all operations; `known` are ids that the server has given out, `key` lets in. */
export function requests(
  operations: readonly Operation[],
  known: readonly string[],
  key: string,
): Arbitrary<FuzzRequest> {
  return fc.oneof(...operations.map((operation) => requestsFor(operation, known, key)));
}

function requestsFor(operation: Operation, known: readonly string[], key: string): Arbitrary<FuzzRequest> {
  return fc.record({
    way: fc.oneof(...Object.entries(WAYS).map(([way, weight]) => ({ weight, arbitrary: fc.constant(way as Way) }))),
    method: fc.oneof(
      { weight: 15, arbitrary: fc.constant(operation.method) },
      { weight: 1, arbitrary: fc.constantFrom(...OTHER_METHODS) },
    ),
    target: targets(operation, known),
    headers: headers(key),
    body: operation.body
      ? fc.oneof({ weight: 12, arbitrary: bodies(operation.body) }, { weight: 1, arbitrary: fc.constant(undefined) })
      : fc.oneof(
          { weight: 12, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: hostileText.map((text) => Buffer.from(text)) },
        ),
    noise: fc.uint8Array({ minLength: 1, maxLength: 60 }),
    cut: fc.double({ min: 0, max: 1, noNaN: true }),
  });
}

function targets({ path, parameters }: Operation, known: readonly string[]) {
  const parts = path.split(/(\{\w+\})/).map((part) => {
    if (!part.startsWith('{')) return fc.constant(part);
    const parameter = parameters.find(({ name }) => part === `{${name}}`);
    return fc.oneof(
      { weight: 6, arbitrary: named(parameter!, known) },
      { weight: 1, arbitrary: hostileText.map(escaped) },
      { weight: 1, arbitrary: fc.constantFrom('%zz', '%', '..', '.', '%2e%2e', '%2f', ';a=1', '', '%ff%fe', '//') },
    );
  });
  const query = fc.array(fc.oneof(...parameters.filter((each) => each.in === 'query').map(queryPart), strayPart), {
    maxLength: 4,
  });
  return fc
    .tuple(fc.tuple(...parts), query)
    .map(([steps, asked]) => steps.join('') + (asked.length ? `?${asked.join('&')}` : ''));
}

function named({ schema = {}, example }: Parameter, known: readonly string[]) {
  const name = (schema.example ?? example) as string | undefined;
  if (schema.format === 'uuid') return fc.nat(1000).map((n) => known[n % known.length] ?? name ?? '');
  return fc.constantFrom(...NAMES, ...(name ? [name, name, name] : [])).map(escaped);
}

function queryPart({ name, schema = {} }: Parameter) {
  const value = fc.oneof(
    { weight: 4, arbitrary: valid(schema).map((each) => escaped(String(each))) },
    { weight: 1, arbitrary: fc.constantFrom(...NAMES) },
    { weight: 2, arbitrary: hostileText.map(escaped) },
    { weight: 1, arbitrary: fc.constantFrom('%', '%zz', '%ff', '1,2', '(a)', '-created', '1e3', '+1', '0x10') },
  );
  return value.map((each) => `${name}=${each}`);
}

const strayPart = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(
        'clientID',
        'clientName~',
        'created',
        'createdFrom',
        'modifiedTo',
        'grantTypes!',
        'config',
        'dryRun',
      ),
      fc.constantFrom('_after', '_before', '_token', '_list', 'sort', 'page', 'a[]', 'a[b]', '__proto__'),
      hostileText.map(escaped),
    ),
    hostileText.map(escaped),
  )
  .map(([name, value]) => `${name}=${value}`);

function headers(key: string): Arbitrary<Header[]> {
  const fromCaller: Arbitrary<Header[]> = fc.oneof(
    { weight: 40, arbitrary: fc.constant<Header[]>([['x-api-key', key]]) },
    { weight: 10, arbitrary: fc.constant<Header[]>([['authorization', `Bearer ${key}`]]) },
    { weight: 1, arbitrary: fc.constant<Header[]>([]) },
    { weight: 1, arbitrary: hostileText.map((text): Header[] => [['x-api-key', printable(text)]]) },
    { weight: 1, arbitrary: hostileText.map((text): Header[] => [['authorization', `Bearer ${printable(text)}`]]) },
    { weight: 1, arbitrary: fc.constant<Header[]>([['authorization', 'Bearer eyJhbGciOiJub25lIn0.eyJqdGkiOiIxIn0.']]) },
  );
  const more: Arbitrary<Header[]> = fc.array(
    fc.tuple(
      fc.constantFrom(
        ...['accept', 'content-type', 'if-match', 'if-none-match', 'if-unmodified-since', 'prefer', 'idempotency-key'],
        ...['x-request-id', 'origin', 'access-control-request-method', 'access-control-request-headers', 'range'],
        ...['accept-encoding', 'content-encoding', 'cookie', 'forwarded', 'x-forwarded-for', 'x-http-method-override'],
        ...['upgrade', 'te', 'via', 'referer'],
      ),
      fc.oneof(
        fc.constantFrom('*', '*/*', '"1"', 'W/"1"', 'application/json', 'application/hal+json', 'text/html', 'gzip'),
        fc.constantFrom('an-idempotency-key', 'validate-only', 'bytes=0-1', 'Thu, 01 Jan 1970 00:00:00 GMT', 'null'),
        hostileText.map(printable),
      ),
    ),
    { maxLength: 4 },
  );
  const flood = fc
    .integer({ min: 50, max: 2500 })
    .map((count) => Array.from({ length: count }, (_, n): Header => [`x-${n}`, 'y']));
  const expectation = fc.constantFrom('100-continue', '200-ok').map((value): Header[] => [['expect', value]]);
  return fc
    .tuple(
      fromCaller,
      more,
      fc.oneof(
        { weight: 40, arbitrary: fc.constant<Header[]>([]) },
        { weight: 1, arbitrary: flood },
        { weight: 1, arbitrary: expectation },
      ),
    )
    .map((lists) => lists.flat());
}

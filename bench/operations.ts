import type { MeasuringStage } from './measure.js';
import { accounts, type Confidential, floor, get, type RequestOf, type Requests, v1, verify } from './requests.js';
import { settings } from './settings.js';

/** What is measured, whoever does it. */
export interface Operation {
  readonly name: string;
  /** Whether the product must have noted changes afterwards, or must not; undefined: it depends. */
  readonly writes?: boolean;
  /** False where a request does something else the second time. */
  readonly isRepeatable?: boolean;
  /** Clients are added beforehand that the requests delete. */
  readonly dooms?: boolean;
  /** What is read must not be in any cache. */
  readonly isCold?: boolean;
  /** Requests per second and server that are to be prepared, at most. */
  readonly mostPerSecond?: number;
  readonly prepare?: (stage: MeasuringStage) => Promise<unknown>;
}

/** What the usual run measures: what f-pg, the product's dialects and the constant server are sent. */
export interface Compared extends Operation {
  /** Its name in the peers' and pgbench's lists. */
  readonly key: string;
  readonly floor: RequestOf;
  readonly product: { readonly accounts?: RequestOf; readonly v1: RequestOf };
  readonly constant?: RequestOf;
  /** Takes its own from a dialect's requests. */
  readonly requestOf?: (requests: Requests) => RequestOf;
}

const WRITES_IN_100 = 5;
/** Reads, and among them changes. */
const mixed =
  ({ read, putChanged }: Requests): RequestOf =>
  (n) =>
    n % (100 / WRITES_IN_100) === 0 ? putChanged(n) : read(n);
const both = (
  name: string,
  key: string,
  requestOf: (requests: Requests) => RequestOf,
  more: Partial<Compared>,
): Compared => ({
  name,
  key,
  requestOf,
  floor: requestOf(floor),
  product: { accounts: requestOf(accounts), v1: requestOf(v1) },
  ...more,
});
const list = (size: number) =>
  both(`list of ${size}`, `list${size}`, (requests) => requests.list(size), { writes: false });
const simple = (name: string, key: Exclude<keyof Requests, 'list'>, more: Partial<Compared>) =>
  both(name, key, (requests) => requests[key], more);

export const operations = ({ secrets }: { readonly secrets: readonly Confidential[] }): Compared[] => [
  simple('read one', 'read', { writes: false, constant: () => get('/') }),
  list(10),
  list(100),
  simple('PUT unchanged', 'putUnchanged', { writes: false }),
  simple('PUT changed', 'putChanged', { writes: true }),
  simple('create', 'create', { writes: true, isRepeatable: false }),
  simple('delete', 'delete', { writes: true, isRepeatable: false, dooms: true }),
  { name: 'verify secret', key: 'verify', writes: false, floor: floor.read, product: { v1: verify(secrets) } },
  both('mixed 95/5', 'mixed', mixed, {}),
  // The last one: what it loads would be in the others' way.
  simple('cold read', 'readCold', { writes: false, prepare: ({ data }) => data.addCold!(settings.coldClients) }),
];

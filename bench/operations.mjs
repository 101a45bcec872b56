import { accounts, floor, get, v1, verify } from './requests.mjs';
import { settings } from './settings.mjs';

const WRITES_IN_100 = 5;
/** Reads, and among them changes. */
const mixed =
  ({ read, putChanged }) =>
  (n) =>
    n % (100 / WRITES_IN_100) === 0 ? putChanged(n) : read(n);
const both = (name, key, requestOf, more) => ({
  name,
  key,
  requestOf,
  floor: requestOf(floor),
  product: { accounts: requestOf(accounts), v1: requestOf(v1) },
  ...more,
});
const list = (size) => both(`list of ${size}`, `list${size}`, (requests) => requests.list(size), { writes: false });
const simple = (name, key, more) => both(name, key, (requests) => requests[key], more);

/**
 * What is measured, each with what f-pg, the product's dialects and the constant server are sent. `key` is its name
 * in the peers' and pgbench's lists, `requestOf` takes its own from a dialect's requests. `writes`: whether the product must have noted changes afterwards, or must not
 * (undefined: it depends). `isRepeatable`: false where a request does something else the second time. `dooms`: clients
 * are added beforehand that the requests delete.
 */
export const operations = ({ secrets }) => [
  simple('read one', 'read', { writes: false, constant: () => get('/') }),
  list(10),
  list(100),
  simple('PUT unchanged', 'putUnchanged', { writes: false }),
  simple('PUT changed', 'putChanged', { writes: true }),
  simple('create', 'create', { writes: true, isRepeatable: false }),
  simple('delete', 'delete', { writes: true, isRepeatable: false, dooms: true }),
  { name: 'verify secret', key: 'verify', writes: false, floor: floor.read, product: { v1: verify(secrets) } },
  {
    name: 'mixed 95/5',
    key: 'mixed',
    floor: mixed(floor),
    product: { accounts: mixed(accounts), v1: mixed(v1) },
  },
  // The last one: what it loads would be in the others' way.
  simple('cold read', 'readCold', { writes: false, prepare: ({ data }) => data.addCold(settings.coldClients) }),
];

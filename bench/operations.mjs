import { accounts, floor, get, v1 } from './requests.mjs';
import { settings } from './settings.mjs';

const WRITES_IN_100 = 5;
/** Reads, and among them changes. */
const mixed =
  ({ read, putChanged }) =>
  (n) =>
    n % (100 / WRITES_IN_100) === 0 ? putChanged(n) : read(n);
const list = (size) => ({
  name: `list of ${size}`,
  key: `list${size}`,
  writes: false,
  floor: floor.list(size),
  product: { accounts: accounts.list(size), v1: v1.list(size) },
});
const simple = (name, key, more) => ({
  name,
  key,
  floor: floor[key],
  product: { accounts: accounts[key], v1: v1[key] },
  ...more,
});

/**
 * What is measured, each with what f-pg, the product's dialects and the constant server are sent. `key` is its name
 * in the peers' and pgbench's lists. `writes`: whether the product must have noted changes afterwards, or must not
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
  { name: 'verify secret', key: 'verify', writes: false, floor: floor.read, product: { v1: v1.verify(secrets) } },
  {
    name: 'mixed 95/5',
    key: 'mixed',
    floor: mixed(floor),
    product: { accounts: mixed(accounts), v1: mixed(v1) },
  },
  // The last one: what it loads would be in the others' way.
  simple('cold read', 'readCold', { writes: false, prepare: ({ data }) => data.addCold(settings.coldClients) }),
];

// What the product is meant to reach at the usual number of connections, and what it did reach in this run.
import { fixed, median, ratios } from './numbers.mjs';
import { settings } from './settings.mjs';
import { markdown } from './table.mjs';

const IDENTITY = ['oidc-provider', 'better-auth'];
const WRITES = ['PUT unchanged', 'PUT changed', 'create', 'delete'];
const LISTS = ['list of 10', 'list of 100'];
const READS = ['read one', 'mixed 95/5'];

/** [operation, dialect or undefined for both, against, must be reached, aimed at]. */
const OURS = [
  ['read one', 'v1', 'f-pg', 2, 2.5],
  ['read one', 'v1', 'f-static', 0.5, 0.7],
  ['read one', 'accounts', 'f-pg', 1.5, 2],
  ['cold read', undefined, 'f-pg', 0.6, 0.8],
  ...LISTS.map((list) => [list, undefined, 'f-pg', 0.7, 1]),
  ['PUT unchanged', undefined, 'f-pg', 1, 1],
  ['PUT changed', undefined, 'f-pg', 0.5, 0.8],
  ['create', undefined, 'f-pg', 0.5, 0.7],
];
const PEERS = [
  ...READS.map((read) => [read, undefined, 'platformatic', 3, 3]),
  ...[...LISTS, ...WRITES].map((operation) => [operation, undefined, 'platformatic', 1.5, 1.5]),
  ...[...READS, ...WRITES].flatMap((operation) => IDENTITY.map((peer) => [operation, undefined, peer, 5, 5])),
];

/** One row for each target that this run can judge. */
export function targetTable(results) {
  const rows = [...OURS, ...PEERS].flatMap(([operation, dialect, against, must, aim]) => {
    const sides = results.find((result) => result.operation === operation)?.sides ?? [];
    const base = sides.find(({ name }) => name === against);
    return sides
      .filter(({ name, isProduct }) => base && isProduct && (dialect ?? name) === name)
      .map((side) => row(`${side.name} ${operation}, requests/s to ${against}`, speedOf(side, base), must, aim));
  });
  return rows.length === 0 ? '' : markdown(['target', 'must', 'aim', 'is', ''], [...rows, ...latencies(results)]);
}

/** p99 of reads in the open loop is to be no longer than f-pg's. */
function latencies(results) {
  const { sides = [] } = results.find(({ operation }) => operation === 'read one') ?? {};
  return sides
    .filter(({ isProduct }) => isProduct)
    .map((side) => {
      const ratio = median(ratios(side.open, sides[0].open, 'p99'));
      return [
        `${side.name} read one, p99 to f-pg`,
        '≤ 1.00',
        '≤ 1.00',
        fixed(ratio, 2),
        ratio <= 1 ? 'reached' : 'missed',
      ];
    });
}

function row(name, ratio, must, aim) {
  const verdict = ratio >= aim ? 'reached' : ratio >= must ? 'enough' : 'missed';
  return [name, `≥ ${fixed(must, 2)}`, `≥ ${fixed(aim, 2)}`, fixed(ratio, 2), verdict];
}

function speedOf(side, base) {
  const at = ({ closed }) => closed[settings.usualConnections] ?? [];
  return median(ratios(at(side), at(base), 'perSecond'));
}

// What the product is meant to reach at the usual number of connections, and what it did reach in this run.
import type { MeasuredSide, Result } from './compare.js';
import { type Figure, fixed, median, ratios } from './numbers.js';
import { settings } from './settings.js';
import { markdown } from './table.js';

const IDENTITY = ['oidc-provider', 'better-auth'];
const WRITES = ['PUT unchanged', 'PUT changed', 'create', 'delete'];
const LISTS = ['list of 10', 'list of 100'];
const READS = ['read one', 'mixed 95/5'];

type Target = [operation: string, dialect: string | undefined, against: string, must: number, aim: number];

/** Without a dialect: for both. */
const OURS: Target[] = [
  ['read one', 'v1', 'f-pg', 2, 2.5],
  ['read one', 'v1', 'f-static', 0.5, 0.7],
  ['read one', 'accounts', 'f-pg', 1.5, 2],
  ['cold read', undefined, 'f-pg', 0.6, 0.8],
  ...LISTS.map((list): Target => [list, undefined, 'f-pg', 0.7, 1]),
  ['PUT unchanged', undefined, 'f-pg', 1, 1],
  ['PUT changed', undefined, 'f-pg', 0.5, 0.8],
  ['create', undefined, 'f-pg', 0.5, 0.7],
];
const PEERS: Target[] = [
  ...READS.map((read): Target => [read, undefined, 'platformatic', 3, 3]),
  ...[...LISTS, ...WRITES].map((operation): Target => [operation, undefined, 'platformatic', 1.5, 1.5]),
  ...[...READS, ...WRITES].flatMap((operation) => IDENTITY.map((peer): Target => [operation, undefined, peer, 5, 5])),
];

/** One row for each target that this run can judge. */
export function targetTable(results: readonly Result[]): string {
  const rows = [...OURS, ...PEERS].flatMap(([operation, dialect, against, must, aim]) => {
    const sides = results.find((result) => result.operation === operation)?.sides ?? [];
    const base = sides.find(({ name }) => name === against);
    if (!base) return [];
    return sides
      .filter(({ name, isProduct }) => isProduct && (dialect ?? name) === name)
      .map((side) => row(`${side.name} ${operation}, requests/s to ${against}`, speedOf(side, base), must, aim));
  });
  return rows.length === 0 ? '' : markdown(['target', 'must', 'aim', 'is', ''], [...rows, ...latencies(results)]);
}

/** p99 of reads in the open loop is to be no longer than f-pg's. */
function latencies(results: readonly Result[]): string[][] {
  const { sides = [] } = results.find(({ operation }) => operation === 'read one') ?? {};
  return sides
    .filter(({ isProduct, open }) => isProduct && open.length > 0)
    .map((side) => {
      const ratio = median(ratios(side.open, sides[0]!.open, 'p99'));
      return [
        `${side.name} read one, p99 to f-pg`,
        '≤ 1.00',
        '≤ 1.00',
        fixed(ratio, 2),
        ratio !== undefined && ratio <= 1 ? 'reached' : 'missed',
      ];
    });
}

function row(name: string, ratio: Figure, must: number, aim: number): string[] {
  const is = ratio ?? 0;
  const verdict = is >= aim ? 'reached' : is >= must ? 'enough' : 'missed';
  return [name, `≥ ${fixed(must, 2)}`, `≥ ${fixed(aim, 2)}`, fixed(ratio, 2), verdict];
}

function speedOf(side: MeasuredSide, base: MeasuredSide): Figure {
  const at = ({ closed }: MeasuredSide) => closed[settings.usualConnections] ?? [];
  return median(ratios(at(side), at(base), 'perSecond'));
}

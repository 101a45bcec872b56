import type { MeasuredSide, Result, Round } from './compare.js';
import { type Figure, fixed, median, ratios, span, spreadOf, spreadOfProcesses } from './numbers.js';
import { settings } from './settings.js';
import { TENANT } from './tenants.js';

/** A Markdown table; the first column is text, the others are numbers. */
export function markdown(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, index) => (index === 0 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, index) => `${'-'.repeat(width + 1)}${index === 0 ? '-' : ':'}`).join('|')}|`;
  return [line(columns), rule, ...rows.map(line)].join('\n');
}

const usual = settings.usualConnections;
const columnsAt = (connections: readonly number[]) => [
  'operation',
  ...connections.map((count) => `requests/s at ${count}`),
  `min..max at ${usual}`,
  ...(connections.includes(1) ? ['p50 at 1'] : []),
  'p50 open',
  'p99 open',
  'server CPU',
  'PostgreSQL CPU',
  'server CPU µs',
  'of processes',
  'PostgreSQL CPU µs',
];

/** The medians of the rounds, each against that of the first side in the same round. */
export function comparisonTable(results: readonly Result[], connections = settings.connections): string {
  const rows = results.flatMap(({ operation, sides }) =>
    sides.map((side) => rowOf(connections, operation, side, sides[0]!)),
  );
  return markdown(columnsAt(connections), rows);
}

function rowOf(allConnections: readonly number[], operation: string, side: MeasuredSide, floor: MeasuredSide) {
  const at = (connections: number, figure: 'perSecond' | 'p50' | 'serverCpu' | 'postgresCpu') =>
    ratios(side.closed[connections] ?? [], floor.closed[connections] ?? [], figure);
  const clock = (figure: 'p50' | 'p99') => ratios(side.open, floor.open, figure);
  const ratio = (values: Figure[]) => fixed(median(values), 2);
  const absolute = (figure: 'serverCpu' | 'postgresCpu') =>
    fixed(median((side.closed[usual] ?? []).map((round) => round[figure])), 0);
  const speeds = at(usual, 'perSecond');
  return [
    `${side.name} ${operation}`,
    ...allConnections.map((connections) => ratio(at(connections, 'perSecond'))),
    span(spreadOf(speeds), 2),
    ...(allConnections.includes(1) ? [ratio(at(1, 'p50'))] : []),
    ratio(clock('p50')),
    ratio(clock('p99')),
    ratio(at(usual, 'serverCpu')),
    ratio(at(usual, 'postgresCpu')),
    absolute('serverCpu'),
    span(spreadOfProcesses(side.closed[usual] ?? [], 'serverCpu'), 0),
    absolute('postgresCpu'),
  ];
}

/**
 * What a busy neighbour changes: the requests/s against those of the first side in the same round, and the server's
 * processor time per request, both with their spread over the rounds; and PostgreSQL's. Quiet, and beside the neighbour.
 */
export function neighbourTable(results: readonly Result[]): string {
  const figures = ['quiet', 'beside a neighbour'].flatMap((state) => [
    `requests/s ${state}`,
    'min..max',
    'server CPU µs',
    'min..max',
    'PostgreSQL CPU µs',
  ]);
  const rows = results.flatMap(({ operation, sides }) =>
    sides
      .filter(({ beside }) => beside.length > 0)
      .map((side) => [
        `${side.name} ${operation}`,
        ...underLoad(side.closed[usual] ?? [], sides[0]!.closed[usual] ?? []),
        ...underLoad(side.beside, sides[0]!.beside),
      ]),
  );
  return markdown(['operation', ...figures], rows);
}

function underLoad(rounds: readonly Round[], floor: readonly Round[]) {
  const speeds = ratios(rounds, floor, 'perSecond');
  const of = (figure: 'serverCpu' | 'postgresCpu') => rounds.map((round) => round[figure]);
  return [
    fixed(median(speeds), 2),
    span(spreadOf(speeds), 2),
    fixed(median(of('serverCpu')), 0),
    span(spreadOf(of('serverCpu')), 0),
    fixed(median(of('postgresCpu')), 0),
  ];
}

/** Requests/s of a tenant (of the operator, where no tenant is measured) that one processor core of a server, and one of PostgreSQL, can answer at the usual number of connections. */
export function coreTable(results: readonly Result[]): string {
  const columns = ['the server', 'PostgreSQL'].flatMap((whose) =>
    ['accounts', 'v1'].map((dialect) => `${dialect}, a core of ${whose}`),
  );
  const rows = results.map(({ operation, sides }) => [
    `${operation}, requests/s`,
    ...(['serverCpu', 'postgresCpu'] as const).flatMap((figure) =>
      ['accounts', 'v1'].map((dialect) => {
        const side =
          sides.find(({ name }) => name === `${dialect}${TENANT}`) ?? sides.find(({ name }) => name === dialect);
        return perCore(median((side?.closed[usual] ?? []).map((round) => round[figure])));
      }),
    ),
  ]);
  return markdown(['what', ...columns], rows);
}

/** Two digits: more would not be true on another machine. */
function perCore(microseconds: Figure) {
  if (microseconds === undefined) return '-';
  if (microseconds < 1) return 'no limit';
  return Number((1e6 / microseconds).toPrecision(2)).toLocaleString('en');
}

import { fixed, median, ratios, span, spreadOf, spreadOfProcesses } from './numbers.mjs';
import { settings } from './settings.mjs';

/** A Markdown table; the first column is text, the others are numbers. */
export function markdown(columns, rows) {
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index].length)));
  const line = (row) =>
    `| ${row.map((cell, index) => (index === 0 ? cell.padEnd(widths[index]) : cell.padStart(widths[index]))).join(' | ')} |`;
  const rule = `|${widths.map((width, index) => `${'-'.repeat(width + 1)}${index === 0 ? '-' : ':'}`).join('|')}|`;
  return [line(columns), rule, ...rows.map(line)].join('\n');
}

const usual = settings.usualConnections;
const columnsAt = (connections) => [
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
export function comparisonTable(results, connections = settings.connections) {
  const rows = results.flatMap(({ operation, sides }) =>
    sides.map((side) => rowOf(connections, operation, side, sides[0])),
  );
  return markdown(columnsAt(connections), rows);
}

function rowOf(allConnections, operation, side, floor) {
  const at = (connections, figure) => ratios(side.closed[connections] ?? [], floor.closed[connections] ?? [], figure);
  const clock = (figure) => ratios(side.open, floor.open, figure);
  const ratio = (values) => fixed(median(values), 2);
  const absolute = (figure) => fixed(median((side.closed[usual] ?? []).map((round) => round[figure])), 0);
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

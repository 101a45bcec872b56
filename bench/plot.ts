// The requests/s of everybody who takes part, as bars against f-pg, in one SVG without script or font.
import type { Result } from './compare.js';
import { type Figure, median, ratios } from './numbers.js';
import { settings } from './settings.js';

const COLOURS: Readonly<Record<string, string>> = {
  accounts: '#0b6e4f',
  v1: '#27ae60',
  'accounts, tenant': '#2c5f7c',
  'v1, tenant': '#5da9d6',
  'f-static': '#b0b7bf',
  pgbench: '#7f8c99',
  platformatic: '#c0762b',
  'oidc-provider': '#8e5aa8',
  'better-auth': '#b8433f',
};
const LEFT = 150;
const WIDTH = 460;
const MARGIN = 60;
const BAR = 12;
const GAP = 14;
const TOP = 62;
/** What is longer is cut off, and its figure says so. */
const MOST = 3;

export function plot(results: readonly Result[]): string {
  const usual = settings.usualConnections;
  let y = TOP;
  const groups = results.map(({ operation, sides: [floor, ...others] }) => {
    const begin = y;
    const bars = others.map((side) => {
      const ratio = median(ratios(side.closed[usual] ?? [], floor?.closed[usual] ?? [], 'perSecond'));
      const bar = barOf(y, side.name, ratio);
      y += BAR + 2;
      return bar;
    });
    const label = text(LEFT - 8, begin + BAR - 2, operation, 'end');
    y += GAP;
    return label + bars.join('');
  });
  const width = LEFT + WIDTH + MARGIN;
  const floor = LEFT + WIDTH / MOST;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y + 4}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
${text(8, 18, `Requests/s at ${usual} connections, as a ratio to bare Fastify + pg without authentication (1.00)`)}
${legend(results)}
${groups.join('\n')}
<line x1="${floor}" y1="${TOP - 8}" x2="${floor}" y2="${y - GAP + 4}" stroke="#222" stroke-dasharray="3 2"/>
</svg>
`;
}

function barOf(y: number, name: string, ratio: Figure) {
  if (ratio === undefined) return '';
  const length = Math.max(1, (Math.min(ratio, MOST) / MOST) * WIDTH).toFixed(1);
  const more = ratio > MOST ? ' →' : '';
  return `<rect x="${LEFT}" y="${y}" width="${length}" height="${BAR}" fill="${COLOURS[name]}"/>${text(LEFT + Number(length) + 4, y + BAR - 2, ratio.toFixed(2) + more)}`;
}

function legend(results: readonly Result[]) {
  const names = Object.keys(COLOURS).filter((name) =>
    results.some(({ sides }) => sides.some((side) => side.name === name)),
  );
  let x = 8;
  return names
    .map((name) => {
      const entry = `<rect x="${x}" y="32" width="10" height="10" fill="${COLOURS[name]}"/>${text(x + 14, 41, name)}`;
      x += 30 + name.length * 6.2;
      return entry;
    })
    .join('');
}

function text(x: number, y: number, words: string, anchor = 'start') {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#222">${words}</text>`;
}

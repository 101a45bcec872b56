import type { Side } from './measure.js';
import type { Compared } from './operations.js';
import { PEERS } from './peers.js';
import { pgbenchScripts } from './pgbench.js';
import type { Server } from './server.js';
import type { Stage } from './stage.js';
import { TENANT } from './tenants.js';

/** Who takes part in an operation: f-pg first, then those whose name and the operation's hold the filter. */
export function sidesOf(stage: Stage, operation: Compared, filter: string): Side[] {
  const { name, key } = operation;
  const sides: Side[] = Object.entries(operation.product).map(([dialect, request]) => ({
    name: dialect,
    groups: alone(stage.servers.product!),
    request,
    isMain: true,
    isProduct: true,
  }));
  for (const [dialect, requests] of Object.entries(operation.requestOf ? stage.tenant : {}))
    sides.push({
      name: `${dialect}${TENANT}`,
      groups: alone(stage.servers.product!),
      request: operation.requestOf!(requests),
      isProduct: true,
    });
  if (operation.constant)
    sides.push({ name: 'f-static', groups: alone(stage.servers.static!), request: operation.constant, isMain: true });
  for (const peer of stage.peers) {
    if (peer.requests[key])
      sides.push({ name: peer.name, groups: [[peer.server]], request: peer.requests[key], rows: peer, mayFail: true });
  }
  if (stage.hasPgbench && pgbenchScripts[key])
    sides.push({ name: 'pgbench', script: pgbenchScripts[key], mayFail: true });
  const chosen = sides.filter((side) => `${side.name} ${name}`.includes(filter));
  if (chosen.length === 0) return [];
  return [{ name: 'f-pg', groups: alone(stage.servers.pg!), request: operation.floor, isMain: true }, ...chosen];
}

/** The names of all who may take part, for choosing before they run. */
export function participantsIn(operation: Compared, filter: string): string[] {
  const dialects = Object.keys(operation.product).flatMap((dialect) => [dialect, `${dialect}${TENANT}`]);
  const names = [...dialects, 'f-static', 'pgbench', ...PEERS];
  return names.filter((name) => `${name} ${operation.name}`.includes(filter));
}

/** Each process is measured by itself. */
export function alone(servers: readonly Server[]): Server[][] {
  return servers.map((server) => [server]);
}

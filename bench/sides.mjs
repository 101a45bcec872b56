import { PEERS } from './peers.mjs';
import { pgbenchScripts } from './pgbench.mjs';

/**
 * Who takes part in an operation: f-pg first, then those whose name and the operation's hold the filter. `isMain`: the
 * targets are about it, so it is measured at every number of connections and in the open loop. `rows`: who adds and
 * removes rows for it.
 */
export function sidesOf(stage, operation, filter) {
  const { name, key } = operation;
  const { pg, static: constant, product } = stage.servers;
  const sides = Object.entries(operation.product).map(([dialect, request]) => ({
    name: dialect,
    groups: alone(product),
    request,
    isMain: true,
    isProduct: true,
  }));
  if (operation.constant)
    sides.push({ name: 'f-static', groups: alone(constant), request: operation.constant, isMain: true });
  for (const peer of stage.peers) {
    if (peer.requests[key])
      sides.push({ name: peer.name, groups: [[peer.server]], request: peer.requests[key], rows: peer, mayFail: true });
  }
  if (stage.hasPgbench && pgbenchScripts[key])
    sides.push({ name: 'pgbench', script: pgbenchScripts[key], mayFail: true });
  const chosen = sides.filter((side) => `${side.name} ${name}`.includes(filter));
  if (chosen.length === 0) return [];
  return [{ name: 'f-pg', groups: alone(pg), request: operation.floor, isMain: true }, ...chosen];
}

/** The names of all who may take part, for choosing before they run. */
export function participantsIn(operation, filter) {
  const names = [...Object.keys(operation.product), 'f-static', 'pgbench', ...PEERS];
  return names.filter((name) => `${name} ${operation.name}`.includes(filter));
}

/** Each process is measured by itself. */
export function alone(servers) {
  return servers.map((server) => [server]);
}

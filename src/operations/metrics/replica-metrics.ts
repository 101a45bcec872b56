import { Gauge, type Registry } from 'prom-client';

/** The connections to a replica, and whether reads go to it now. */
export interface ReplicaStatistics {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
  readonly isInUse: boolean;
}

/** Labels each replica with its number in DATABASE_REPLICA_URLS. `replicas` returns them in that order. */
export function replicaMetrics(registry: Registry, replicas: () => readonly ReplicaStatistics[]): void {
  const registers = [registry];
  const each = (tell: (labels: { replica: string }, statistics: ReplicaStatistics) => void) => {
    for (const [index, statistics] of replicas().entries()) tell({ replica: String(index + 1) }, statistics);
  };

  new Gauge({
    name: 'clientele_replica_in_use',
    help: '1 while reads go to this replica, since the primary is away',
    labelNames: ['replica'],
    registers,
    collect() {
      each((labels, { isInUse }) => this.set(labels, isInUse ? 1 : 0));
    },
  });
  new Gauge({
    name: 'clientele_replica_connections',
    help: 'Open connections to a replica, by state',
    labelNames: ['replica', 'state'],
    registers,
    collect() {
      each((labels, { total, idle }) => {
        this.set({ ...labels, state: 'idle' }, idle);
        this.set({ ...labels, state: 'busy' }, total - idle);
      });
    },
  });
  new Gauge({
    name: 'clientele_replica_statements_waiting',
    help: 'Statements that wait for a connection to a replica',
    labelNames: ['replica'],
    registers,
    collect() {
      each((labels, { waiting }) => this.set(labels, waiting));
    },
  });
}

import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '#persistence';
import { until } from './processes.js';

const REFUSAL = 'host all all 127.0.0.1/32 reject\n';

export interface PrimaryAndReplica {
  readonly primary: EmbeddedPostgres;
  readonly replica: EmbeddedPostgres;
  /** Settles when the replica shows what the primary has committed so far. */
  caughtUp(): Promise<void>;
  /** Whether the primary accepts new connections. Those that exist stay. */
  letIn(isLetIn: boolean): void;
  /** Settles when the replica takes writes. */
  promote(): Promise<void>;
  /** Starts the first primary again, as a standby of the promoted replica; gives its URL. */
  rejoin(): Promise<string>;
  stop(): Promise<void>;
}

/** Two PostgreSQLs, the second of which follows the first. */
export async function startPrimaryAndReplica(): Promise<PrimaryAndReplica> {
  const place = mkdtempSync(path.join(os.tmpdir(), 'clientele-replica-'));
  // As root, PostgreSQL runs as another user, who has to get in.
  chmodSync(place, 0o711);
  const [one, other] = [path.join(place, 'one'), path.join(place, 'other')] as const;
  const start = (folder: string) => EmbeddedPostgres.start({ folder, durable: false, tcp: true });
  await (await start(one)).stop();
  execFileSync('cp', ['-a', one, other]);
  const primary = await start(one);
  follow(other, primary);
  const replica = await start(other);
  let rejoined: EmbeddedPostgres | undefined;
  return {
    primary,
    replica,
    caughtUp: async () => {
      const [row] = await query(primary, 'select pg_current_wal_lsn() as position');
      await until('the replica is there', async () => {
        const [there] = await query(replica, `select pg_last_wal_replay_lsn() >= '${row!.position}' as is_there`);
        return there!.is_there === true;
      });
    },
    letIn: (isLetIn) => {
      const rules = path.join(one, 'postgres', 'data', 'pg_hba.conf');
      const others = readFileSync(rules, 'utf8').replace(REFUSAL, '');
      writeFileSync(rules, isLetIn ? others : `${REFUSAL}${others}`);
      process.kill(primary.pid!, 'SIGHUP');
    },
    promote: async () => void (await query(replica, 'select pg_promote()')),
    rejoin: async () => {
      follow(one, replica);
      rejoined = await start(one);
      return rejoined.url();
    },
    stop: async () => {
      for (const server of [primary, replica, rejoined]) await server?.stop();
      rmSync(place, { recursive: true, force: true });
    },
  };
}

function follow(folder: string, primary: EmbeddedPostgres): void {
  const data = path.join(folder, 'postgres', 'data');
  writeFileSync(path.join(data, 'standby.signal'), '', { mode: 0o644 });
  appendFileSync(path.join(data, 'postgresql.auto.conf'), `primary_conninfo = '${primary.superuserUrl()}'\n`);
}

/** Runs SQL beside the product. */
export async function query(server: EmbeddedPostgres, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(server.superuserUrl());
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

// One size of the growth run: a database of its own, full of clients, and a product of its own on top.
import pg from 'pg';
import { DatabaseClock } from '../libs/persistence/src/database/database-clock.js';
import { PostgresLogLook } from '../libs/persistence/src/log/postgres-log-look.js';
import { usedByFamily } from './cpu.js';
import { COUNT_CLIENTS, clientRows, DOMAIN, LOADED_ID, loadedId } from './data.js';
import type { deepPages } from './growth-operations.js';
import type { Load } from './load/closed.js';
import type { Rows } from './measure.js';
import { median } from './numbers.js';
import type { Operation } from './operations.js';
import { type Database, withClient } from './postgres.js';
import { startProducts } from './product.js';
import { progress } from './progress.js';
import type { Server } from './server.js';
import type { Undo } from './undo.js';

/** What is read again and again, at every size. */
const HOT = 10_000;
const CHUNK = 1_000_000;
/** Below this a cache could hold everything, and nothing would be cold. */
const COLD_FROM = 200_000;
const STRIDE = 7919;
/** An entry about each client, as if it had been made an hour ago: long settled. */
const ENTRIES = `
  insert into audit_entries (domain_id, position, credential_id, credential_name, dialect, request_id, action, client_id,
    changes, fields)
  select domain_id, ((extract(epoch from now()) - 3600) * 1000000)::bigint - $1::bigint + row_number() over (),
    gen_random_uuid(), 'a key', 'v1', 'a request', 'client.created', client_id,
    '{"scope": {"before": null, "after": "openid"}}', '{scope}'
  from clients`;
const MOVE_LOGS = `
  update domain_logs set position = last from
    (select domain_id, max(position) as last from audit_entries where domain_id <> 0 group by domain_id) entries
   where entries.domain_id = domain_logs.domain_id`;

export class GrowthDatabase implements Rows {
  readonly clients: number;
  private readonly domains: number;
  readonly inDefault: number;
  private readonly perDomain: number;
  private postgresPid: number;
  pool: pg.Pool;
  servers: Server[];
  private logLook: PostgresLogLook;
  private entries: { readonly domainId: string; readonly first: bigint; readonly last: bigint };
  /** What is turned to when one of many pages is asked for. */
  pages: Awaited<ReturnType<typeof deepPages>>;

  /** `name`: clients, or clients/domains; then the default domain has as many as are hot, and the others the rest. */
  constructor(readonly name: string) {
    const [clients, domains = 1] = name.split('/').map(Number) as [clients: number, domains?: number];
    this.clients = clients;
    this.domains = domains;
    this.inDefault = domains === 1 ? clients : HOT;
    this.perDomain = domains === 1 ? 0 : Math.ceil((clients - HOT) / (domains - 1));
  }

  async start(undo: Undo, postgres: Database): Promise<void> {
    const database = `growth_${this.name.replace('/', '_')}`;
    await withClient(postgres.url(), (client) => client.query(`create database ${database}`));
    const DATABASE_URL = postgres.url(database);
    this.postgresPid = postgres.pid;
    this.pool = new pg.Pool({ connectionString: DATABASE_URL, max: 1 });
    this.pool.on('error', () => {});
    await undo.add(() => this.pool.end());
    this.servers = await startProducts(undo, { DATABASE_URL }, { name: this.name });
    await this.fill();
    // A follower of everything: what it asks for is the most that a look reads.
    const followed = () => ({ domainIds: [], across: true });
    this.logLook = new PostgresLogLook(DATABASE_URL, new DatabaseClock(), followed);
    await undo.add(() => this.logLook.close());
  }

  private async fill() {
    await this.insert(clientRows(LOADED_ID), this.inDefault, 'in one domain');
    if (this.domains > 1) {
      const { rows } = await this.pool.query(
        `with made as (insert into domains (name, subscription)
           select 'd-' || n, 'default' from generate_series(1, $1::bigint) n returning id)
         select min(id) as first from made`,
        [this.domains - 1],
      );
      const domain = `${rows[0].first} + (n - 1) / ${this.perDomain}`;
      const others = this.perDomain * (this.domains - 1);
      await this.insert(clientRows(LOADED_ID, domain), others, `in ${this.domains - 1} others`);
    }
    await this.pool.query(COUNT_CLIENTS);
    progress(`loading ${this.name}: the audit`);
    await this.pool.query(ENTRIES, [this.clients]);
    await this.pool.query(MOVE_LOGS);
    const { rows } = await this.pool.query(
      `select min(position) as first, max(position) as last, domain_id from audit_entries
        where domain_id = (select id from domains where name = $1 and deleted_at is null) group by domain_id`,
      [DOMAIN],
    );
    this.entries = { domainId: rows[0].domain_id, first: BigInt(rows[0].first), last: BigInt(rows[0].last) };
    await this.pool.query('vacuum (analyze) audit_entries');
    await this.pool.query('vacuum (analyze) domain_logs');
    await this.pool.query('vacuum (analyze) clients');
    await this.pool.query('vacuum (analyze) domains');
    await this.pool.query('checkpoint');
  }

  private async insert(statement: string, count: number, where: string) {
    for (let from = 1; from <= count; from += CHUNK) {
      progress(`loading ${this.name}: client ${from} of ${count} ${where}`);
      await this.pool.query(statement, [from, Math.min(count, from + CHUNK - 1)]);
    }
  }

  hotId(n: number): string {
    return loadedId(1 + ((n * STRIDE) % HOT) * Math.floor(this.inDefault / HOT));
  }

  /** A client that has not been read for long: from everywhere, or, where there are few, one that was added for this. */
  cold(n: number): { readonly domain: string; readonly id: string } {
    if (this.clients < COLD_FROM) return { domain: DOMAIN, id: `doomed-${n}` };
    if (this.domains === 1) return { domain: DOMAIN, id: loadedId(1 + ((n * STRIDE) % this.clients)) };
    const number = (n * STRIDE) % (this.perDomain * (this.domains - 1));
    return { domain: `d-${1 + Math.floor(number / this.perDomain)}`, id: loadedId(1 + number) };
  }

  /** The id of an entry in the first half of the default domain's log. */
  entryId(n: number): bigint {
    const { first, last } = this.entries;
    return first + (BigInt(n * STRIDE) % ((last - first) / 2n));
  }

  /** What every process asks four times a second, here as fast as it is answered. */
  async look(seconds: number): Promise<Load> {
    const { domainId, last: position } = this.entries;
    const times: number[] = [];
    const [begin, used] = [performance.now(), usedByFamily(this.postgresPid)];
    while (performance.now() - begin < seconds * 1000) {
      const asked = performance.now();
      await this.logLook.look([{ domainId, position }]);
      times.push(performance.now() - asked);
    }
    const perSecond = (times.length / (performance.now() - begin)) * 1000;
    const postgresCpu = used && ((usedByFamily(this.postgresPid) ?? used) - used) / times.length;
    return { requests: times.length, perSecond, p50: median(times), postgresCpu };
  }

  get middleId(): string {
    return loadedId(Math.floor(this.inDefault / 2));
  }

  async addDoomed(from: number, to: number, { isCold }: Operation): Promise<void> {
    if (isCold && this.clients >= COLD_FROM) return;
    await this.pool.query(clientRows(`'doomed-' || n`), [from, to]);
  }

  /** Takes away what came in the last measurement; by ranges, for which there is an index. */
  async settle(): Promise<void> {
    for (const prefix of ['doomed-', 'made-']) {
      await this.pool.query(
        `delete from clients where client_id >= $1 and client_id < $2
         and domain_id = (select id from domains where name = $3 and deleted_at is null)`,
        [prefix, prefix.replace('-', '.'), DOMAIN],
      );
    }
    await this.pool.query(COUNT_CLIENTS);
  }

  async bytes(): Promise<number> {
    const { rows } = await this.pool.query(`select pg_total_relation_size('clients') as bytes`);
    return Number(rows[0].bytes);
  }
}

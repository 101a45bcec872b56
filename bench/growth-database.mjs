// One size of the growth run: a database of its own, full of clients, and a product of its own on top.
import pg from 'pg';
import { COUNT_CLIENTS, clientRows, DOMAIN, LOADED_ID, loadedId } from './data.mjs';
import { withClient } from './postgres.mjs';
import { startProducts } from './product.mjs';
import { progress } from './progress.mjs';

/** What is read again and again, at every size. */
export const HOT = 10_000;
const CHUNK = 1_000_000;
/** Below this a cache could hold everything, and nothing would be cold. */
const COLD_FROM = 200_000;
const STRIDE = 7919;

export class GrowthDatabase {
  /** `size`: clients, or clients/domains; then the default domain has as many as are hot, and the others the rest. */
  constructor(size) {
    this.name = size;
    const [clients, domains = 1] = size.split('/').map(Number);
    Object.assign(this, { clients, domains });
    this.inDefault = domains === 1 ? clients : HOT;
    this.perDomain = domains === 1 ? 0 : Math.ceil((clients - HOT) / (domains - 1));
  }

  async start(undo, postgres) {
    const database = `growth_${this.name.replace('/', '_')}`;
    await withClient(postgres.url(), (client) => client.query(`create database ${database}`));
    const DATABASE_URL = postgres.url(database);
    this.pool = new pg.Pool({ connectionString: DATABASE_URL, max: 1 });
    this.pool.on('error', () => {});
    await undo.add(() => this.pool.end());
    this.servers = await startProducts(undo, { DATABASE_URL }, { name: this.name });
    await this.fill();
  }

  async fill() {
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
    await this.pool.query('vacuum (analyze) clients');
    await this.pool.query('vacuum (analyze) domains');
    await this.pool.query('checkpoint');
  }

  async insert(statement, count, where) {
    for (let from = 1; from <= count; from += CHUNK) {
      progress(`loading ${this.name}: client ${from} of ${count} ${where}`);
      await this.pool.query(statement, [from, Math.min(count, from + CHUNK - 1)]);
    }
  }

  hotId(n) {
    return loadedId(1 + ((n * STRIDE) % HOT) * Math.floor(this.inDefault / HOT));
  }

  /** A client that has not been read for long: from everywhere, or, where there are few, one that was added for this. */
  cold(n) {
    if (this.clients < COLD_FROM) return { domain: DOMAIN, id: `doomed-${n}` };
    if (this.domains === 1) return { domain: DOMAIN, id: loadedId(1 + ((n * STRIDE) % this.clients)) };
    const number = (n * STRIDE) % (this.perDomain * (this.domains - 1));
    return { domain: `d-${1 + Math.floor(number / this.perDomain)}`, id: loadedId(1 + number) };
  }

  get middleId() {
    return loadedId(Math.floor(this.inDefault / 2));
  }

  async addDoomed(from, to, { isCold }) {
    if (isCold && this.clients >= COLD_FROM) return;
    await this.pool.query(clientRows(`'doomed-' || n`), [from, to]);
  }

  /** Takes away what came in the last measurement; by ranges, for which there is an index. */
  async settle() {
    for (const prefix of ['doomed-', 'made-']) {
      await this.pool.query(
        `delete from clients where client_id >= $1 and client_id < $2
         and domain_id = (select id from domains where name = $3 and deleted_at is null)`,
        [prefix, prefix.replace('-', '.'), DOMAIN],
      );
    }
    await this.pool.query(COUNT_CLIENTS);
  }

  async bytes() {
    const { rows } = await this.pool.query(`select pg_total_relation_size('clients') as bytes`);
    return Number(rows[0].bytes);
  }
}

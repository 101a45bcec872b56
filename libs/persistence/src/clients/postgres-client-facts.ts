import type { DataSource } from 'typeorm';
import { type ClientFacts, ClientFactsReader, type FactsQuery, type SecretFacts } from '#clients';
import { Database, type StandIn } from '../database/database.js';
import { ServerSetting } from '../database/entities/server-setting.entity.js';
import { Statement } from '../database/statement.js';

const SIGHTINGS_SINCE = 'sightings_since';

type SecretRow = [
  id: string,
  name: string | null,
  hint: string,
  createdAt: string,
  expiresAt: string | null,
  lastUsedOn: string | null,
];

interface FactsRow extends Omit<ClientFacts, 'secrets'> {
  readonly secrets: readonly SecretRow[] | null;
}

// Further facts about a row of `clients`; `$1` is the domain.
const LIVE_SECRETS = `
  select json_agg(json_build_array(id, name, hint, created_at, expires_at, last_used_on) order by created_at, id)
    from client_secrets secret
   where secret.domain_id = $1 and secret.client_id = clients.client_id and (expires_at is null or expires_at > now())`;
const UNKNOWN_AUDIENCES = `
  select coalesce(json_agg(audience order by place), '[]')
    from unnest(audiences) with ordinality named (audience, place)
   where not exists (
     select from clients other where other.domain_id = $1 and other.client_id = audience collate "C" offset 0)`;
const SEEN_ON = `
  select seen_on from client_sightings seen where seen.domain_id = $1 and seen.client_id = clients.client_id`;

/** Reads the facts about consecutive clients. Everything is looked up by key. */
export class PostgresClientFacts extends ClientFactsReader {
  private readonly database: Database;
  private since: Promise<string> | undefined;

  constructor(source: DataSource, standIn?: StandIn) {
    super();
    this.database = new Database(source, standIn);
  }

  async read(domainId: string, { after, clientId, limit }: FactsQuery): Promise<ClientFacts[]> {
    const statement = new Statement();
    const conditions = [
      `domain_id = ${statement.parameter(domainId, 'bigint')}`,
      ...(clientId === undefined ? [] : [`client_id = ${statement.parameter(clientId, 'text')}`]),
      ...(after === undefined ? [] : [`client_id > ${statement.parameter(after, 'text')}`]),
    ];
    const sql = `
      select client_id as "clientId", client_type as "clientType", grant_types as "grantTypes",
             redirect_uris as "redirectUris", policies, created_at as "createdAt",
             (${SEEN_ON}) as "seenOn", (${LIVE_SECRETS}) as secrets, (${UNKNOWN_AUDIENCES}) as "unknownAudiences"
        from (select * from clients where ${conditions.join(' and ')}
               order by client_id limit ${Math.trunc(limit)}) clients
       order by client_id`;
    const rows = await this.database.reading((database) => database.query<FactsRow>(sql, statement.values));
    return rows.map((row) => ({ ...row, secrets: (row.secrets ?? []).map(secretOf) }));
  }

  sightingsSince(): Promise<string> {
    this.since ??= this.readSince().catch((error) => {
      this.since = undefined;
      throw error;
    });
    return this.since;
  }

  private async readSince(): Promise<string> {
    const setting = await this.database.read((manager) =>
      manager.findOneByOrFail(ServerSetting, { name: SIGHTINGS_SINCE }),
    );
    return setting.value.toString();
  }
}

function secretOf([id, name, hint, createdAt, expiresAt, lastUsedOn]: SecretRow): SecretFacts {
  const dates = { createdAt: new Date(createdAt), expiresAt: expiresAt === null ? null : new Date(expiresAt) };
  return { id, name, hint, ...dates, lastUsedOn };
}

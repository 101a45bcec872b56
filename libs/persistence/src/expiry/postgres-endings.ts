import type { DataSource } from 'typeorm';
import { ENDING_KINDS, type Ending, type EndingKind, type EndingQuery, Endings, type Maker } from '#expiry';
import { Database, type StandIn } from '../database/database.js';
import type { Prepared } from '../database/statement.js';
import {
  CLIENT_NAMES,
  type ClientFactsRow,
  type CredentialMakerRow,
  type EndingRow,
  endingClients,
  endingCredentials,
  endingSecrets,
  MAKERS_IN_DOMAINS,
  MAKERS_IN_SUBSCRIPTIONS,
  MAKERS_OF_CLIENTS_THINGS,
  type MakerRow,
  type NameRow,
} from './endings.sql.js';

type Found = EndingRow & { readonly kind: EndingKind };

/** Reads a page of each kind and merges them. Looks up in the audit who made each, only for the merged page. */
export class PostgresEndings extends Endings {
  private readonly database: Database;

  constructor(source: DataSource, standIn?: StandIn) {
    super();
    this.database = new Database(source, standIn);
  }

  list(query: EndingQuery): Promise<Ending[]> {
    return this.database.reading(async (database) => {
      const found: Found[] = [];
      for (const [kind, { sql, values }] of statementsFor(query)) {
        const rows = await database.query<EndingRow>(sql, values);
        found.push(...rows.map((row) => ({ ...row, kind })));
      }
      return told(database, found.sort(bySoonest).slice(0, query.limit));
    });
  }
}

function statementsFor(query: EndingQuery): [EndingKind, Prepared][] {
  const { clients, credentialsSeenBy } = query;
  return [
    ...(clients ? ([['client', endingClients(query)]] as const) : []),
    ...(credentialsSeenBy ? ([['credential', endingCredentials(credentialsSeenBy, query)]] as const) : []),
    ...(clients ? ([['secret', endingSecrets(query)]] as const) : []),
  ].map(([kind, statement]) => [kind, statement]);
}

/** Keeps the order within each kind, which is right already. */
function bySoonest(one: Found, other: Found): number {
  const sooner = one.expiresAt.getTime() - other.expiresAt.getTime();
  return sooner || ENDING_KINDS.indexOf(one.kind) - ENDING_KINDS.indexOf(other.kind);
}

async function told(database: Database, found: readonly Found[]): Promise<Ending[]> {
  const makers = await makersOf(database, found);
  const names = await namesOf(database, found);
  return found.map((each) => {
    const { kind, id, domainId, domainName, clientId, name, hint, createdAt, expiresAt } = each;
    const clientName = names.get(keyOf(each)) ?? null;
    const maker = makers.get(each);
    return { kind, id, domainId, domainName, clientId, clientName, name, hint, createdAt, expiresAt, maker };
  });
}

async function namesOf(database: Database, found: readonly Found[]): Promise<Map<string, string | null>> {
  const ofClients = found.filter(({ clientId }) => clientId !== null);
  if (ofClients.length === 0) return new Map();
  const values = [ofClients.map(({ domainId }) => domainId), ofClients.map(({ clientId }) => clientId)];
  const rows = await database.query<NameRow>(CLIENT_NAMES, values);
  return new Map(rows.map((row) => [keyOf(row), row.clientName]));
}

async function makersOf(database: Database, found: readonly Found[]): Promise<Map<Found, Maker>> {
  const makers = new Map<Found, Maker>();
  const ask = async <Row extends MakerRow>(
    sql: string,
    asked: readonly Found[],
    columns: readonly (keyof EndingRow)[],
    isAbout: (row: Row, one: Found) => boolean,
  ) => {
    if (asked.length === 0) return;
    const rows = await database.query<Row>(
      sql,
      columns.map((column) => asked.map((one) => one[column])),
    );
    for (const one of asked) {
      const row = rows.find((each) => isAbout(each, one));
      if (row) makers.set(one, { id: row.makerId, name: row.makerName });
    }
  };
  const isOfClient = (row: ClientFactsRow, one: Found) =>
    keyOf(row) === keyOf(one) && row.createdAt.getTime() === one.createdAt.getTime();
  const isCredential = (row: CredentialMakerRow, one: Found) => row.id === one.id;
  const credentials = found.filter(({ kind }) => kind === 'credential');
  await ask(
    MAKERS_OF_CLIENTS_THINGS,
    found.filter(({ kind }) => kind !== 'credential'),
    ['domainId', 'clientId', 'createdAt'],
    isOfClient,
  );
  await ask(
    MAKERS_IN_DOMAINS,
    credentials.filter(({ domainId }) => domainId !== null),
    ['domainId', 'id', 'createdAt'],
    isCredential,
  );
  await ask(
    MAKERS_IN_SUBSCRIPTIONS,
    credentials.filter(({ domainId }) => domainId === null),
    ['subscription', 'id', 'createdAt'],
    isCredential,
  );
  return makers;
}

function keyOf({ domainId, clientId }: Pick<EndingRow, 'domainId' | 'clientId'>): string {
  return `${domainId} ${clientId}`;
}

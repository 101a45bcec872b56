import type { Database } from './database.js';

/** More rows of one domain than this are worth folding into one. */
const MANY_ROWS = 64;

/**
 * How many clients a domain has, without counting them. A trigger notes every insert and delete as a row of its own,
 * since a counter would be one row for which all writers of a domain queue; rows are folded into their sum beside the
 * reads that find many. The sum is exact in every snapshot.
 */
export class ClientTallies {
  private readonly folding = new Set<string>();

  constructor(private readonly database: Database) {}

  /** To be told by reads how many rows they found. Folds beside the request, and is never able to fail it. */
  found(domainId: string, rows: number): void {
    if (rows <= MANY_ROWS || this.folding.has(domainId)) return;
    this.folding.add(domainId);
    this.fold(domainId)
      .catch(() => {})
      .finally(() => this.folding.delete(domainId));
  }

  /** Folds wherever there is much to fold: for domains that nobody lists. */
  async foldAll(): Promise<void> {
    const domains = await this.database.query<{ domain_id: string }>(
      'select domain_id from client_tallies group by domain_id having count(*) > $1 or sum(clients) = 0',
      [MANY_ROWS],
    );
    for (const { domain_id } of domains) await this.fold(domain_id);
  }

  /** Rows that somebody else is folding are left to them. */
  private async fold(domainId: string): Promise<void> {
    await this.database.query(
      `with old as (
         select ctid from client_tallies where domain_id = $1 for update skip locked
       ), folded as (
         delete from client_tallies where domain_id = $1 and ctid in (select ctid from old) returning clients
       )
       insert into client_tallies (domain_id, clients)
       select $1, sum(clients) from folded having sum(clients) <> 0`,
      [domainId],
    );
  }
}

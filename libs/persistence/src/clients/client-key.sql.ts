interface Key {
  readonly domain: string;
  readonly client: string;
}

/**
 * The clients whose keys `from` lists; `domain` and `client` are expressions over it. PostgreSQL looks them up one after
 * the other. While there are few clients, it would plan a join, or a list of ids, as a scan of the whole domain, and keep
 * this plan until it has new statistics. `random()`, a new value for each row, keeps it from merging the look-ups.
 */
export function clientsByKey(from: string, { domain, client }: Key): string {
  return `${from}, lateral (
    select *, random() from clients where domain_id = ${domain} and client_id = ${client}) clients`;
}

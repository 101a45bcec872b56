interface Key {
  readonly domain: string;
  readonly client: string;
}

/**
 * The clients whose keys `from` lists, as expressions over it. PostgreSQL looks them up one after the other. It would
 * plan a join, or a list of ids, while there are few clients, as a scan of the whole domain, and keep to that until it
 * has counted what was added since. Rows with a value that is new for each of them are not merged into one.
 */
export function clientsByKey(from: string, { domain, client }: Key): string {
  return `${from}, lateral (
    select *, random() from clients where domain_id = ${domain} and client_id = ${client}) clients`;
}

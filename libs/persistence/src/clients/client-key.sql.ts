interface Key {
  readonly domain: string;
  readonly client: string;
}

/**
 * The clients whose keys `from` lists, as expressions over it; they are looked up one after the other. A join, or a list
 * of ids, would be planned while there are few clients, as a look through all of the domain, and stay so until PostgreSQL
 * has counted what was added since; rows with a value that is anew for each of them are not merged into one.
 */
export function clientsByKey(from: string, { domain, client }: Key): string {
  return `${from}, lateral (
    select *, random() from clients where domain_id = ${domain} and client_id = ${client}) clients`;
}

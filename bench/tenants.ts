import { DOMAIN, IN_DEFAULT } from './data.js';
import type { Home } from './requests.js';
import type { Server } from './server.js';

/** Ends the name of a dialect where a tenant asks, with its own key in its own domain, instead of the operator. */
export const TENANT = ', tenant';

interface Homes {
  /** The domain of the client with a number. */
  readonly homeOf: (number: number) => Home;
  /** The same for the n-th, in SQL. */
  readonly domain: string;
}

const nameOf = (number: number | '') => `tenant-${number}`;

/**
 * Domains and the keys that lead to them: `default`: that domain, with the operator's key; a number: so many domains, each
 * of a subscription of its own and with a key for it alone, and the n-th client lives in the one with number n modulo all.
 */
export async function homesIn(server: Server, domains: string): Promise<Homes> {
  if (domains === 'default') return { homeOf: () => ({ name: DOMAIN }), domain: IN_DEFAULT };
  const count = Number(domains);
  const homes: Home[] = [];
  for (let number = 0; number < count; number += 1) {
    const name = nameOf(number);
    await post(server, '/v1/domain', { domain: name, subscription: name });
    const { apiKey } = await post(server, '/admin/credentials', { name, domain: name });
    homes.push({ name, headers: { 'x-api-key': apiKey } });
  }
  return {
    homeOf: (number) => homes[number % count]!,
    domain: `(select id from domains where name = '${nameOf('')}' || n % ${count} and deleted_at is null)`,
  };
}

async function post({ url, headers }: Server, path: string, body: object): Promise<{ apiKey: string }> {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} answers ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { apiKey: string };
}

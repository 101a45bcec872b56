import type { ClientRef } from './client.entity.js';
import type { ClientRepository, DueClient, DueDate } from './client.repository.js';

const CLIENTS_AT_A_TIME = 1000;
/** The largest number that one statement writes. */
const CLIENTS_TOGETHER = 16;
/** Each domain needs a connection, and most connections have to be free for requests. */
const DOMAINS_TOGETHER = 2;

/** Does something with each client that is due, a part of them at each call. A call continues where the previous one ended. */
export class DueClients {
  /** The last client of the last call; undefined = that call came to the end. */
  private after: DueClient | undefined;

  constructor(
    private readonly repository: Pick<ClientRepository, 'due'>,
    private readonly date: DueDate,
  ) {}

  /**
   * If the work for a client fails, the rest of its domain is left to a later call, and other domains are not affected.
   * When they are done, this fails with the first error.
   */
  async each(work: (client: DueClient) => Promise<unknown>): Promise<void> {
    const due = await this.repository.due(this.date, { after: this.after, limit: CLIENTS_AT_A_TIME });
    this.after = due.length < CLIENTS_AT_A_TIME ? undefined : due.at(-1);
    const domains = byDomain(due).values();
    const failures: unknown[] = [];
    const lane = async () => {
      for (const clients of domains) failures.push(...(await failuresOf(clients, work)));
    };
    await Promise.all(Array.from({ length: DOMAINS_TOGETHER }, lane));
    if (failures.length > 0) throw failures[0];
  }
}

async function failuresOf<T>(clients: readonly T[], work: (client: T) => Promise<unknown>): Promise<unknown[]> {
  for (let begin = 0; begin < clients.length; begin += CLIENTS_TOGETHER) {
    const outcomes = await Promise.allSettled(clients.slice(begin, begin + CLIENTS_TOGETHER).map(work));
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    if (failures.length > 0) return failures;
  }
  return [];
}

function byDomain<T extends ClientRef>(clients: readonly T[]): Map<string, T[]> {
  const domains = new Map<string, T[]>();
  for (const client of clients) {
    const others = domains.get(client.domainId);
    if (others) others.push(client);
    else domains.set(client.domainId, [client]);
  }
  return domains;
}

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { byTheServer } from '#audit';
import { ClientRepository, type ExpiredClient } from './client.repository.js';
import { ClientError } from './client-errors.js';
import { Clients } from './clients.js';

const CLIENTS_AT_A_TIME = 1000;
/** As many as one statement removes. */
const CLIENTS_TOGETHER = 16;
/** Each needs a connection, of which requests need the most. */
const DOMAINS_TOGETHER = 2;

/** Ends clients whose time has come, as a deletion does. Each ends once, also if several instances do this at once. */
@Injectable()
export class ClientExpiry {
  /** How far the last call came among those that are due; undefined = to the end. */
  private after: ExpiredClient | undefined;

  constructor(
    private readonly repository: ClientRepository,
    private readonly clients: Clients,
  ) {}

  /**
   * Removes some of the clients that have expired; the next call removes the next ones. Where a domain's clients cannot
   * be removed, the others are; then it fails.
   */
  async removeExpired(): Promise<void> {
    const expired = await this.repository.expired({ after: this.after, limit: CLIENTS_AT_A_TIME });
    this.after = expired.length < CLIENTS_AT_A_TIME ? undefined : expired.at(-1);
    const domains = byDomain(expired).values();
    const failures: unknown[] = [];
    const lane = async () => {
      for (const ofDomain of domains) await this.removeAll(ofDomain).catch((error) => failures.push(error));
    };
    await Promise.all(Array.from({ length: DOMAINS_TOGETHER }, lane));
    if (failures.length > 0) throw failures[0];
  }

  private async removeAll(expired: readonly ExpiredClient[]): Promise<void> {
    for (let begin = 0; begin < expired.length; begin += CLIENTS_TOGETHER) {
      await Promise.all(expired.slice(begin, begin + CLIENTS_TOGETHER).map((client) => this.remove(client)));
    }
  }

  private async remove({ expiresAt, ...ref }: ExpiredClient): Promise<void> {
    const origin = byTheServer('expiry', randomUUID());
    const isAsItWas = (current: { expiresAt: Date | null } | undefined) =>
      current?.expiresAt?.getTime() === expiresAt.getTime();
    try {
      await this.clients.remove(ref, origin, isAsItWas);
    } catch (error) {
      // It was renewed, or somebody else has removed it.
      if (!(error instanceof ClientError)) throw error;
    }
  }
}

function byDomain(clients: readonly ExpiredClient[]): Map<string, ExpiredClient[]> {
  const domains = new Map<string, ExpiredClient[]>();
  for (const client of clients) {
    const others = domains.get(client.domainId);
    if (others) others.push(client);
    else domains.set(client.domainId, [client]);
  }
  return domains;
}

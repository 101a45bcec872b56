import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { byTheServer } from '#audit';
import { ClientRepository, type DueClient } from './client.repository.js';
import { ClientError } from './client-errors.js';
import { Clients } from './clients.js';
import { DueClients } from './due-clients.js';

/** Ends clients whose time has come, as a deletion does. Each ends once, also if several instances do this at once. */
@Injectable()
export class ClientExpiry {
  private readonly expired: DueClients;

  constructor(
    repository: ClientRepository,
    private readonly clients: Clients,
  ) {
    this.expired = new DueClients(repository, 'expiresAt');
  }

  /**
   * Removes some of the clients that have expired; the next call removes the next ones. Where a domain's clients cannot
   * be removed, the others are; then it fails.
   */
  removeExpired(): Promise<void> {
    return this.expired.each((client) => this.remove(client));
  }

  private async remove({ dueAt, ...ref }: DueClient): Promise<void> {
    const origin = byTheServer('expiry', randomUUID());
    const isAsItWas = (current: { expiresAt: Date | null } | undefined) =>
      current?.expiresAt?.getTime() === dueAt.getTime();
    try {
      await this.clients.remove(ref, origin, isAsItWas);
    } catch (error) {
      // It was renewed, or somebody else has removed it.
      if (!(error instanceof ClientError)) throw error;
    }
  }
}

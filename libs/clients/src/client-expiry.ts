import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { byTheServer } from '#audit';
import { ClientRepository, type DueClient } from './client.repository.js';
import { ClientError } from './client-errors.js';
import { Clients } from './clients.js';
import { DueClients } from './due-clients.js';

/** Deletes clients at their expiry. Each is deleted once, even if several instances try at the same time. */
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
   * Deletes some of the clients that have expired; the next call deletes the next ones. If the clients of a domain cannot
   * be deleted, it deletes those of the others, and then fails.
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
      // It was renewed, or somebody else has deleted it.
      if (!(error instanceof ClientError)) throw error;
    }
  }
}

import { Injectable } from '@nestjs/common';
import type { Origin } from '#audit';
import type { Client, ClientRef } from './client.entity.js';
import { type AboutPage, type AboutQuery, ClientRepository } from './client.repository.js';
import { type AboutPatch, aboutViolations, patched, requireManager } from './client-about.js';
import { ClientError } from './client-errors.js';
import { lifeChanges } from './client-life.js';
import { always, type Precondition } from './clients.js';

/** Stores what is said of clients, and finds clients by it. Refusals are ClientErrors. */
@Injectable()
export class ClientAbouts {
  constructor(private readonly repository: ClientRepository) {}

  /** The clients of a domain of which this is said, in the order of their ids. A page can be short, or empty. */
  list(domainId: string, query: AboutQuery): Promise<AboutPage> {
    return this.repository.described(domainId, query);
  }

  /** If nothing changes, nothing is written. */
  async describe(
    ref: ClientRef,
    origin: Origin,
    patch: AboutPatch,
    precondition: Precondition = always,
  ): Promise<Client> {
    const client = await this.repository.update(ref, async (current) => {
      const about = patched(current, patch);
      const violations = aboutViolations(about);
      if (violations.length > 0) throw new ClientError({ code: 'invalid_client_metadata', violations });
      const described = current.living(about);
      const changes = lifeChanges(current, described);
      const isChanged = Object.keys(changes).length > 0;
      if (isChanged) requireManager(origin, current);
      if (!precondition(current)) throw new ClientError({ code: 'precondition_failed' });
      if (!isChanged) return undefined;
      return { client: described, secrets: { action: 'none' }, changes, origin, action: 'client.described' };
    });
    if (!client) throw new ClientError({ code: 'client_not_found' });
    return client;
  }
}

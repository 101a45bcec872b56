import { Injectable } from '@nestjs/common';
import { byTheServer, type Origin } from '#audit';
import type { Client, ClientRef } from './client.entity.js';
import { ClientRepository, type ClientWrite } from './client.repository.js';
import { requireManager } from './client-about.js';
import { ClientError } from './client-errors.js';
import {
  type ClientAction,
  type ClientLife,
  isSuspended,
  lifeChanges,
  NOT_SUSPENDED,
  type SuspensionTerms,
  suspended,
} from './client-life.js';
import { always, type Precondition } from './clients.js';
import { DueClients } from './due-clients.js';

const BY_TIME = byTheServer('timekeeper');

/**
 * Suspends and resumes clients. A suspended client can be read and changed as before, but its secrets do not verify.
 * `now`: milliseconds since 1970 by the store's clock. Refusals are ClientErrors.
 */
@Injectable()
export class ClientSuspensions {
  private readonly due: DueClients;

  constructor(private readonly repository: ClientRepository) {
    this.due = new DueClients(repository, 'suspendedUntil');
  }

  /** The client if it is suspended; undefined = it is not. */
  async find(ref: ClientRef, now: number): Promise<Client | undefined> {
    const client = (await this.repository.find(ref)) ?? notFound();
    return isSuspended(client, now) ? client : undefined;
  }

  /** The suspended clients of a domain in the order of their ids. */
  list(domainId: string, page: { readonly after?: string; readonly limit: number }): Promise<Client[]> {
    return this.repository.suspended(domainId, page);
  }

  /** Suspends a client, or changes the terms on which it is suspended. */
  suspend(
    ref: ClientRef,
    origin: Origin,
    terms: SuspensionTerms,
    now: number,
    precondition: Precondition = always,
  ): Promise<Client> {
    return this.change(ref, origin, precondition, (current) => {
      const life = suspended(current, terms, origin.credentialId, now);
      return writeOf(current, life, 'client.suspended', origin);
    });
  }

  /** Changes nothing if the client is not suspended. */
  async resume(ref: ClientRef, origin: Origin, precondition: Precondition = always): Promise<void> {
    const resumed = (current: Client) => writeOf(current, NOT_SUSPENDED, 'client.resumed', origin);
    await this.change(ref, origin, precondition, resumed);
  }

  /**
   * Ends some of the suspensions that are due by the store's clock; the next call ends the next ones. Any number of
   * instances may do so: a suspension is ended once, and not at all if somebody has changed its `until` meanwhile.
   */
  endDue(): Promise<void> {
    return this.due.each(({ dueAt, ...ref }) =>
      this.repository.update(ref, async (current) =>
        current.suspendedUntil?.getTime() === dueAt.getTime()
          ? writeOf(current, NOT_SUSPENDED, 'client.resumed', BY_TIME)
          : undefined,
      ),
    );
  }

  private async change(
    ref: ClientRef,
    origin: Origin,
    precondition: Precondition,
    decide: (current: Client) => ClientWrite | undefined,
  ): Promise<Client> {
    const client = await this.repository.update(ref, async (current) => {
      const write = decide(current);
      if (write) requireManager(origin, current);
      if (!precondition(current)) throw new ClientError({ code: 'precondition_failed' });
      return write;
    });
    return client ?? notFound();
  }
}

/** undefined = nothing would change. */
function writeOf(
  current: Client,
  life: Partial<ClientLife>,
  action: ClientAction,
  origin: Origin,
): ClientWrite | undefined {
  const client = current.living(life);
  const changes = lifeChanges(current, client);
  return Object.keys(changes).length === 0
    ? undefined
    : { client, secrets: { action: 'none' }, changes, origin, action };
}

function notFound(): never {
  throw new ClientError({ code: 'client_not_found' });
}

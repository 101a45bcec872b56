import type { Client, ClientRef } from '../client.entity.js';
import type { ClientRepository, ClientWrite } from '../client.repository.js';
import type { ClientMetadata } from '../client-metadata.js';
import type { ClientSecret } from '../client-secret.entity.js';
import type { RepositoryUnderTest } from './repository-under-test.js';
import { changeOf, creation } from './writes.js';

/** A repository and, for each test of a `describe`, a domain that no other has written to. */
export class FreshDomains {
  private subject!: RepositoryUnderTest;
  private domains = 1000;

  constructor(make: () => Promise<RepositoryUnderTest>) {
    beforeAll(async () => {
      this.subject = await make();
    });

    beforeEach(() => {
      this.domains += 1;
    });

    afterAll(async () => {
      await this.subject?.close?.();
    });
  }

  get repository(): ClientRepository {
    return this.subject.repository;
  }

  get domainId(): string {
    return String(this.domains);
  }

  readonly auditOf = (ref: ClientRef) => this.subject.auditOf(ref);

  readonly actionsOn = async (ref: ClientRef) => (await this.auditOf(ref)).map(({ action }) => action);

  readonly forget = () => this.subject.forget?.();

  readonly refTo = (clientId = 'my-app'): ClientRef => ({ domainId: this.domainId, clientId });

  readonly insert = (ref: ClientRef, metadata: Partial<ClientMetadata> = {}, secrets?: ClientWrite['secrets']) =>
    this.repository.insert(creation(ref, metadata, secrets));

  readonly change = (
    ref: ClientRef,
    difference: (current: Client) => Partial<ClientMetadata>,
    secrets?: ClientWrite['secrets'],
  ) => this.repository.update(ref, async (current) => changeOf(current, difference(current), secrets));

  readonly liveSecrets = async (ref: ClientRef): Promise<ClientSecret[]> => {
    let found: ClientSecret[] = [];
    await this.repository.update(ref, async (_, live) => {
      found = await live();
      return undefined;
    });
    return found;
  };
}

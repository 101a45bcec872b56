import { describeClientAbout } from './client-about.contract.js';
import { describeClientChanges } from './client-changes.contract.js';
import { describeClientDraft } from './client-draft.contract.js';
import { describeClientExpiry } from './client-expiry.contract.js';
import { describeClientFilters } from './client-filters.contract.js';
import { describeClientIds } from './client-ids.contract.js';
import { describeClientLife } from './client-life.contract.js';
import { describeClientLists } from './client-lists.contract.js';
import { describeClientOrder } from './client-order.contract.js';
import { describeClientPuts } from './client-puts.contract.js';
import { describeClientRepository } from './client-repository.contract.js';
import { describeClientSecrets } from './client-secrets.contract.js';
import type { RepositoryUnderTest } from './repository-under-test.js';

/** All that every ClientRepository must pass; `make` is called once for each suite. */
export function describeWholeContract(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describeClientRepository(name, make);
  describeClientChanges(name, make);
  describeClientPuts(name, make);
  describeClientSecrets(name, make);
  describeClientLife(name, make);
  describeClientAbout(name, make);
  describeClientLists(name, make);
  describeClientFilters(name, make);
  describeClientOrder(name, make);
  describeClientIds(name, make);
  describeClientExpiry(name, make);
  describeClientDraft(name, make);
}

import { describeClientChanges } from '../../libs/clients/src/testing/client-changes.contract.js';
import { describeClientDraft } from '../../libs/clients/src/testing/client-draft.contract.js';
import { describeClientIds } from '../../libs/clients/src/testing/client-ids.contract.js';
import { describeClientLists } from '../../libs/clients/src/testing/client-lists.contract.js';
import { describeClientRepository } from '../../libs/clients/src/testing/client-repository.contract.js';
import { describeClientSecrets } from '../../libs/clients/src/testing/client-secrets.contract.js';
import { InMemoryClientRepository } from '../../libs/clients/src/testing/in-memory-client.repository.js';
import type { RepositoryUnderTest } from '../../libs/clients/src/testing/repository-under-test.js';

async function make(): Promise<RepositoryUnderTest> {
  const repository = new InMemoryClientRepository();
  return {
    repository,
    auditOf: async ({ domainId, clientId }) =>
      repository.audit.filter((entry) => entry.domainId === domainId && entry.clientId === clientId),
  };
}

describeClientRepository('InMemoryClientRepository', make);
describeClientChanges('InMemoryClientRepository', make);
describeClientSecrets('InMemoryClientRepository', make);
describeClientLists('InMemoryClientRepository', make);
describeClientIds('InMemoryClientRepository', make);
describeClientDraft('InMemoryClientRepository', make);

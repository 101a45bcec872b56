import { InMemoryClientRepository } from '../../libs/clients/src/testing/in-memory-client.repository.js';
import type { RepositoryUnderTest } from '../../libs/clients/src/testing/repository-under-test.js';
import { describeWholeContract } from '../../libs/clients/src/testing/whole-contract.js';

async function make(): Promise<RepositoryUnderTest> {
  const repository = new InMemoryClientRepository();
  return {
    repository,
    auditOf: async ({ domainId, clientId }) =>
      repository.audit.filter((entry) => entry.domainId === domainId && entry.clientId === clientId),
  };
}

describeWholeContract('InMemoryClientRepository', make);

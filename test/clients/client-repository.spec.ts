import { describeClientRepository } from '../../libs/clients/src/testing/client-repository.contract.js';
import { InMemoryClientRepository } from '../../libs/clients/src/testing/in-memory-client.repository.js';

describeClientRepository('InMemoryClientRepository', async () => {
  const repository = new InMemoryClientRepository();
  return {
    repository,
    auditOf: async ({ domainId, clientId }) =>
      repository.audit.filter((entry) => entry.domainId === domainId && entry.clientId === clientId),
  };
});

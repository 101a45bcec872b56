import { openDataSource } from '#persistence';
import type { RecordedWrite } from '../../libs/clients/src/testing/in-memory-client.repository.js';
import type { RepositoryUnderTest } from '../../libs/clients/src/testing/repository-under-test.js';
import { describeWholeContract } from '../../libs/clients/src/testing/whole-contract.js';
import { ClientCache } from '../../libs/persistence/src/client-cache.js';
import { PostgresClientRepository } from '../../libs/persistence/src/postgres-client.repository.js';
import { createTestDatabase } from '../support/test-database.js';

const AUDIT = `
  select domain_id::text as "domainId", client_id as "clientId", action, changes,
         json_build_object('credentialId', credential_id, 'credentialName', credential_name,
                           'dialect', dialect, 'requestId', request_id) as origin
    from audit_entries where domain_id = $1 and client_id = $2 order by id`;

describe.each([
  ['PostgresClientRepository', false],
  ['PostgresClientRepository that remembers', true],
])('', (name, isWatched) => {
  const make = async (): Promise<RepositoryUnderTest> => {
    const database = await createTestDatabase();
    const source = await openDataSource({ url: database.url, poolSize: 8, migrate: true });
    const cache = new ClientCache(() => isWatched);
    return {
      repository: new PostgresClientRepository(source, cache),
      auditOf: ({ domainId, clientId }) => database.query<RecordedWrite>(AUDIT, [domainId, clientId]),
      forget: () => cache.clear(),
      close: async () => {
        await source.destroy();
        await database.drop();
      },
    };
  };
  describeWholeContract(name, make);
});

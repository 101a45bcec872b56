import { Client } from '../client.entity.js';
import { DEFAULT_METADATA, METADATA_FIELDS } from '../client-metadata.js';
import { FreshDomains } from './fresh-domains.js';
import type { RepositoryUnderTest } from './repository-under-test.js';
import { aFullClient, aSecret, creation, removal } from './writes.js';

const CALLERS = 16;

/** What every ClientRepository does; `make` is called once. */
export function describeClientRepository(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientRepository:`, () => {
    const its = new FreshDomains(make);
    const { refTo, insert, auditOf, actionsOn, liveSecrets } = its;

    describe('find', () => {
      it('knows no client that nobody registered', async () => {
        expect(await its.repository.find(refTo())).toBeUndefined();
      });

      it('takes the same id in two domains for two clients', async () => {
        const elsewhere = { domainId: `${its.domainId}0`, clientId: 'my-app' };
        await insert(refTo(), { clientName: 'here' });
        expect(await its.repository.find(elsewhere)).toBeUndefined();
        await insert(elsewhere, { clientName: 'there' });
        expect((await its.repository.find(refTo()))?.clientName).toBe('here');
        expect((await its.repository.find(elsewhere))?.clientName).toBe('there');
      });
    });

    describe('insert', () => {
      it.each(METADATA_FIELDS)('is shown a client that does not have the default in %s', (field) => {
        expect(aFullClient()[field]).not.toEqual(DEFAULT_METADATA[field]);
      });

      it.each(METADATA_FIELDS)('stores %s', async (field) => {
        await insert(refTo(), aFullClient());
        expect((await its.repository.find(refTo()))?.[field]).toEqual(aFullClient()[field]);
      });

      it('stores a client that has every default', async () => {
        await insert(refTo());
        expect((await its.repository.find(refTo()))?.metadata()).toEqual(DEFAULT_METADATA);
      });

      it('returns the client as it is stored, first version and dates included', async () => {
        const client = await insert(refTo(), aFullClient());
        expect(client).toBeInstanceOf(Client);
        expect(client).toMatchObject({ ...refTo(), ...aFullClient(), secretsVersion: 1 });
        expect(client?.version).toMatch(/^\d+$/);
        expect(client?.createdAt).toEqual(expect.any(Date));
        expect(client?.updatedAt).toEqual(client?.createdAt);
        expect(await its.repository.find(refTo())).toEqual(client);
      });

      it('writes one audit entry that says who created what', async () => {
        const write = creation(refTo(), aFullClient());
        await its.repository.insert(write);
        expect(await auditOf(refTo())).toEqual([
          { ...refTo(), action: 'client.created', origin: write.origin, changes: write.changes },
        ]);
      });

      it('returns undefined on a taken id and writes nothing', async () => {
        const secret = aSecret();
        const before = await insert(refTo(), aFullClient(), { action: 'replace', secret });
        const again = await insert(refTo(), { clientName: 'other' }, { action: 'replace', secret: aSecret() });
        expect(again).toBeUndefined();
        expect(await its.repository.find(refTo())).toEqual(before);
        expect((await liveSecrets(refTo())).map(({ id }) => id)).toEqual([secret.id]);
        expect(await actionsOn(refTo())).toEqual(['client.created']);
      });

      it(`lets exactly one of ${CALLERS} callers win who create the same client at once`, async () => {
        const secrets = Array.from({ length: CALLERS }, aSecret);
        const answers = await Promise.all(
          secrets.map((secret, index) =>
            insert(refTo(), { clientName: `caller ${index}` }, { action: 'replace', secret }),
          ),
        );
        const winners = answers.flatMap((client, index) => (client ? [index] : []));
        expect(winners).toHaveLength(1);
        expect((await its.repository.find(refTo()))?.clientName).toBe(`caller ${winners[0]}`);
        expect((await liveSecrets(refTo())).map(({ id }) => id)).toEqual([secrets[winners[0]!]!.id]);
        expect(await actionsOn(refTo())).toEqual(['client.created']);
      });
    });

    describe('remove', () => {
      it('deletes the client, returns it as it was, and says so in the audit', async () => {
        const client = await insert(refTo(), aFullClient());
        const shown: Client[] = [];
        const entry = removal(client!);
        const removed = await its.repository.remove(refTo(), (current) => {
          shown.push(current);
          return entry;
        });
        expect(removed).toEqual(client);
        expect(shown).toEqual([client]);
        expect(await its.repository.find(refTo())).toBeUndefined();
        expect((await auditOf(refTo())).at(-1)).toEqual({ ...refTo(), action: 'client.deleted', ...entry });
      });

      it('leaves nothing to a client that is registered under the same id again', async () => {
        await insert(refTo(), aFullClient(), { action: 'replace', secret: aSecret() });
        await its.repository.remove(refTo(), removal);
        const again = await insert(refTo());
        expect(again?.metadata()).toEqual(DEFAULT_METADATA);
        expect(await liveSecrets(refTo())).toEqual([]);
      });

      it('returns undefined for a client that is not there, without asking', async () => {
        let asked = 0;
        const removed = await its.repository.remove(refTo(), (current) => {
          asked += 1;
          return removal(current);
        });
        expect(removed).toBeUndefined();
        expect(asked).toBe(0);
        expect(await auditOf(refTo())).toEqual([]);
      });

      it('deletes nothing when it is not allowed', async () => {
        const secret = aSecret();
        const client = await insert(refTo(), aFullClient(), { action: 'replace', secret });
        const refusal = new Error('refused');
        const removed = its.repository.remove(refTo(), () => {
          throw refusal;
        });
        await expect(removed).rejects.toBe(refusal);
        expect(await its.repository.find(refTo())).toEqual(client);
        expect(await liveSecrets(refTo())).toHaveLength(1);
        expect(await actionsOn(refTo())).toEqual(['client.created']);
      });

      it('touches neither another client of the domain nor the same id in another domain', async () => {
        const elsewhere = { domainId: `${its.domainId}0`, clientId: 'my-app' };
        for (const other of [refTo('other'), elsewhere, refTo()]) {
          await insert(other, aFullClient(), { action: 'replace', secret: aSecret() });
        }
        await its.repository.remove(refTo(), removal);
        for (const other of [refTo('other'), elsewhere]) {
          expect(await its.repository.find(other)).toBeDefined();
          expect(await liveSecrets(other)).toHaveLength(1);
        }
      });

      it(`tells exactly one of ${CALLERS} callers that it removed the client`, async () => {
        await insert(refTo());
        const removed = await Promise.all(
          Array.from({ length: CALLERS }, () => its.repository.remove(refTo(), removal)),
        );
        expect(removed.filter((client) => client !== undefined)).toHaveLength(1);
        expect(await actionsOn(refTo())).toEqual(['client.created', 'client.deleted']);
      });
    });
  });
}

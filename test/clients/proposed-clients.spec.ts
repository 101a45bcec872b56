import { codeOf, confidential, never, origin, proposal, ref, registry } from '../support/registry.js';

const AT = new Date('2026-11-30T09:00:00.000Z');
const proposer = { credentialId: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e', at: AT };
const another = { ...proposer, credentialId: '7f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e' };
const SUSPENDED = { suspendedAt: AT, suspensionReason: 'proposed', suspendedBy: proposer.credentialId };
const NOT_SUSPENDED = { suspendedAt: null, suspensionReason: null, suspendedBy: null };

describe('whoever may only propose clients', () => {
  it.each(['register', 'provision'] as const)(
    'creates clients that are suspended from the beginning (%s)',
    async (way) => {
      const { clients, repository } = registry();
      const { client, created, secret } =
        way === 'register'
          ? await clients.register(ref, origin, proposer, proposal(confidential))
          : await clients.provision(ref, origin, proposer, () => proposal(confidential));
      expect([created, typeof secret]).toEqual([true, 'string']);
      expect(client).toMatchObject(SUSPENDED);
      expect(repository.audit.map(({ action, changes }) => [action, changes.suspensionReason])).toEqual([
        ['client.created', { before: null, after: 'proposed' }],
      ]);
    },
  );

  it('changes them, and they stay suspended', async () => {
    const { clients } = registry();
    await clients.register(ref, origin, proposer, proposal(confidential));
    const later = { ...proposer, at: new Date(AT.getTime() + 1000) };
    const { client } = await clients.change(ref, origin, later, () => proposal({ ...confidential, scope: 'a' }));
    expect(client).toMatchObject({ ...SUSPENDED, scope: 'a' });
    const provisioned = await clients.provision(ref, origin, later, () => proposal({ ...confidential, scope: 'b' }));
    expect(provisioned.client).toMatchObject({ ...SUSPENDED, scope: 'b' });
  });

  it.each([
    ['that somebody registered', 'write'],
    ['that another one proposed', another],
  ] as const)('is refused a client %s before anything of it is looked at', async (_, right) => {
    const { clients, repository } = registry();
    const { client } = await clients.register(ref, origin, right, proposal(confidential));
    const looked: unknown[] = [];
    const propose = (current: unknown) => {
      looked.push(current);
      return proposal({ scope: ' ' });
    };
    for (const work of [
      () => clients.provision(ref, origin, proposer, propose, never),
      () => clients.change(ref, origin, proposer, propose, never),
      () => clients.plan(ref, origin, proposer, propose, never),
    ]) {
      expect(await codeOf(work())).toBe('not_proposed_by_caller');
    }
    expect(looked).toEqual([]);
    expect(await codeOf(clients.register(ref, origin, proposer, proposal(confidential)))).toBe('client_exists');
    expect(await clients.read(ref)).toEqual(client);
    expect(repository.audit).toHaveLength(1);
  });

  it('is refused its own client once it is suspended for another reason', async () => {
    const { clients } = registry();
    await clients.register(ref, origin, proposer, proposal(confidential));
    await clients.change(ref, origin, 'write', () => proposal(confidential, { life: { suspensionReason: 'leaked' } }));
    const work = clients.change(ref, origin, proposer, () => proposal({ ...confidential, scope: 'a' }));
    expect(await codeOf(work)).toBe('not_proposed_by_caller');
  });

  it('is told of a client that is not there as everybody is', async () => {
    const { clients } = registry();
    expect(await codeOf(clients.change(ref, origin, proposer, () => proposal({})))).toBe('client_not_found');
  });
});

describe('whoever may write clients', () => {
  it('creates clients that are not suspended', async () => {
    const { clients } = registry();
    expect((await clients.register(ref, origin, 'write', proposal({}))).client).toMatchObject(NOT_SUSPENDED);
  });

  it('changes a proposed client, which stays suspended and its proposer’s', async () => {
    const { clients } = registry();
    await clients.register(ref, origin, proposer, proposal(confidential));
    const { client } = await clients.change(ref, origin, 'write', () => proposal({ ...confidential, scope: 'a' }));
    expect(client).toMatchObject({ ...SUSPENDED, scope: 'a' });
    const { client: again } = await clients.provision(ref, origin, proposer, () => proposal(confidential));
    expect(again).toMatchObject(SUSPENDED);
  });
});

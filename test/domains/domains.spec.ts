import { type Domain, type DomainRepository, Domains, type Reach } from '#domains';

/** Domains on record as `name of subscription`; what is asked of the record is noted. */
function setUp(...known: string[]) {
  const record = known.map((text, index) => {
    const [name, subscription] = text.split(' of ');
    return { id: String(index + 1), name, subscription } as Domain;
  });
  const asked: string[] = [];
  const repository = {
    findById: async (id: string) => {
      asked.push(`id ${id}`);
      return record.find((domain) => domain.id === id);
    },
    findByName: async (name: string, within: string | null) => {
      asked.push(`${name} within ${within}`);
      return record.find((domain) => domain.name === name && (within === null || domain.subscription === within));
    },
  } as DomainRepository;
  return { domains: new Domains(repository, { defaultDomain: 'default', sandboxHost: 'localhost' }), asked };
}

describe('a domain within reach', () => {
  const RECORD = ['own of tenant', 'second of tenant', 'foreign of stranger'];
  const [bound, tenant, operator]: Reach[] = [
    { subscription: 'tenant', domainId: '1' },
    { subscription: 'tenant', domainId: null },
    { subscription: null, domainId: null },
  ] as const;

  it.each([
    ['one domain', bound!, ['own']],
    ['a subscription', tenant!, ['own', 'second']],
    ['everything', operator!, ['own', 'second', 'foreign']],
  ])('is found by callers who reach %s, and no other is', async (_, reach, expected) => {
    const { domains } = setUp(...RECORD);
    const found = await Promise.all(
      ['own', 'second', 'foreign', 'nobodys'].map((name) => domains.findReached(name, reach)),
    );
    expect(found.flatMap((domain) => domain?.name ?? [])).toEqual(expected);
  });

  it.each([
    ['one domain', bound!, 'id 1', 'id 1'],
    ['a subscription', tenant!, 'foreign within tenant', 'nobodys within tenant'],
  ])('asks the same of a foreign name as of one that nobody has: %s', async (_, reach, ofForeign, ofNobodys) => {
    const { domains, asked } = setUp(...RECORD);
    await domains.findReached('foreign', reach);
    await domains.findReached('nobodys', reach);
    expect(asked).toEqual([ofForeign, ofNobodys]);
  });

  it('is not looked for under a name that no domain can have', async () => {
    const { domains, asked } = setUp(...RECORD);
    expect(await domains.findReached('Own', tenant!)).toBeUndefined();
    expect(await domains.findReached('own tenant', tenant!)).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

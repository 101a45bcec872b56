import { type ClientFacts, ClientFactsReader, ClientFindings, type FactsQuery, type FindingsQuery } from '#clients';

const NOW = new Date('2026-06-30T12:00:00Z');
const context = { now: NOW, notSeenForDays: 90, maxSecretAgeDays: null };

/** Clients `app-0001`, …, of which those that `isFound` names have no grant types. */
class Facts extends ClientFactsReader {
  readonly asked: FactsQuery[] = [];

  constructor(
    private readonly count: number,
    private readonly isFound: (number: number) => boolean,
  ) {
    super();
  }

  async read(_: string, query: FactsQuery): Promise<ClientFacts[]> {
    this.asked.push(query);
    const { after = '', clientId, limit } = query;
    return Array.from({ length: this.count }, (_, index) => this.factsOf(index + 1))
      .filter((facts) => facts.clientId > after && (clientId === undefined || facts.clientId === clientId))
      .slice(0, limit);
  }

  async sightingsSince(): Promise<string> {
    return '2026-06-29';
  }

  private factsOf(number: number): ClientFacts {
    return {
      clientId: `app-${String(number).padStart(5, '0')}`,
      clientType: 'public',
      grantTypes: this.isFound(number) ? [] : ['authorization_code'],
      redirectUris: [],
      policies: [],
      createdAt: NOW,
      secrets: [],
      unknownAudiences: this.isFound(number) ? ['nobody'] : [],
      seenOn: null,
    };
  }
}

const finder = (count: number, isFound: (number: number) => boolean) => {
  const facts = new Facts(count, isFound);
  let turns = 0;
  const page = (query: Partial<FindingsQuery> = {}) =>
    new ClientFindings(facts).page('1', { limit: 100, ...query }, context, (work) => {
      turns += 1;
      return work();
    });
  return { facts, page, turns: () => turns };
};

describe('a page of findings', () => {
  it('goes through the clients in the order of their ids, and has all findings of each', async () => {
    const { page } = finder(10, (number) => number % 5 === 0);
    const { findings, after } = await page();
    expect(findings.map(({ clientId, code }) => `${clientId} ${code}`)).toEqual([
      'app-00005 unknown_audience',
      'app-00005 no_grants',
      'app-00010 unknown_audience',
      'app-00010 no_grants',
    ]);
    expect(after).toBeUndefined();
  });

  it('ends with the client that fills it, and the next page goes on behind that', async () => {
    const { page } = finder(1000, (number) => number % 3 === 0);
    const clients: string[] = [];
    let after: string | undefined;
    do {
      const found = await page({ limit: 50, after });
      expect(found.findings.length).toBeLessThanOrEqual(100);
      clients.push(...new Set(found.findings.map(({ clientId }) => clientId)));
      after = found.after;
    } while (after !== undefined);
    expect(clients).toHaveLength(333);
    expect(clients).toEqual(clients.toSorted());
  });

  it('looks at a bounded number of clients, each read in a turn of its own: it may be empty, and there is more', async () => {
    const { page, facts, turns } = finder(5000, (number) => number === 5000);
    const { findings, after } = await page();
    expect(findings).toEqual([]);
    expect(after).toBe('app-02000');
    expect(facts.asked).toHaveLength(10);
    expect(turns()).toBe(10);
    expect((await page({ after: 'app-04000' })).findings).toHaveLength(2);
  });

  it('can be of one code', async () => {
    const { page } = finder(10, (number) => number === 7);
    const { findings } = await page({ code: 'no_grants' });
    expect(findings.map(({ code }) => code)).toEqual(['no_grants']);
    expect((await page({ code: 'not_seen' })).findings).toEqual([]);
  });

  it('can be of one client, which alone is read', async () => {
    const { page, facts } = finder(1000, () => true);
    const { findings, after } = await page({ clientId: 'app-00700' });
    expect([...new Set(findings.map(({ clientId }) => clientId))]).toEqual(['app-00700']);
    expect(after).toBeUndefined();
    expect(facts.asked.map(({ clientId }) => clientId)).toEqual(['app-00700']);
    expect(await page({ clientId: 'nobody' })).toEqual({ findings: [] });
  });
});

import { type Answer, startServer, type TestServer } from './support/test-server.js';

/** The long form: RACE_ROUNDS=200. */
const ROUNDS = Number(process.env.RACE_ROUNDS ?? 15);
const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const TERRAFORM = { 'managed-by': 'terraform' };

describe(`${ROUNDS} rounds of writes through two instances, while a client is being locked`, () => {
  let servers: TestServer[];
  beforeAll(async () => {
    const one = await startServer();
    servers = [one, await startServer({}, { database: one.database })];
  });
  afterAll(async () => {
    for (const server of servers.reverse()) await server.stop();
  });

  const v1 = (id: string) => `/v1/domain/default/client/${id}`;
  const admin = (id: string) => `/admin/domains/default/clients/${id}`;
  /** Every one of them changes something, whatever came before it. */
  const WRITES: readonly ((server: TestServer, id: string, value: string) => Promise<Answer>)[] = [
    (server, id, scope) => server.call('PUT', v1(id), { body: { ...MACHINE, scope } }),
    (server, id, clientName) => server.call('PUT', `/client?clientID=${id}`, { body: { clientName } }),
    (server, id, name) => server.call('POST', `${v1(id)}/secrets`, { body: { name, previousExpiresInSeconds: 0 } }),
    (server, id, owner) => server.call('PUT', `${admin(id)}/about`, { body: { owner } }),
    (server, id, reason) => server.call('PUT', `${admin(id)}/suspension`, { body: { reason } }),
  ];
  /** All of it: on a fast machine more is written before the lock than a page holds. */
  const audit = async (id: string) => {
    const entries: { changes: { locked?: { after: boolean } } }[] = [];
    for (let next: string | undefined = `?domain=default&clientId=${id}`; next !== undefined; ) {
      const page: Answer = await servers[0]!.call('GET', `/admin/audit${next}`);
      entries.push(...page.body);
      next = /<[^?]*(\?[^>]*)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    }
    return entries;
  };

  it('what was answered as done was committed before the lock, and nothing after it', async () => {
    let done = 0;
    let refused = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = `raced-${round}`;
      await servers[0]!.call('PUT', v1(id), { body: MACHINE });
      // Both have it in memory as it is now.
      for (const server of servers) await server.call('GET', v1(id));
      let isLocked = false;
      const writing = servers.flatMap((server, instance) =>
        WRITES.map(async (write, door) => {
          const answers: Answer[] = [];
          for (let turn = 0; turn < 40 && answers.at(-1)?.status !== 409; turn += 1) {
            const isLate = isLocked;
            const answer = await write(server, id, `${instance}.${door}.${turn}`);
            answers.push(answer);
            // Who asks after the lock was answered is refused, also by the other instance.
            if (isLate) expect(answer.status).toBe(409);
          }
          return answers;
        }),
      );
      const locking = (async () => {
        await new Promise((resolve) => setTimeout(resolve, round % 5));
        const answer = await servers[round % 2]!.call('PUT', `${admin(id)}/about`, {
          body: { managedBy: 'terraform', locked: true },
          headers: TERRAFORM,
        });
        isLocked = true;
        return answer;
      })();
      const answers = (await Promise.all(writing)).flat();
      expect((await locking).status).toBe(200);
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status >= 300 && status !== 409)).toEqual([]);
      const written = statuses.filter((status) => status < 300).length;
      const entries = await audit(id);
      expect(entries.at(-1)?.changes.locked?.after).toBe(true);
      // Besides the creation and the lock.
      expect(entries).toHaveLength(written + 2);
      done += written;
      refused += statuses.length - written;
    }
    expect(refused).toBe(ROUNDS * WRITES.length * servers.length);
    expect(done).toBeGreaterThan(0);
  }, 120_000);

  it('one of two who both lock it in their own names has it, and only that one', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = `claimed-${round}`;
      await servers[0]!.call('PUT', v1(id), { body: MACHINE });
      const claims = ['terraform', 'pulumi', 'terraform', 'pulumi'].map((managedBy, caller) =>
        servers[caller % 2]!.call('PUT', `${admin(id)}/about`, {
          body: { managedBy, locked: true },
          headers: { 'managed-by': managedBy },
        }),
      );
      const answers = await Promise.all(claims);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 409, 409]);
      const [winner] = answers.filter(({ status }) => status === 200).map(({ body }) => body.managedBy);
      for (const server of servers) {
        expect((await server.call('GET', admin(id))).body.about).toMatchObject({ managedBy: winner, locked: true });
      }
      expect(await audit(id)).toHaveLength(2);
    }
  }, 60_000);

  it('an import that began before it is written whole before the lock, or not at all', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const ids = [`imported-${round}-a`, `imported-${round}-b`];
      for (const id of ids) await servers[0]!.call('PUT', v1(id), { body: MACHINE });
      const lines = ids.map((clientId) => `${JSON.stringify({ clientId, ...MACHINE, scope: 'imported' })}\n`).join('');
      const importing = servers[0]!.call('POST', '/admin/domains/default/import', {
        body: lines,
        headers: { 'content-type': 'application/x-ndjson' },
      });
      await new Promise((resolve) => setTimeout(resolve, 2 * (round % 8)));
      const locked = await servers[1]!.call('PUT', `${admin(ids[1]!)}/about`, {
        body: { managedBy: 'terraform', locked: true },
      });
      const imported = await importing;
      expect(locked.status).toBe(200);
      expect([200, 409]).toContain(imported.status);
      const entries = await audit(ids[1]!);
      expect(entries.at(-1)?.changes.locked?.after).toBe(true);
      expect(entries).toHaveLength(imported.status === 200 ? 3 : 2);
      expect(await audit(ids[0]!)).toHaveLength(imported.status === 200 ? 2 : 1);
    }
  }, 60_000);
});

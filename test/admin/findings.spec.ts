import { FINDING_CODES } from '#clients';
import { expectProblem, expectViolations } from '../support/refusals.js';
import { startServer, type TestServer } from '../support/test-server.js';

interface Finding {
  readonly code: string;
  readonly clientId: string;
  readonly secretId: string | null;
  readonly sentence: string;
  readonly source: { readonly name: string; readonly href: string };
  readonly whatToDo: string;
}

const URI = 'https://app.example.com/callback';
const APP = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: [URI] };
const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };

let server: TestServer;
let domains = 0;
let domain: string;
beforeAll(async () => {
  server = await startServer();
  // The record of sightings is as old as these tests need it to be.
  await server.database.query(
    `update server_settings set value = convert_to((current_date - 1000)::text, 'UTF8') where name = 'sightings_since'`,
  );
});
afterAll(() => server.stop());
beforeEach(async () => {
  domains += 1;
  domain = `checked-${domains}`;
  await server.call('POST', '/v1/domain', { body: { domain } });
});

const call = (query = '', key?: string) => server.call('GET', `/admin/domains/${domain}/findings${query}`, { key });
const find = async (query = ''): Promise<Finding[]> => {
  const { status, body } = await call(query);
  expect(status).toBe(200);
  return body;
};
const told = async (query = '') => (await find(query)).map(({ clientId, code }) => `${clientId} ${code}`);
const put = async (id: string, body: object = APP) =>
  expect((await server.call('PUT', `/v1/domain/${domain}/client/${id}`, { body })).status).toBe(200);
/** `set`: an assignment of SQL; `what`: the rows of a client, or of its secrets. */
const change = (what: 'clients' | 'client_secrets', id: string, set: string) =>
  server.database.query(
    `update ${what} set ${set} where client_id = $1 and domain_id = (select id from domains where name = $2)`,
    [id, domain],
  );
const makeOlder = (id: string, days: number) => change('clients', id, `created_at = now() - interval '${days} days'`);
const seen = (id: string, daysAgo: number) =>
  server.database.query(
    `insert into client_sightings select id, $1, current_date - ${daysAgo} from domains where name = $2
       on conflict (domain_id, client_id) do update set seen_on = excluded.seen_on`,
    [id, domain],
  );
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

describe('GET /admin/domains/{domain}/findings', () => {
  it('is empty where there is nothing to say', async () => {
    expect(await find()).toEqual([]);
    await put('app');
    expect(await find()).toEqual([]);
  });

  it('tells of each finding its code, the client, a sentence, the source and what to do, and changes nothing', async () => {
    await put('machine', MACHINE);
    const [{ id, hint, createdAt }] = (await server.call('GET', `/v1/domain/${domain}/client/machine/secrets`)).body;
    const before = (await server.call('GET', `/v1/domain/${domain}/client/machine`)).headers.get('etag');
    expect(await find()).toEqual([
      {
        code: 'secret_never_expires',
        clientId: 'machine',
        secretId: id,
        sentence: `The secret …${hint}, made on ${createdAt.slice(0, 10)}, never expires.`,
        source: { name: 'RFC 7591 §3.2.1', href: 'https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1' },
        whatToDo: expect.stringContaining('Add a secret that expires'),
      },
    ]);
    expect((await server.call('GET', `/v1/domain/${domain}/client/machine`)).headers.get('etag')).toBe(before);
  });

  it('finds who was not seen for 90 days, or for as many as are asked for', async () => {
    for (const id of ['lately', 'long-ago', 'never', 'new']) await put(id);
    for (const id of ['lately', 'long-ago', 'never']) await makeOlder(id, 200);
    await seen('lately', 89);
    await seen('long-ago', 100);
    expect((await find()).map(({ clientId, sentence }) => `${clientId}: ${sentence}`)).toEqual([
      `long-ago: Not seen here since ${daysAgo(100)}: neither read by its id nor verified.`,
      `never: Not seen here since ${daysAgo(200)}, when it was created: neither read by its id nor verified.`,
    ]);
    expect(await told('?notSeenFor=30d')).toEqual(['lately not_seen', 'long-ago not_seen', 'never not_seen']);
    expect(await told('?notSeenFor=150d')).toEqual(['never not_seen']);
  });

  it('a secret that was used is a sighting, too', async () => {
    await put('machine', MACHINE);
    await makeOlder('machine', 200);
    await change(
      'client_secrets',
      'machine',
      `last_used_on = current_date - 10, expires_at = now() + interval '9 days'`,
    );
    expect(await find()).toEqual([]);
    await change('client_secrets', 'machine', 'last_used_on = current_date - 100');
    expect(await told()).toEqual(['machine not_seen']);
  });

  it('finds secrets that were never used, and leaves out those that have ended', async () => {
    await put('machine', MACHINE);
    await change(
      'client_secrets',
      'machine',
      `created_at = now() - interval '31 days', expires_at = now() + interval '9 days'`,
    );
    const [finding] = await find();
    expect(finding).toMatchObject({ code: 'secret_never_used', secretId: expect.stringMatching(/^[\w-]{36}$/) });
    await change('client_secrets', 'machine', 'expires_at = now()');
    expect(await find()).toEqual([]);
  });

  it('finds secrets that outlive the rule of the domain, made before it; those made since keep it', async () => {
    for (const id of ['early', 'endless']) await put(id, MACHINE);
    await change('client_secrets', 'early', `expires_at = now() + interval '31 days'`);
    expect(await told()).toEqual(['endless secret_never_expires']);
    const rule = { maxSecretAgeDays: 30 };
    expect((await server.call('PUT', `/admin/domains/${domain}/policy`, { body: rule })).status).toBe(200);
    await put('late', MACHINE);
    const [early, endless, ...others] = await find();
    expect(early).toMatchObject({
      ...{ code: 'secret_outlives_rule', clientId: 'early', secretId: expect.any(String) },
      sentence: expect.stringMatching(/, made on \S+, ends on \S+; the domain allows 30 days\.$/),
    });
    expect(endless).toMatchObject({ code: 'secret_never_expires', clientId: 'endless' });
    expect(others).toEqual([]);
  });

  it('finds audiences that are no client of this very domain', async () => {
    await put('app', { ...APP, audiences: ['app', 'orders-api', 'elsewhere', 'nowhere'] });
    await put('orders-api');
    await server.call('POST', '/v1/domain', { body: { domain: 'elsewhere' } });
    await server.call('PUT', '/v1/domain/elsewhere/client/elsewhere', { body: APP });
    const [finding, ...others] = await find();
    expect(finding!.sentence).toBe('The audiences elsewhere, nowhere are ids of no client in the domain.');
    expect(others).toEqual([]);
    for (const id of ['elsewhere', 'nowhere']) await put(id);
    expect(await find()).toEqual([]);
  });

  it('finds policies that name nothing if it is told which there are', async () => {
    await put('app', { ...APP, policies: ['policy.employees', 'policy.partners'] });
    expect(await find()).toEqual([]);
    expect(await find('?policies=policy.employees,policy.partners')).toEqual([]);
    const [finding] = await find('?policies=policy.employees');
    expect(finding!.sentence).toBe('The policy policy.partners is not one of the policies that you named.');
    expect(await told('?policies=')).toEqual(['app unknown_policy']);
  });

  it('finds legacy clients without grant types, and localhost beside https', async () => {
    await put('app', { ...APP, redirectUris: [URI, 'http://localhost:3000/callback'] });
    await put('legacy');
    await change('clients', 'legacy', `grant_types = '{}'`);
    expect(await told()).toEqual(['app localhost_beside_https', 'legacy no_grants']);
  });

  it('finds the same while it is asked for one code, or for one client', async () => {
    await put('app', { ...APP, audiences: ['nowhere'], redirectUris: [URI, 'http://localhost/'] });
    await put('machine', { ...MACHINE, audiences: ['nowhere'] });
    expect(await told()).toEqual([
      'app unknown_audience',
      'app localhost_beside_https',
      'machine secret_never_expires',
      'machine unknown_audience',
    ]);
    expect(await told('?code=unknown_audience')).toEqual(['app unknown_audience', 'machine unknown_audience']);
    expect(await told('?clientId=machine')).toEqual(['machine secret_never_expires', 'machine unknown_audience']);
    expect(await told('?clientId=machine&code=no_grants')).toEqual([]);
    expect(await told('?clientId=nobody')).toEqual([]);
  });

  it('goes page by page through the Link header, which repeats what was asked', async () => {
    for (let number = 10; number < 17; number += 1) {
      await put(`app-${number}`, { ...APP, audiences: ['nowhere'], redirectUris: [URI, 'http://localhost/'] });
    }
    const seenClients: string[] = [];
    let query: string | undefined = '?limit=3&code=unknown_audience&notSeenFor=30d&policies=a,b';
    while (query !== undefined) {
      const { body, headers } = await call(query);
      expect(body.length).toBeLessThanOrEqual(3);
      seenClients.push(...body.map(({ clientId }: Finding) => clientId));
      query = /<[^?]*(\?[^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
      if (query !== undefined) {
        expect(query).toBe(`?code=unknown_audience&notSeenFor=30d&policies=a%2Cb&limit=3&after=${seenClients.at(-1)}`);
      }
    }
    expect(seenClients).toEqual(Array.from({ length: 7 }, (_, index) => `app-${10 + index}`));
  });

  it('says in the document what each code means, and from which RFC', async () => {
    const { body } = await server.call('GET', '/openapi/admin.json', { key: null });
    const { description } = body.paths['/admin/domains/{domain}/findings'].get;
    const { code } = body.components.schemas.Finding.properties;
    expect(code.enum).toEqual(FINDING_CODES);
    for (const each of FINDING_CODES) {
      for (const text of [description, code.description]) {
        expect(text).toMatch(new RegExp(`^- \`${each}\`: .+ \\(\\[RFC \\d+ §[\\d.]+\\]\\(https://.+\\)\\)$`, 'm'));
      }
    }
  });

  it.each([
    ['code', '?code=nothing'],
    ['notSeenFor', '?notSeenFor=90'],
    ['notSeenFor', '?notSeenFor=0d'],
    ['notSeenFor', '?notSeenFor=1d&notSeenFor=2d'],
    ['limit', '?limit=0'],
    ['clientId', '?clientId=a%00'],
    ['after', '?after=a&after=b'],
    ['client', '?client=app'],
    ['policies', `?policies=${Array(101).fill('p').join()}`],
  ])('a bad %s (%s) → 400', async (parameter, query) => {
    expectViolations(await call(query), [parameter]);
  });

  it('needs clients:read, and a domain within reach', async () => {
    const { apiKey: none } = await server.issue({ domain, permissions: ['clients:write', 'audit:read'] });
    expectProblem(await call('', none), 403);
    const { apiKey: stranger } = await server.issue({ subscription: 'stranger', permissions: ['clients:read'] });
    expectProblem(await call('', stranger), 403);
    const { apiKey } = await server.issue({ domain, permissions: ['clients:read'] });
    expect((await call('', apiKey)).status).toBe(200);
  });
});

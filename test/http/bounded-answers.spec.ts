import { faultsOf } from '../support/accounts.js';
import { expectAccountsError, expectProblem, expectViolations } from '../support/refusals.js';
import { type Answer, startServer, type TestServer } from '../support/test-server.js';

const URI = 'https://app.example.com/callback';
const V1_CLIENT = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: [URI] };
/** As much of one thing as a body has room for. */
const ROOM = 60_000;
const full = (entry: unknown) =>
  Array.from({ length: Math.floor(ROOM / (JSON.stringify(entry).length + 1)) }, () => entry);
const unknownFields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 0]));
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
/** Bad entries, all of them different. */
const bad = (count: number) => Array.from({ length: count }, (_, index) => `not a URI ${index}`);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const put = (fields: object, id = 'new') =>
  server.call('PUT', `/v1/domain/default/client/${id}`, { body: { ...V1_CLIENT, ...fields } });
const post = (fields: object) => server.call('POST', '/clients', { body: { clientID: 'new', ...fields } });
const grant = (fields: object) => server.call('POST', '/admin/credentials', { body: { name: 'new', ...fields } });
const importOf = (text: string) => server.call('POST', '/admin/domains/default/import', { body: text });

describe('a list that is too long is refused for its length alone', () => {
  it.each([
    ['redirectUris', 'a', 100],
    ['redirect_uris', 'a', 100],
    ['postSignOutRedirectUris', '', 100],
    ['allowedOrigins', 'x', 100],
    ['audiences', '', 50],
    ['providers', '', 50],
    ['policies', '-', 50],
  ])('v1: %s, filled with %j', async (field, entry, most) => {
    const answer = await put({ redirectUris: undefined, [field]: full(entry) });
    const others = /redirect_?uris/i.test(field) && !field.startsWith('post') ? [] : ['redirectUris'];
    expectViolations(answer, [field, ...others]);
    expect(answer.body.errors[field]).toEqual([`${field} must have at most ${most} entries.`]);
  });

  it('v1: whatever its entries are', async () => {
    for (const entry of [1, null, {}, []]) {
      const answer = await put({ audiences: full(entry) });
      expectViolations(answer, ['audiences']);
      expect(answer.body.errors.audiences).toEqual(['audiences must have at most 100 entries.']);
    }
  });

  it.each([
    ['postLogoutRedirectURIs', { postLogoutRedirectURIs: full('x') }],
    ['grantTypes', { grantTypes: full('x') }],
    ['grantTypes', { grantTypes: full('refresh_token') }],
    ['config/tokenMethod', { config: { tokenMethod: full('x') } }],
    ['config/disableStrategies', { config: { disableStrategies: full('x') } }],
    ['config/disableStrategies', { config: { disableStrategies: full(1) } }],
    ['redirectURIs', { redirectURIs: bad(1500) }],
  ])('accounts: %s', async (place, fields) => {
    expect(faultsOf(await post(fields))).toEqual([`1211 ${place}`]);
  });

  it('admin: permissions, also good ones again and again', async () => {
    for (const entry of ['x', 1, 'clients:read']) {
      const answer = await grant({ permissions: full(entry) });
      expectViolations(answer, ['permissions']);
      expect(answer.body.errors.permissions).toEqual(['permissions must have at most 8 entries.']);
    }
  });

  it('all of it that is too large, too', async () => {
    const answer = await put({ allowedOrigins: Array.from({ length: 90 }, () => 'x'.repeat(200)) });
    expect(answer.body.errors).toEqual({ allowedOrigins: ['allowedOrigins must be at most 16 KiB in all.'] });
  });
});

describe('at most 100 violations', () => {
  /** Three lists, each of them as long as it may be and wrong throughout. */
  const THREE_LISTS = { redirectUris: bad(100), postSignOutRedirectUris: bad(100), allowedOrigins: bad(100) };

  it('are told by v1, which says that there are more', async () => {
    const answer = await put(THREE_LISTS);
    expectProblem(answer, 400);
    expect(sentencesOf(answer)).toHaveLength(100);
    expect(answer.body.detail).toBe('There are more violations than these first 100.');
  });

  it('are told by accounts, with one more error that says that there are more', async () => {
    const answer = await post({ redirectURIs: bad(100), postLogoutRedirectURIs: bad(100) });
    expectAccountsError(answer, 400, 1211);
    const errors = answer.body._embedded.error;
    expect(errors).toHaveLength(100);
    expect(errors.at(-1)).toMatchObject({ detail: '', verbose: 'there are more errors than these first 100' });
    expect(faultsOf(answer).slice(0, -1)).toEqual(Array.from({ length: 100 }, (_, i) => `1211 redirectURIs/${i}`));
  });

  it('are all that there are when they are exactly 100', async () => {
    const inV1 = await put({ redirectUris: bad(100) });
    expect([sentencesOf(inV1).length, inV1.body.detail]).toEqual([100, undefined]);
    expect(faultsOf(await post({ redirectURIs: bad(100) }))).toHaveLength(100);
  });

  it.each([
    ['v1', put],
    ['admin', grant],
  ])('name unknown fields in %s', async (_, send) => {
    const few = await send(unknownFields(100));
    expect([sentencesOf(few).length, few.body.detail]).toEqual([100, undefined]);
    const answer = await send(unknownFields(5000));
    expectProblem(answer, 400);
    expect(sentencesOf(answer)).toHaveLength(100);
    expect(answer.body.detail).toMatch(/There are more/);
  });

  it('are told of an import, whose further lines are not looked at', async () => {
    const line = JSON.stringify({ clientId: 'a', ...V1_CLIENT, audiences: full('') });
    const answer = await importOf(`${line}\n`.repeat(300));
    expectProblem(answer, 400);
    expect(sentencesOf(answer)).toHaveLength(100);
    expect(answer.body.detail).toMatch(/There are more/);
  });

  it('are told of parameters', async () => {
    const answer = await server.call(
      'GET',
      `/clients?${Array.from({ length: 99 }, (_, i) => `x${i}`).join('&')}&sort=a,b,c`,
    );
    expectAccountsError(answer, 400, 1215);
    expect(answer.body._embedded.error).toHaveLength(100);
  });
});

describe('what a caller made up is repeated in part', () => {
  const LONG = 'k'.repeat(9000);

  it.each<[string, () => Promise<Answer>]>([
    ['the name of a field, in v1', () => put({ [LONG]: 1 })],
    ['the name of a field, in admin', () => grant({ [LONG]: 1 })],
    ['the name of a field, in an import', () => importOf(JSON.stringify({ clientId: 'a', ...V1_CLIENT, [LONG]: 1 }))],
    ['the name of a parameter', () => server.call('GET', `/clients?${LONG}=1`)],
    ['the name of a sort', () => server.call('GET', `/clients?sort=${LONG}`)],
    ['the canonical form of a URI', () => put({ redirectUris: [`https://app.example.com:443/${'k'.repeat(1900)}`] })],
    [
      'a content encoding',
      () => server.call('PUT', '/v1/domain/default/client/a', { body: {}, headers: { 'content-encoding': LONG } }),
    ],
  ])('%s', async (_, send) => {
    const answer = await send();
    expect([400, 415]).toContain(answer.status);
    expect(answer.text.length).toBeLessThan(2500);
    expect(answer.text).toMatch(/k{150}…/);
  });
});

describe('a body that is nested deeper than 32 levels', () => {
  const within = (levels: number) => `{"clientID":"BAD ID","x":${nested(levels - 1)}}`;

  it('is refused before anybody looks into it, for the property that is so', async () => {
    for (const levels of [33, 30_000]) {
      const text = `{"clientId":"BAD ID","x":${nested(levels - 1)}}`;
      expect(faultsOf(await server.call('POST', '/clients', { body: text }))).toEqual(['1211 x']);
      for (const [method, path] of [
        ['PUT', '/v1/domain/default/client/a'],
        ['POST', '/admin/credentials'],
      ] as const) {
        expectViolations(await server.call(method, path, { body: text }), ['x']);
      }
      expectViolations(await importOf(text), ['line 1: x']);
    }
  });

  it('is refused as a whole where nothing in it has a name', async () => {
    for (const levels of [33, 30_000]) {
      const text = nested(levels);
      const accounts = await server.call('POST', '/clients', { body: text });
      expectAccountsError(accounts, 400, 1211);
      expect(accounts.body.verbose).toBe('The body must not be nested deeper than 32 levels.');
      for (const [method, path] of [
        ['PUT', '/v1/domain/default/client/a'],
        ['POST', '/admin/credentials'],
      ] as const) {
        const answer = await server.call(method, path, { body: text });
        expectProblem(answer, 400);
        expect(answer.body.detail).toBe('The body must not be nested deeper than 32 levels.');
      }
      expectViolations(await importOf(text), ['line 1']);
    }
  });

  it('is one whose objects and lists are, not one with brackets in a text', async () => {
    expect(faultsOf(await server.call('POST', '/clients', { body: within(32) }))).toEqual(['1211 clientID']);
    const clientName = `${'[{'.repeat(200)}"${'\\'.repeat(3)}"${'['.repeat(200)}`;
    expect((await post({ clientID: 'brackets', clientName })).body.clientName).toBe(clientName);
  });
});

describe('what is on record is not refused for its length', () => {
  const audiences = Array.from({ length: 60 }, (_, index) => `audience-${index}`);
  const uris = Array.from({ length: 120 }, (_, index) => `https://app.example.com/${index}`);

  it('when something else is edited, in either dialect', async () => {
    expect((await put({}, 'old')).status).toBe(200);
    await server.database.query(`update clients set audiences = $1, redirect_uris = $2 where client_id = 'old'`, [
      audiences,
      uris,
    ]);
    const read = (await server.call('GET', '/v1/domain/default/client/old')).body;
    expect((await put({ ...read, scope: 'openid' }, 'old')).status).toBe(200);
    const edited = await server.call('PUT', '/client?clientID=old', {
      body: { clientName: 'Old', redirectURIs: uris },
    });
    expect(edited.status).toBe(200);
    expectViolations(await put({ ...read, audiences: [...audiences, 'one-more'] }, 'old'), ['audiences']);
  });
});

/** All sentences of a problem. */
function sentencesOf({ body }: Answer): string[] {
  return Object.values<string[]>(body.errors).flat();
}

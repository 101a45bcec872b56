import fc from 'fast-check';
import { accountsBody, type Birth, type Body, birth, v1Body, wholeAccountsBody } from './support/arbitraries.js';
import { type Answer, startServer, type TestServer } from './support/test-server.js';

// Each dialect is a lens on one record (spec/core.md). The laws, through HTTP, on random clients and random bodies.
// LAWS_RUNS=2000 is the long form.

const numRuns = Number(process.env.LAWS_RUNS ?? 60);
const TIMEOUT_MS = 60_000 + numRuns * 1000;

/** What the accounts dialect cannot name. */
const V1_ONLY = [
  'scope',
  'audiences',
  'allowLocalLogin',
  'providers',
  'policies',
  'allowedOrigins',
  'accessTokenExpiry',
  'idTokenExpiry',
  'refreshTokenExpiry',
] as const;
/** What the v1 dialect cannot name. */
const ACCOUNTS_ONLY = ['clientName', 'config', 'authUIOrigin', 'logoURI'] as const;

let server: TestServer;
let clients = 0;

beforeAll(async () => {
  server = await startServer();
}, TIMEOUT_MS);

afterAll(async () => {
  await server?.stop();
});

/** One client on record, seen through one dialect. */
interface Door {
  readonly name: Birth['dialect'];
  /** A body of PUT on a client that exists. */
  readonly body: fc.Arbitrary<Body>;
  /** A body that leaves nothing to the record. */
  readonly wholeBody: fc.Arbitrary<Body>;
  readonly dates: readonly [created: string, modified: string];
  path(id: string): string;
  /** What GET shows after this body was put on a client that was shown like this. */
  after(view: Body, body: Body): Body;
}

const v1: Door = {
  name: 'v1',
  body: v1Body,
  wholeBody: v1Body,
  dates: ['createdAt', 'updatedAt'],
  path: (id) => `/v1/domain/default/client/${id}`,
  after: (view, body) => ({
    clientId: view.clientId,
    clientType: body.clientType,
    grantType: body.grantType,
    scope: body.scope ?? '',
    audiences: body.audiences ?? [],
    redirectUris: body.redirectUris ?? body.redirect_uris ?? [],
    postSignOutRedirectUris: body.postSignOutRedirectUris ?? [],
    allowLocalLogin: body.allowLocalLogin ?? null,
    providers: body.providers ?? [],
    policies: body.policies ?? [],
    allowedOrigins: body.allowedOrigins ?? [],
    accessTokenExpiry: body.accessTokenExpiry || 90,
    idTokenExpiry: body.idTokenExpiry || 90,
    refreshTokenExpiry: body.refreshTokenExpiry || 1440,
  }),
};

const accounts: Door = {
  name: 'accounts',
  body: accountsBody,
  wholeBody: wholeAccountsBody,
  dates: ['created', 'modified'],
  path: (id) => `/client?clientID=${id}`,
  after: (view, body) => {
    const merged = (property: string, standard: unknown) =>
      body[property] === undefined ? view[property] : (body[property] ?? standard);
    const grantTypes = merged('grantTypes', []) as string[];
    const tokenEndpointAuthMethod = methodAfter(view, body, grantTypes);
    const redirectURIs = redirectUrisAfter(view, body);
    return {
      clientID: view.clientID,
      callbackURL: redirectURIs[0] ?? null,
      config: configAfter(view.config as Body, body.config as Body | null | undefined),
      clientName: merged('clientName', null),
      clientType: clientTypeAfter(grantTypes, tokenEndpointAuthMethod),
      grantTypes,
      tokenEndpointAuthMethod,
      redirectURIs,
      postLogoutRedirectURIs: merged('postLogoutRedirectURIs', []),
      authUIOrigin: merged('authUIOrigin', null),
      logoURI: merged('logoURI', null),
    };
  },
};

function methodAfter(view: Body, body: Body, grantTypes: string[]): string {
  const given = body.tokenEndpointAuthMethod as string | null | undefined;
  if (given) return given;
  if (grantTypes.includes('client_credentials')) return 'client_secret_basic';
  return given === undefined ? (view.tokenEndpointAuthMethod as string) : 'none';
}

function redirectUrisAfter(view: Body, body: Body): string[] {
  if (body.redirectURIs !== undefined) return (body.redirectURIs ?? []) as string[];
  if (body.callbackURL === undefined) return view.redirectURIs as string[];
  const [, ...later] = view.redirectURIs as string[];
  return body.callbackURL ? [...new Set([body.callbackURL as string, ...later])] : [];
}

function configAfter(before: Body, given: Body | null | undefined): Body {
  const merged = Object.entries(given === null ? {} : { ...before, ...given });
  const { tokenMethod, disableStrategies, ...others } = Object.fromEntries(
    merged.filter(([, value]) => value !== null),
  );
  return {
    tokenMethod: tokenMethod ?? 'query',
    disableStrategies: (disableStrategies as unknown[] | undefined)?.length ? disableStrategies : null,
    ...others,
  };
}

function clientTypeAfter(grantTypes: string[], method: string): string {
  if (grantTypes.length === 0) return 'Legacy Client';
  if (grantTypes.includes('authorization_code')) return method === 'none' ? 'Public Client' : 'Private Client';
  return grantTypes.length === 1 && grantTypes[0] === 'client_credentials' ? 'API Client' : 'Unknown Client';
}

/** The grants after a v1 PUT on a client that accounts and v1 had shown like this. */
function grantTypesAfter(inAccounts: Body, grantType: unknown, body: Body): string[] {
  const standard = ['authorization_code', 'refresh_token'];
  if (body.grantType !== grantType) return body.grantType === 'ClientCredentials' ? ['client_credentials'] : standard;
  const before = inAccounts.grantTypes as string[];
  if (body.clientType === 'Confidential' || !before.includes('client_credentials')) return before;
  const others = before.filter((grant) => grant !== 'client_credentials');
  return others.includes('authorization_code') ? others : standard;
}

const doors = [v1, accounts];
const otherThan = (door: Door) => (door === v1 ? accounts : v1);

async function expectStatus(answering: Promise<Answer>, status: number): Promise<Answer> {
  const answer = await answering;
  expect({ status: answer.status, ...(answer.status === status ? {} : { text: answer.text }) }).toEqual({ status });
  return answer;
}

async function born({ dialect, body }: Birth): Promise<string> {
  clients += 1;
  const id = `client-${clients}`;
  if (dialect === 'v1') await expectStatus(server.call('PUT', v1.path(id), { body }), 200);
  else await expectStatus(server.call('POST', '/client', { body: { clientID: id, ...body } }), 201);
  return id;
}

const get = (door: Door, id: string) => expectStatus(server.call('GET', door.path(id)), 200);
/** Nothing that a dialect accepts depends on what only the other can show, so no body of these is ever refused. */
const put = (door: Door, id: string, body: Body) => expectStatus(server.call('PUT', door.path(id), { body }), 200);

/** The view without what changes from write to write or is outside the laws. */
function stateIn(door: Door, { body }: Answer): Body {
  const hidden = new Set([...door.dates, 'clientSecret', '_links']);
  return Object.fromEntries(Object.entries(body as Body).filter(([property]) => !hidden.has(property)));
}

const only = (properties: readonly string[], { body }: Answer) =>
  Object.fromEntries(properties.map((property) => [property, (body as Body)[property]]));

async function auditEntries(id: string): Promise<number> {
  const rows = await server.database.query('select position from audit_entries where client_id = $1', [id]);
  return rows.length;
}

/** Everything that a write would move. */
async function traceOf(id: string): Promise<object> {
  const [one, other] = [await get(v1, id), await get(accounts, id)];
  const secrets = await server.database.query('select * from client_secrets where client_id = $1', [id]);
  return {
    etags: [one.headers.get('etag'), other.headers.get('etag')],
    views: [one.body, other.body],
    entries: await auditEntries(id),
    secrets,
  };
}

const law = <T extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  holds: (...values: T) => Promise<void>,
) => fc.assert(fc.asyncProperty(...arbitraries, holds), { numRuns });

describe.each(doors.map((door) => [door.name, door] as const))('%s is a well-behaved lens:', (_, door) => {
  it(
    'GetPut: putting back what was got changes nothing – no write, same version, same ETag, no audit row',
    () =>
      law([birth], async (given) => {
        const id = await born(given);
        const before = await traceOf(id);
        const view = await get(door, id);
        const answer = await put(door, id, view.body);
        expect(answer.headers.get('etag')).toBe(view.headers.get('etag'));
        expect(await traceOf(id)).toEqual(before);
      }),
    TIMEOUT_MS,
  );

  it(
    'GetPut holds after a put through the other dialect, too',
    () =>
      law([birth, otherThan(door).body], async (given, body) => {
        const id = await born(given);
        await put(otherThan(door), id, body);
        const before = await traceOf(id);
        await put(door, id, (await get(door, id)).body);
        expect(await traceOf(id)).toEqual(before);
      }),
    TIMEOUT_MS,
  );

  it(
    'PutGet: what was put is what is got, after defaults',
    () =>
      law([birth, door.body], async (given, body) => {
        const id = await born(given);
        const view = stateIn(door, await get(door, id));
        await put(door, id, body);
        expect(stateIn(door, await get(door, id))).toEqual(door.after(view, body));
      }),
    TIMEOUT_MS,
  );

  it(
    'PutPut: the second put decides',
    () =>
      law([birth, door.body, door.wholeBody], async (given, first, second) => {
        const [twice, once] = [await born(given), await born(given)];
        await put(door, twice, first);
        await put(door, twice, second);
        await put(door, once, second);
        const id = { [door === v1 ? 'clientId' : 'clientID']: 'either' };
        expect({ ...stateIn(door, await get(door, twice)), ...id }).toEqual({
          ...stateIn(door, await get(door, once)),
          ...id,
        });
      }),
    TIMEOUT_MS,
  );

  it(
    'putting the same again changes nothing',
    () =>
      law([birth, door.body], async (given, body) => {
        const id = await born(given);
        await put(door, id, body);
        const before = await traceOf(id);
        await put(door, id, body);
        expect(await traceOf(id)).toEqual(before);
      }),
    TIMEOUT_MS,
  );

  it(
    'a put that changes something moves ETag and date, and writes one audit row; one that does not, does not',
    () =>
      law([birth, door.body], async (given, body) => {
        const id = await born(given);
        const [before, entries] = [await get(door, id), await auditEntries(id)];
        await put(door, id, body);
        const after = await get(door, id);
        const isChanged = JSON.stringify(stateIn(door, after)) !== JSON.stringify(stateIn(door, before));
        expect(after.headers.get('etag') !== before.headers.get('etag')).toBe(isChanged);
        expect((await auditEntries(id)) - entries).toBe(isChanged ? 1 : 0);
        expect(after.body[door.dates[0]]).toBe(before.body[door.dates[0]]);
        if (!isChanged) expect(after.body).toEqual(before.body);
      }),
    TIMEOUT_MS,
  );
});

describe('frame:', () => {
  it(
    'an accounts PUT leaves alone every field that only v1 can name',
    () =>
      law([birth, v1Body, accountsBody], async (given, earlier, body) => {
        const id = await born(given);
        await put(v1, id, earlier);
        const before = only(V1_ONLY, await get(v1, id));
        await put(accounts, id, body);
        expect(only(V1_ONLY, await get(v1, id))).toEqual(before);
      }),
    TIMEOUT_MS,
  );

  it(
    'a v1 PUT leaves alone every field that only accounts can name',
    () =>
      law([birth, accountsBody, v1Body], async (given, earlier, body) => {
        const id = await born(given);
        await put(accounts, id, earlier);
        const before = only(ACCOUNTS_ONLY, await get(accounts, id));
        await put(v1, id, body);
        expect(only(ACCOUNTS_ONLY, await get(accounts, id))).toEqual(before);
      }),
    TIMEOUT_MS,
  );

  it(
    'a v1 PUT of the grant type that is shown leaves the grants alone, also none, but for those that a Public client cannot have',
    () =>
      law([birth, accountsBody, v1Body], async (given, earlier, body) => {
        const id = await born(given);
        await put(accounts, id, earlier);
        const [before, { grantType }] = [(await get(accounts, id)).body, (await get(v1, id)).body];
        await put(v1, id, body);
        expect((await get(accounts, id)).body.grantTypes).toEqual(grantTypesAfter(before, grantType, body));
      }),
    TIMEOUT_MS,
  );
});

describe('one record, two views:', () => {
  it(
    'what both dialects can name is the same in both, whichever put it last',
    () =>
      law([birth, fc.oneof(v1Body, accountsBody)], async (given, body) => {
        const id = await born(given);
        await put('grantType' in body ? v1 : accounts, id, body);
        const [inV1, inAccounts] = [await get(v1, id), await get(accounts, id)];
        expect(inV1.headers.get('etag')).toBe(inAccounts.headers.get('etag'));
        const { grantTypes, redirectURIs, postLogoutRedirectURIs, tokenEndpointAuthMethod, created, modified } =
          inAccounts.body;
        expect(inV1.body).toMatchObject({
          clientId: id,
          clientType: tokenEndpointAuthMethod === 'none' ? 'Public' : 'Confidential',
          grantType: grantTypes.join() === 'client_credentials' ? 'ClientCredentials' : 'AuthorizationCode',
          redirectUris: redirectURIs,
          postSignOutRedirectUris: postLogoutRedirectURIs,
          createdAt: created,
          updatedAt: modified,
        });
        expect(inAccounts.body.callbackURL).toBe(redirectURIs[0] ?? null);
      }),
    TIMEOUT_MS,
  );

  it(
    'a client that one dialect deletes is gone in the other',
    () =>
      law([birth, fc.constantFrom('v1', 'accounts')], async (given, name) => {
        const id = await born(given);
        const door = name === 'v1' ? v1 : accounts;
        await expectStatus(server.call('DELETE', door.path(id)), 204);
        for (const each of doors) await expectStatus(server.call('GET', each.path(id)), 404);
      }),
    TIMEOUT_MS,
  );
});

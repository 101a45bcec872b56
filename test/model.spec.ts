import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { until } from './support/processes.js';
import { type Answer, startServer, type TestServer } from './support/test-server.js';

// What callers of both dialects see, whatever they do in whatever order, is what a model of a few lines says
// (docs/laws.md). MODEL_OPERATIONS=100000 is the long form.

const OPERATIONS = Number(process.env.MODEL_OPERATIONS ?? 400);
const COMMANDS = 100;
/** Models that are tried at the same time, each with clients of its own. */
const LANES = 4;
const TIMEOUT_MS = 60_000 + OPERATIONS * 20;
const MAX_LIVE = 5;

type Grant = 'authorization_code' | 'refresh_token' | 'client_credentials';
type Kind = readonly [clientType: 'Public' | 'Confidential', grantType: 'AuthorizationCode' | 'ClientCredentials'];

interface Modelled {
  readonly clientName: string | null;
  readonly clientType: Kind[0];
  readonly grantTypes: readonly Grant[];
  readonly scope: string;
  readonly policies: readonly string[];
  readonly redirectUris: readonly string[];
  readonly postLogout: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
}

const BLANK: Modelled = {
  clientName: null,
  clientType: 'Public',
  grantTypes: [],
  scope: '',
  policies: [],
  redirectUris: [],
  postLogout: [],
  config: { tokenMethod: 'query', disableStrategies: null },
};
const BY_CODE: readonly Grant[] = ['authorization_code', 'refresh_token'];

/**
 * A client as the model has it, with its live secrets, the newest last, its entity tag, what it says on when it ends, and
 * why it is suspended; null = it is not.
 */
interface Known {
  state: Modelled;
  secrets: string[];
  etag: string;
  expiresAt: string | null;
  suspended: string | null;
}

type Model = Map<string, Known>;
interface Real {
  readonly prefix: string;
  /** Entity tags never recur for an id. */
  readonly seen: Map<string, Set<string>>;
  /** Every secret that was shown, the newest first; most have ended. */
  readonly shown: string[];
  /** What the audit must tell of suspensions, by client. */
  readonly told: Map<string, string[]>;
}
type Step = fc.AsyncCommand<Model, Real>;

let server: TestServer;
let runs = 0;
let steps = 0;
let isOver = false;

beforeAll(async () => {
  server = await startServer();
}, TIMEOUT_MS);
afterAll(() => server?.stop());

const v1Path = ({ prefix }: Real, id: string) => `/v1/domain/default/client/${prefix}${id}`;
const accountsPath = ({ prefix }: Real, id: string) => `/client?clientID=${prefix}${id}`;

const wholePath = ({ prefix }: Real, id: string) => `/admin/domains/default/clients/${prefix}${id}`;

function step(name: string, run: (model: Model, real: Real) => Promise<void>): Step {
  return {
    check: () => true,
    run: async (model, real) => {
      steps += 1;
      await run(model, real);
    },
    toString: () => name,
  };
}

/** Takes a write into the model: the tag stays exactly when nothing has changed, and when the client ends unless it says so. */
function written(
  model: Model,
  real: Real,
  id: string,
  state: Modelled,
  secrets: string[],
  etag: string,
  expiresAt = model.get(id)?.expiresAt ?? null,
): void {
  const before = model.get(id);
  if (before && isDeepStrictEqual(before.state, state)) expect(etag).toBe(before.etag);
  else {
    const tags = real.seen.get(id) ?? new Set();
    expect(tags.has(etag)).toBe(false);
    real.seen.set(id, tags.add(etag));
  }
  model.set(id, { state, secrets, etag, expiresAt, suspended: before?.suspended ?? null });
}

/** The one word of v1 for all grants. */
const wordFor = (grants: readonly Grant[]): Kind[1] =>
  grants.join() === 'client_credentials' ? 'ClientCredentials' : 'AuthorizationCode';

/** The word that is shown leaves the grants alone; but a client that becomes Public keeps none that needs a secret. */
function grantsAfter([clientType, grantType]: Kind, before: Modelled | undefined): readonly Grant[] {
  if (grantType === 'ClientCredentials') return ['client_credentials'];
  if (!before || wordFor(before.grantTypes) !== grantType) return BY_CODE;
  if (clientType === 'Confidential' || !before.grantTypes.includes('client_credentials')) return before.grantTypes;
  const others = before.grantTypes.filter((grant) => grant !== 'client_credentials');
  return others.includes('authorization_code') ? others : BY_CODE;
}

/** The live secrets after a write that answered with one it made, or with none; it makes one exactly when one is needed. */
function secretsAfter(real: Real, before: Known | undefined, clientType: Kind[0], made: string | null): string[] {
  const needsOne = clientType === 'Confidential' && before?.state.clientType !== 'Confidential';
  expect(made === null).toBe(!needsOne);
  if (made !== null) real.shown.unshift(made);
  if (clientType === 'Public') return [];
  return made === null ? before!.secrets : [made];
}

function shownByV1({ state }: Known) {
  const { clientType, grantTypes, scope, policies, redirectUris, postLogout } = state;
  const grantType = wordFor(grantTypes);
  return { clientType, grantType, scope, policies, redirectUris, postSignOutRedirectUris: postLogout };
}

function shownByAccounts({ state }: Known) {
  const { clientName, clientType, grantTypes, redirectUris, postLogout, config } = state;
  return {
    clientName,
    grantTypes,
    tokenEndpointAuthMethod: clientType === 'Public' ? 'none' : 'client_secret_basic',
    callbackURL: redirectUris[0] ?? null,
    redirectURIs: redirectUris,
    postLogoutRedirectURIs: postLogout,
    config,
    clientSecret: null,
  };
}

function expectShown(answer: Answer, known: Known | undefined, shown: (known: Known) => object): void {
  expect(answer.status).toBe(known ? 200 : 404);
  if (!known) return;
  const expected = shown(known);
  expect(Object.fromEntries(Object.keys(expected).map((name) => [name, answer.body[name]]))).toEqual(expected);
  expect(answer.headers.get('etag')).toBe(known.etag);
}

const id = fc.constantFrom('a', 'b', 'c');
const uris = (...more: string[]) =>
  fc.uniqueArray(
    fc.constantFrom('https://a.example.com/', 'https://b.example.com/x', 'http://localhost:3000/', ...more),
  );
const strictUris = uris();
/** Also what v1 refuses, where it is not on record. */
const anyUris = uris('com.example.app:/callback', 'https://a.example.com/?a=1');
const kind = fc.constantFrom<Kind>(
  ['Public', 'AuthorizationCode'],
  ['Confidential', 'AuthorizationCode'],
  ['Confidential', 'ClientCredentials'],
);
const text = fc.constantFrom('openid', 'openid profile', 'a:b c');
const policies = fc.constantFrom([], ['policy.employees'], ['b', 'a']);

/** For how long a client is to be there, in seconds: longer than this takes, for good, or as it was. */
const expiry = fc.constantFrom(86_400, 3600, 0, undefined, undefined);

const v1Put = fc
  .tuple(id, kind, text, policies, strictUris, strictUris, expiry)
  .map(([id, kind, scope, policies, redirectUris, postLogout, expiry]) =>
    step(`v1 PUT ${id} ${kind} ${scope} ${policies} ${redirectUris} ${postLogout} ${expiry}`, async (model, real) => {
      const [clientType, grantType] = kind;
      const before = model.get(id);
      const state = { ...BLANK, ...before?.state, clientType, scope, policies, redirectUris, postLogout };
      const body = { clientType, grantType, scope, policies, redirectUris, postSignOutRedirectUris: postLogout };
      await putThroughV1(model, real, id, body, { ...state, grantTypes: grantsAfter(kind, before?.state) }, expiry);
    }),
  );

/** Puts back what v1 shows, with what it holds under looser rules, as another kind of client. */
const v1Change = fc.tuple(id, kind, text).map(([id, kind, scope]) =>
  step(`v1 change ${id} ${kind} ${scope}`, async (model, real) => {
    const before = model.get(id);
    if (!before) return;
    const [clientType, grantType] = kind;
    const { body } = await server.call('GET', v1Path(real, id));
    const state = { ...before.state, clientType, scope, grantTypes: grantsAfter(kind, before.state) };
    await putThroughV1(model, real, id, { ...body, clientType, grantType, scope }, state);
  }),
);

/** Only says when a client ends. */
const renew = fc.tuple(id, expiry).map(([id, expiry]) =>
  step(`renew ${id} ${expiry}`, async (model, real) => {
    const before = model.get(id);
    if (!before) return;
    const { body } = await server.call('GET', v1Path(real, id));
    await putThroughV1(model, real, id, body, before.state, expiry);
  }),
);

/** Lets a client end by itself. Seldom, as that takes a second or two. */
const end = fc.tuple(id, fc.nat(7)).map(([id, nth]) =>
  step(`end ${id} ${nth === 0}`, async (model, real) => {
    if (nth > 0 || !model.has(id)) return;
    const { body } = await server.call('GET', v1Path(real, id));
    const { status } = await server.call('PUT', `${v1Path(real, id)}?expiresInSeconds=1`, { body });
    expect(status).toBe(200);
    await until('it has ended', async () => (await server.call('GET', v1Path(real, id))).status === 404);
    model.delete(id);
  }),
);

async function putThroughV1(
  model: Model,
  real: Real,
  id: string,
  body: object,
  state: Modelled,
  expiry?: number,
): Promise<void> {
  const before = model.get(id);
  const query = expiry === undefined ? '' : `?expiresInSeconds=${expiry}`;
  const answer = await server.call('PUT', v1Path(real, id) + query, { body });
  const lacksUri = (of: Modelled) => wordFor(of.grantTypes) === 'AuthorizationCode' && of.redirectUris.length === 0;
  if (lacksUri(state) && !(before && lacksUri(before.state))) {
    expect(answer.status).toBe(400);
    return;
  }
  expect(answer.status).toBe(200);
  const secrets = secretsAfter(real, before, state.clientType, answer.body.clientSecret);
  const expiresAt = answer.headers.get('expires-at');
  if (expiry === undefined) expect(expiresAt).toBe(before?.expiresAt ?? null);
  else expect(expiresAt === null).toBe(expiry === 0);
  written(model, real, id, state, secrets, answer.headers.get('etag')!, expiresAt);
}

/** What an accounts body says of some properties; what it does not say stays. */
interface Said {
  readonly clientName?: string | null;
  readonly redirectURIs?: readonly string[];
  readonly postLogoutRedirectURIs?: readonly string[];
  readonly grantTypes?: readonly Grant[];
  readonly tokenEndpointAuthMethod?: 'none' | 'client_secret_basic' | null;
  readonly config?: Readonly<Record<string, unknown>> | null;
}

const config = fc.option(
  fc.record(
    {
      tokenMethod: fc.constantFrom('cookie', ['body', 'query'], null),
      disableStrategies: fc.constantFrom(['google'], ['password', 'facebook'], null),
      signup: fc.constantFrom(true, false, null),
      defaultGroups: fc.constantFrom([], [null, { b: 1, a: [1.5] }], null),
      'ключ 🦉': fc.constantFrom('', { constructor: '\ufffe' }, null),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
);
const said: fc.Arbitrary<Said> = fc.record(
  {
    clientName: fc.option(text),
    redirectURIs: anyUris,
    postLogoutRedirectURIs: anyUris,
    grantTypes: fc.shuffledSubarray<Grant>(['authorization_code', 'refresh_token', 'client_credentials']),
    tokenEndpointAuthMethod: fc.constantFrom('none', 'client_secret_basic', null),
    config,
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** What the record would be; a client without a secret and with client credentials is the one that there cannot be. */
function merged(before: Modelled, body: Said): Modelled {
  const { tokenEndpointAuthMethod: method, grantTypes = before.grantTypes } = body;
  const needsSecret =
    method === 'client_secret_basic' || (method !== 'none' && grantTypes.includes('client_credentials'));
  return {
    ...before,
    clientName: body.clientName === undefined ? before.clientName : body.clientName,
    redirectUris: body.redirectURIs ?? before.redirectUris,
    postLogout: body.postLogoutRedirectURIs ?? before.postLogout,
    grantTypes,
    clientType: needsSecret ? 'Confidential' : method === undefined ? before.clientType : 'Public',
    config: mergedConfig(before.config, body.config),
  };
}

function mergedConfig(before: Modelled['config'], said: Said['config']): Modelled['config'] {
  const values = Object.entries(said === null ? {} : { ...before, ...said }).filter(([, value]) => value !== null);
  return { ...BLANK.config, ...Object.fromEntries(values) };
}

const isPossible = ({ clientType, grantTypes }: Modelled) =>
  clientType === 'Confidential' || !grantTypes.includes('client_credentials');

const accountsPost = fc.tuple(id, said).map(([id, said]) =>
  step(`accounts POST ${id} ${JSON.stringify(said)}`, async (model, real) => {
    const answer = await server.call('POST', '/client', { body: { clientID: real.prefix + id, ...said } });
    const state = merged(BLANK, said);
    if (model.has(id) || !isPossible(state)) {
      expect(answer.status).toBe(isPossible(state) ? 409 : 400);
      return;
    }
    expect(answer.status).toBe(201);
    const secrets = secretsAfter(real, undefined, state.clientType, answer.body.clientSecret);
    written(model, real, id, state, secrets, answer.headers.get('etag')!);
  }),
);

const accountsPut = fc.tuple(id, said).map(([id, body]) =>
  step(`accounts PUT ${id} ${JSON.stringify(body)}`, async (model, real) => {
    const answer = await server.call('PUT', accountsPath(real, id), { body });
    const before = model.get(id);
    const state = merged(before?.state ?? BLANK, body);
    if (!isPossible(state)) expect(answer.status).toBe(400);
    else expect(answer.status).toBe(before ? 200 : 404);
    if (!before || answer.status !== 200) return;
    const secrets = secretsAfter(real, before, state.clientType, answer.body.clientSecret);
    written(model, real, id, state, secrets, answer.headers.get('etag')!);
  }),
);

const remove = fc.tuple(id, fc.constantFrom('v1', 'accounts')).map(([id, dialect]) =>
  step(`${dialect} DELETE ${id}`, async (model, real) => {
    const answer = await server.call('DELETE', (dialect === 'v1' ? v1Path : accountsPath)(real, id));
    expect(answer.status).toBe(model.delete(id) ? 204 : 404);
  }),
);

const read = id.map((id) =>
  step(`GET ${id}`, async (model, real) => {
    const [inV1, inAccounts, whole] = [
      await server.call('GET', v1Path(real, id)),
      await server.call('GET', accountsPath(real, id)),
      await server.call('GET', wholePath(real, id)),
    ];
    const known = model.get(id);
    expectShown(inV1, known, shownByV1);
    expectShown(inAccounts, known, shownByAccounts);
    expect(inV1.headers.get('expires-at')).toBe(known?.expiresAt ?? null);
    expect(inAccounts.headers.get('expires-at')).toBeNull();
    expect(whole.status === 404 ? undefined : (whole.body.suspension?.reason ?? null)).toBe(known?.suspended);
    if (!known) return;
    expect(whole.headers.get('etag') === known.etag).toBe(known.suspended === null && known.expiresAt === null);
    expect(whole.body.expiresAt && new Date(whole.body.expiresAt).toUTCString()).toBe(known.expiresAt);
  }),
);

const list = fc.constant(
  step('lists', async (model, real) => {
    const ids = [...model.keys()].sort().map((id) => real.prefix + id);
    const v1 = await server.call('GET', `/v1/domain/default/client?search=${real.prefix}`);
    expect(v1.body.map(({ clientId }: { clientId: string }) => clientId)).toEqual(ids);
    const accounts = await server.call('GET', `/clients?clientID~=${real.prefix}`);
    expect(accounts.body.total).toBe(ids.length);
    const items = accounts.body._embedded?.['ec:client'] ?? [];
    expect(items.map(({ clientID }: { clientID: string }) => clientID)).toEqual(ids);
  }),
);

/** Mostly with an overlap, or no client would ever come to have as many as it may. */
const rotate = fc.tuple(id, fc.constantFrom(true, true, true, false)).map(([id, overlaps]) =>
  step(`rotate ${id} ${overlaps}`, async (model, real) => {
    const body = { previousExpiresInSeconds: overlaps ? 3600 : 0 };
    const { status, body: answer } = await server.call('POST', `${v1Path(real, id)}/secrets`, { body });
    const known = model.get(id);
    if (!known) expect(status).toBe(404);
    else if (known.state.clientType === 'Public' || (overlaps && known.secrets.length >= MAX_LIVE)) {
      expect(status).toBe(409);
    } else {
      expect(status).toBe(201);
      real.shown.unshift(answer.clientSecret);
      known.secrets = [...(overlaps ? known.secrets : []), answer.clientSecret];
    }
  }),
);

const verify = fc.tuple(id, fc.nat(MAX_LIVE)).map(([id, index]) =>
  step(`verify ${id} ${index}`, async (model, real) => {
    const secret = real.shown[index] ?? 'nobody-has-this-secret';
    const { status, body } = await server.call('POST', `${v1Path(real, id)}/secrets/verify`, { body: { secret } });
    const known = model.get(id);
    const isRight = known?.secrets.includes(secret) ?? false;
    const isSuspended = isRight && known?.suspended !== null;
    expect([status, body.valid, body.suspended]).toEqual([200, isRight && !isSuspended, isSuspended || undefined]);
  }),
);

const suspend = fc.tuple(id, fc.constantFrom('leaked', 'unused')).map(([id, reason]) =>
  step(`suspend ${id} ${reason}`, async (model, real) => {
    const answer = await server.call('PUT', `${wholePath(real, id)}/suspension`, { body: { reason } });
    const known = model.get(id);
    expect([answer.status, known && answer.body.reason]).toEqual(known ? [200, reason] : [404, undefined]);
    if (known && known.suspended !== reason) tell(real, id, 'client.suspended');
    if (known) known.suspended = reason;
  }),
);

const resume = id.map((id) =>
  step(`resume ${id}`, async (model, real) => {
    const answer = await server.call('DELETE', `${wholePath(real, id)}/suspension`);
    const known = model.get(id);
    expect(answer.status).toBe(known ? 204 : 404);
    if (known && known.suspended !== null) tell(real, id, 'client.resumed');
    if (known) known.suspended = null;
  }),
);

function tell({ told }: Real, id: string, action: string): void {
  told.set(id, [...(told.get(id) ?? []), action]);
}

/** What the audit tells of suspensions is what happened, once and in its order. */
async function expectTold({ prefix, told }: Real): Promise<void> {
  for (const [id, expected] of told) {
    const actions: string[] = [];
    for (let after: string | undefined = '0'; after !== undefined; ) {
      const page = await server.call('GET', `/admin/audit?domain=default&clientId=${prefix}${id}&after=${after}`);
      const entries = page.body as { id: string; action: string }[];
      actions.push(...entries.map(({ action }) => action));
      after = page.headers.has('link') ? entries.at(-1)!.id : undefined;
    }
    expect(actions.filter((action) => /suspended|resumed/.test(action))).toEqual(expected);
  }
}

/** What comes twice is done twice as often. */
const OFTEN = [
  v1Put,
  v1Put,
  v1Change,
  v1Change,
  renew,
  end,
  accountsPost,
  accountsPut,
  accountsPut,
  remove,
  read,
  read,
  list,
  rotate,
  rotate,
  rotate,
  verify,
  verify,
  suspend,
  resume,
];

/** Tries one sequence after the other, until all lanes together have done enough. */
async function lane(): Promise<void> {
  const commands = fc.commands(OFTEN, { maxCommands: COMMANDS, size: 'max' });
  const holds = fc.asyncProperty(commands, async (sequence) => {
    runs += 1;
    const model: Model = new Map();
    const real = { prefix: `model-${runs}-`, seen: new Map(), shown: [], told: new Map() };
    await fc.asyncModelRun(() => ({ model, real }), sequence);
    await expectTold(real);
    // Lists look through the whole domain: with what is left behind, each would take longer than the one before.
    for (const id of model.keys()) expect((await server.call('DELETE', v1Path(real, id))).status).toBe(204);
  });
  try {
    while (!isOver && steps < OPERATIONS) await fc.assert(holds, { numRuns: 2 });
  } finally {
    isOver = true;
  }
}

it(
  `what a few lines of model say holds over ${OPERATIONS} operations through both dialects`,
  async () => {
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
    for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
    expect(steps).toBeGreaterThanOrEqual(OPERATIONS);
  },
  TIMEOUT_MS,
);

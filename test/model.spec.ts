import fc from 'fast-check';
import { type Answer, startServer, type TestServer } from './support/test-server.js';

// What callers of both dialects see, whatever they do in whatever order, is what a model of a few lines says
// (docs/laws.md). MODEL_OPERATIONS=100000 is the long form.

const OPERATIONS = Number(process.env.MODEL_OPERATIONS ?? 400);
const COMMANDS = 100;
/** Models that are tried at the same time, each with clients of its own. */
const LANES = 4;
const TIMEOUT_MS = 60_000 + OPERATIONS * 20;
const MAX_LIVE = 5;

interface Modelled {
  readonly clientName: string | null;
  readonly clientType: 'Public' | 'Confidential';
  readonly grantType: 'AuthorizationCode' | 'ClientCredentials';
  readonly scope: string;
  readonly redirectUris: readonly string[];
  readonly postLogout: readonly string[];
}

/** A client as the model has it, with its live secrets, the newest last, and its entity tag. */
interface Known {
  state: Modelled;
  secrets: string[];
  etag: string;
}

type Model = Map<string, Known>;
interface Real {
  readonly prefix: string;
  /** Entity tags never recur for an id. */
  readonly seen: Map<string, Set<string>>;
  /** Every secret that was shown, the newest first; most have ended. */
  readonly shown: string[];
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

/** Takes a write into the model: the tag stays exactly when nothing has changed. */
function written(model: Model, real: Real, id: string, state: Modelled, secrets: string[], etag: string): void {
  const before = model.get(id);
  if (before && JSON.stringify(before.state) === JSON.stringify(state)) expect(etag).toBe(before.etag);
  else {
    const tags = real.seen.get(id) ?? new Set();
    expect(tags.has(etag)).toBe(false);
    real.seen.set(id, tags.add(etag));
  }
  model.set(id, { state, secrets, etag });
}

function shownByV1({ state }: Known) {
  const { clientType, grantType, scope, redirectUris, postLogout } = state;
  return { clientType, grantType, scope, redirectUris, postSignOutRedirectUris: postLogout };
}

function shownByAccounts({ state }: Known) {
  const { clientName, redirectUris, postLogout } = state;
  return {
    clientName,
    callbackURL: redirectUris[0] ?? null,
    redirectURIs: redirectUris,
    postLogoutRedirectURIs: postLogout,
    clientSecret: null,
  };
}

function expectShown(answer: Answer, known: Known | undefined, shown: (known: Known) => object): void {
  expect(answer.status).toBe(known ? 200 : 404);
  if (!known) return;
  expect(answer.body).toMatchObject(shown(known));
  expect(answer.headers.get('etag')).toBe(known.etag);
}

const id = fc.constantFrom('a', 'b', 'c');
const uris = fc.uniqueArray(
  fc.constantFrom('https://a.example.com/', 'https://b.example.com/x', 'http://localhost:3000/'),
  {
    minLength: 1,
  },
);
const kind = fc.constantFrom(
  ['Public', 'AuthorizationCode'] as const,
  ['Confidential', 'AuthorizationCode'] as const,
  ['Confidential', 'ClientCredentials'] as const,
);
const text = fc.constantFrom('openid', 'openid profile', 'a:b c');

const v1Put = fc
  .tuple(id, kind, text, uris, uris)
  .map(([id, [clientType, grantType], scope, redirectUris, postLogout]) =>
    step(`v1 PUT ${id} ${clientType} ${grantType} ${scope} ${redirectUris} ${postLogout}`, async (model, real) => {
      const before = model.get(id);
      const body = { clientType, grantType, scope, redirectUris, postSignOutRedirectUris: postLogout };
      const answer = await server.call('PUT', v1Path(real, id), { body });
      expect(answer.status).toBe(200);
      const { clientSecret } = answer.body;
      const isNew = clientType === 'Confidential' && before?.state.clientType !== 'Confidential';
      expect(clientSecret === null).toBe(!isNew);
      if (clientSecret !== null) real.shown.unshift(clientSecret);
      const secrets = clientType === 'Public' ? [] : isNew ? [clientSecret] : before!.secrets;
      const state = { clientName: null, ...before?.state, clientType, grantType, scope, redirectUris, postLogout };
      written(model, real, id, state, secrets, answer.headers.get('etag')!);
    }),
  );

const accountsPost = fc.tuple(id, text, uris).map(([id, clientName, redirectUris]) =>
  step(`accounts POST ${id} ${clientName} ${redirectUris}`, async (model, real) => {
    const body = {
      clientID: real.prefix + id,
      clientName,
      callbackURL: redirectUris[0],
      redirectURIs: redirectUris,
      grantTypes: ['authorization_code', 'refresh_token'],
      tokenEndpointAuthMethod: 'none',
    };
    const answer = await server.call('POST', '/client', { body });
    if (model.has(id)) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      return;
    }
    expect(answer.status).toBe(201);
    const state = { clientType: 'Public', grantType: 'AuthorizationCode', scope: '', postLogout: [] } as const;
    written(model, real, id, { ...state, clientName, redirectUris }, [], answer.headers.get('etag')!);
  }),
);

const accountsPut = fc.tuple(id, fc.option(text), uris, fc.boolean()).map(([id, clientName, redirectUris, isWhole]) =>
  step(`accounts PUT ${id} ${clientName} ${redirectUris} ${isWhole}`, async (model, real) => {
    const body = isWhole ? { clientName, redirectURIs: redirectUris, callbackURL: redirectUris[0] } : { clientName };
    const answer = await server.call('PUT', accountsPath(real, id), { body });
    const before = model.get(id);
    expect(answer.status).toBe(before ? 200 : 404);
    if (!before) return;
    const state = { ...before.state, clientName, ...(isWhole ? { redirectUris } : {}) };
    written(model, real, id, state, before.secrets, answer.headers.get('etag')!);
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
    expectShown(await server.call('GET', v1Path(real, id)), model.get(id), shownByV1);
    expectShown(await server.call('GET', accountsPath(real, id)), model.get(id), shownByAccounts);
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
    expect([status, body.valid]).toEqual([200, model.get(id)?.secrets.includes(secret) ?? false]);
  }),
);

/** What comes twice is done twice as often. */
const OFTEN = [
  v1Put,
  v1Put,
  accountsPost,
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
];

/** Tries one sequence after the other, until all lanes together have done enough. */
async function lane(): Promise<void> {
  const commands = fc.commands(OFTEN, { maxCommands: COMMANDS, size: 'max' });
  const holds = fc.asyncProperty(commands, async (sequence) => {
    runs += 1;
    const model: Model = new Map();
    const real = { prefix: `model-${runs}-`, seen: new Map(), shown: [] };
    await fc.asyncModelRun(() => ({ model, real }), sequence);
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

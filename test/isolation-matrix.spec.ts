import { PERMISSIONS, type Permission } from '#credentials';
import { ownerOf, RouteTable } from '../src/http/index.js';
import { apis, contracts } from './dialects/index.js';
import type { ApiContract } from './support/api-contract.js';
import { CLIENT, EXPECTED, NOTHING, type Row, type Target } from './support/expected-permissions.js';
import { send } from './support/send.js';
import { type Answer, startServer, type TestServer } from './support/test-server.js';

/** Whoever asks; bound to one domain, or good for its whole subscription. */
interface Caller {
  readonly key: string;
  readonly subscription: string;
  readonly domain?: string;
  readonly permissions: readonly Permission[];
}
type Asked = Pick<Answer, 'status' | 'headers' | 'text'>;

const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Swagger UI's files and the OpenAPI documents, for everyone. */
const DOCUMENTATION = /^(GET|HEAD) \/(docs|openapi)(\/|$)/;
/** Each subscription with its domains. What a domain holds is marked `marker-<domain>`, the rest `marker-all-<subscription>`. */
const SUBSCRIPTIONS: Record<string, readonly string[]> = { default: ['default', 'second'], stranger: ['foreign'] };
const MARKER = /marker(-all)?-\w+/g;
/** Of a stream that goes on. */
const CUT_MS = 200;
const NIL = '00000000-0000-4000-8000-000000000000';
const PERMISSION_SETS: readonly (readonly Permission[])[] = [
  ...PERMISSIONS.map((only) => [only]),
  ...PERMISSIONS.map((but) => PERMISSIONS.filter((each) => each !== but)),
  PERMISSIONS,
  [],
];

const contractOf = (path: string) => contracts.find(({ api }) => api === ownerOf(path, apis))!;
const rows = Object.entries(EXPECTED).map(([route, row]) => {
  const [verb, path] = route.split(' ') as [string, string];
  return { verb, path, row };
});
/** HEAD needs what GET needs. */
const routes = rows.flatMap((row) => (row.verb === 'GET' ? [row, { ...row, verb: 'HEAD' }] : [row]));
const open = routes.filter(({ row }) => row === 'nothing');
const guarded = routes.flatMap(({ row, ...route }) => (row === 'nothing' ? [] : [{ ...route, row }]));
/** The APIs that hide from some callers that there is such a thing. */
const hiding = new Set(
  guarded
    .map(({ path, row }) => ({ contract: contractOf(path), row }))
    .flatMap(({ contract, row }) => (contract.refusal(row, 'place').startsWith('404 ') ? [contract] : [])),
);
const paths = [...new Set(rows.map(({ path }) => path))].filter((path) => !path.includes('*'));

const targets: Record<string, Target> = {
  nobodys: { domain: 'nobodys.example.com', subscription: 'nobody', secret: NIL, credential: NIL, version: '1' },
};
let server: TestServer;
/** Every route of the server, also those that no document names: it notes them all for its 405s. */
const served: string[] = [];
const callers: Caller[] = [];
/** How each API answers a caller without a key. */
const unauthorized = new Map<ApiContract, string>();

beforeAll(async () => {
  const { add } = RouteTable.prototype;
  RouteTable.prototype.add = function (method, url) {
    served.push(...[method].flat().map((each) => `${each} ${url.replace(/:\w+/g, '{}')}`));
    add.call(this, method, url);
  };
  try {
    server = await startServer({}, { apis });
  } finally {
    RouteTable.prototype.add = add;
  }
  for (const [subscription, domains] of Object.entries(SUBSCRIPTIONS)) {
    const marker = `marker-all-${subscription}`;
    await server.call('POST', '/v1/domain', { body: { domain: `${marker}.example.com`, subscription } });
    await server.issue({ name: marker, subscription, permissions: [] });
    for (const domain of domains) targets[domain] = await furnish(domain, subscription);
    for (const domain of [undefined, ...domains]) {
      for (const permissions of PERMISSION_SETS) {
        const { apiKey: key } = await server.issue({ name: 'caller', subscription, domain, permissions });
        callers.push({ key, subscription, domain, permissions });
      }
    }
  }
  for (const { verb, path } of guarded.filter((route) => route.verb === 'GET')) {
    unauthorized.set(contractOf(path), wordsOf(await ask(verb, fill(path, targets.default!), null)));
  }
});

afterAll(() => server.stop());

async function furnish(domain: string, subscription: string): Promise<Target> {
  const marker = `marker-${domain}`;
  await server.call('POST', '/v1/domain', { body: { domain, subscription } });
  const client = { ...CLIENT, scope: marker, redirectUris: [`https://${marker}.example.com/callback`] };
  await server.call('PUT', `/v1/domain/${domain}/client/${marker}`, { body: client });
  const app = { ...client, clientType: 'Confidential' };
  await server.call('PUT', `/v1/domain/${domain}/client/app`, { body: app });
  await server.call('PUT', `/admin/domains/${domain}/clients/app/suspension`, { body: { reason: marker } });
  // It ends, so that lists of what ends show it.
  const [secret] = await server.database.query<{ id: string }>(
    `update client_secrets s set name = $2, expires_at = now() + interval '40 days'
       from domains d where d.id = s.domain_id and d.name = $1 returning s.id`,
    [domain, marker],
  );
  const [version] = await server.database.query<{ id: string }>(
    `select a.position as id from audit_entries a join domains d on d.id = a.domain_id where d.name = $1 and client_id = 'app' and action = 'client.created'`,
    [domain],
  );
  const { id: credential } = await server.issue({ name: marker, domain, permissions: [] });
  return { domain, subscription, credential, secret: secret!.id, version: version!.id };
}

/** Like `server.call`, with the same request id each time; a stream that goes on is cut after a while. */
async function ask(method: string, path: string, key: string | null, body?: unknown, headers = {}): Promise<Asked> {
  return send(server.url + path, {
    method,
    headers: {
      'x-request-id': 'matrix',
      ...(key === null ? {} : { 'x-api-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    mostMs: CUT_MS,
  });
}

const fill = (path: string, { domain, secret, credential, version }: Target) =>
  path
    .replace('{domain}', domain)
    .replace('{client-id}', 'app')
    .replace('{version}', version)
    .replace('{other}', version)
    .replace('{id}', path.includes('/secrets') ? secret : credential);

/** All of an answer that is not different every time. */
function wordsOf({ status, headers, text }: Asked): string {
  return JSON.stringify([status, [...headers].filter(([name]) => !/^(date|connection|keep-alive)$/.test(name)), text]);
}

/**
 * Leaves out callers who lack one permission that the row does not need: who has its one permission alone is admitted, so no
 * other is needed.
 */
function tellsMore({ needs, orOnly, alsoNeeds }: Row): (caller: Caller) => boolean {
  return ({ permissions }) =>
    alsoNeeds !== undefined ||
    permissions.length !== PERMISSIONS.length - 1 ||
    [needs, orOnly].some((one) => one !== undefined && one !== NOTHING && !permissions.includes(one));
}

/** What stands in the caller's way, if anything. */
function hindrance(
  { needs, orOnly = needs, alsoNeeds, about }: Row,
  caller: Caller,
  target: Target,
): 'right' | 'place' | undefined {
  const { subscription, domain, permissions } = caller;
  const has = (right: Row['needs'] = NOTHING) => right === NOTHING || permissions.includes(right);
  const isAllowed = (has(needs) || has(orOnly)) && has(alsoNeeds);
  if (about === 'operator' || !isAllowed) return 'right';
  if (about === 'reached' || about === 'self') return undefined;
  if (about === 'subscription') return domain === undefined ? undefined : 'place';
  const asked = about === 'seen' ? (domain ?? 'default') : target.domain;
  return SUBSCRIPTIONS[subscription]!.includes(asked) && (domain ?? asked) === asked ? undefined : 'place';
}

/** The refusal in the words of the path's API. */
function expectedVerdict(path: string, row: Row, caller: Caller, target: Target): string {
  const why = hindrance(row, caller, target);
  return why ? contractOf(path).refusal(row, why) : 'admitted';
}

/** An answer in the same words. */
function verdictOf(verb: string, path: string, answer: Asked): string {
  const { status, text } = answer;
  const contract = contractOf(path);
  const isRead = verb === 'GET' || verb === 'HEAD';
  const isRefused = [401, 403, 405].includes(status) || status >= 500 || (status === 404 && hiding.has(contract));
  if (isRead ? status === 200 : !isRefused) return 'admitted';
  if (verb === 'HEAD') return String(status);
  if (wordsOf(answer) === unauthorized.get(contract)) return `${status} as without a key`;
  return `${status} ${contract.wordsOf(JSON.parse(text))}`;
}

/** The rows of every table that are a subscription's or in one of its domains; only its credentials' last use may change. */
async function holdingsOf(subscription: string): Promise<string[]> {
  const tables = await server.database.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const held = tables.map(async ({ name }) => {
    const found = await server.database.query<{ row: string }>(
      `select (to_jsonb(t) - $2::text)::text as row from "${name}" t
        where to_jsonb(t)->>'subscription' = $1
           or to_jsonb(t)->>'domain_id' in (select id::text from domains where subscription = $1) order by 1`,
      [subscription, name === 'credentials' ? 'last_used_on' : ''],
    );
    return found.map(({ row }) => `${name} ${row}`);
  });
  return (await Promise.all(held)).flat();
}

describe('every route', () => {
  it('has a row in the table of permissions', () => {
    const tabled = routes.map(({ verb, path }) => `${verb} ${path.replace(/\{.*?\}/g, '{}')}`);
    expect(served.filter((route) => !DOCUMENTATION.test(route)).sort()).toEqual(tabled.sort());
  });

  it.each(open)('$verb $path is for everyone', async ({ verb, path }) => {
    for (const key of [null, 'nonsense', callers[0]!.key]) {
      expect((await ask(verb, path.replace('{slug}', '1400').replace('*', ''), key)).status).toBe(200);
    }
  });

  it.each(paths)('%s: any other method is a 405, for every caller', async (path) => {
    const filled = fill(path, targets.foreign!);
    const fitting = paths.filter((each) => new RegExp(`^${each.replace(/\{.*?\}/g, '[^/]+')}$`).test(filled));
    const fits = routes.filter((route) => fitting.includes(route.path));
    const allowed = [...new Set(fits.map(({ verb }) => verb))].sort();
    const keys = callers.filter(({ permissions }) => permissions === PERMISSIONS).map(({ key }) => key);
    for (const verb of VERBS.filter((each) => !allowed.includes(each))) {
      for (const key of [null, ...keys]) {
        const { status, headers } = await ask(verb, filled, key);
        expect([verb, status, headers.get('allow')]).toEqual([verb, 405, allowed.join(', ')]);
      }
    }
  });
});

describe.each([
  {
    subscription: 'stranger',
    other: 'default',
    asked: ['second', 'nobodys'],
    learns: ['any: marker-all-stranger', 'any: marker-foreign', 'foreign: marker-foreign'],
  },
  {
    subscription: 'default',
    other: 'stranger',
    asked: ['default', 'foreign', 'nobodys'],
    learns: [
      'any: marker-all-default',
      'any: marker-default',
      'any: marker-second',
      'default: marker-default',
      'second: marker-second',
    ],
  },
])('a credential of the subscription $subscription', ({ subscription, other, asked, learns }) => {
  const own = () => callers.filter((caller) => caller.subscription === subscription);
  /** Who was told of what: the domain that the caller is bound to, and the marker. */
  const told = new Set<string>();
  let before: string[];
  beforeAll(async () => {
    before = await holdingsOf(other);
  });

  it.each(guarded)('is admitted to $verb $path only with $row.needs, and only to its own', async (route) => {
    const { verb, path, row } = route;
    const wrong: string[] = [];
    const sendAs = async (caller: Caller, target: Target) => {
      const expected = expectedVerdict(path, row, caller, target);
      // A precondition holds back those who may; those who may not would do the damage.
      const headers = expected === 'admitted' ? { 'if-match': '"0"' } : {};
      const body = verb === 'GET' || verb === 'HEAD' ? undefined : row.body?.(target);
      const answer = await ask(verb, fill(path, target) + row.query, caller.key, body, headers);
      const bound = expected === 'admitted' ? (caller.domain ?? 'any') : 'refused';
      for (const [marker] of wordsOf(answer).matchAll(MARKER)) told.add(`${bound}: ${marker}`);
      const found = verdictOf(verb, path, answer);
      if (found === (verb === 'HEAD' ? expected.replace(/^(\d+) .*/, '$1') : expected)) return;
      const who = `${caller.domain ?? 'any'} (${caller.permissions.join(' ')})`;
      wrong.push(`${who} on ${target.domain}: ${found} instead of ${expected}`);
    };
    for (const target of asked.map((name) => targets[name]!)) {
      await Promise.all(
        own()
          .filter(tellsMore(row))
          .map((caller) => sendAs(caller, target)),
      );
      expect((await ask(verb, fill(path, target) + row.query, null)).status).toBe(401);
    }
    expect(wrong).toEqual([]);
  });

  it(`learns of what it reaches, and nothing that is ${other}’s`, () => {
    expect([...told].sort()).toEqual(learns);
  });

  it(`has changed nothing that is ${other}’s`, async () => {
    expect(before.join()).toContain('client_secrets {');
    expect(await holdingsOf(other)).toEqual(before);
  });
});

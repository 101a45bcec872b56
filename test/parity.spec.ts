import fc from 'fast-check';
import { apis, dialects } from './dialects/index.js';
import type { Body } from './support/arbitraries.js';
import { type Door, through } from './support/door.js';
import { type Answer, startServer, type TestServer } from './support/test-server.js';

// Each dialect is a lens on one record (spec/core.md). The laws, through HTTP, on random clients and random bodies.
// LAWS_RUNS=2000 is the long form.

const numRuns = Number(process.env.LAWS_RUNS ?? 40);
const TIMEOUT_MS = 60_000 + numRuns * 1000;

const doors = dialects.map(({ door }) => door);
const birth = through(doors);

let server: TestServer;
let clients = 0;

beforeAll(async () => {
  server = await startServer({}, { apis });
}, TIMEOUT_MS);

afterAll(async () => {
  await server?.stop();
});

async function expectStatus(answering: Promise<Answer>, ...statuses: readonly number[]): Promise<Answer> {
  const answer = await answering;
  const { status, text } = answer;
  expect(statuses.includes(status) ? '' : `${status} ${text}`).toBe('');
  return answer;
}

async function born({ door, body }: { door: Door; body: Body }): Promise<string> {
  clients += 1;
  const id = `client-${clients}`;
  const [method, path, given] = door.create('default', id, body);
  await expectStatus(server.call(method, path, { body: given }), 200, 201);
  return id;
}

const get = (door: Door, id: string) => expectStatus(server.call('GET', door.path('default', id)), 200);
/** Nothing that a dialect accepts depends on what only others can show, so no body of these is ever refused. */
const put = (door: Door, id: string, body: Body) =>
  expectStatus(server.call('PUT', door.path('default', id), { body }), 200);
const wholePath = (id: string) => `/admin/domains/default/clients/${id}`;
const whole = (id: string) => expectStatus(server.call('GET', wholePath(id)), 200);

/** The view without what changes from write to write or is outside the laws. */
function stateIn({ dates, asides = [] }: Door, { body }: Answer): Body {
  const hidden = new Set([...dates, ...asides]);
  return Object.fromEntries(Object.entries(body as Body).filter(([property]) => !hidden.has(property)));
}

const only = (properties: readonly string[], body: Body) =>
  Object.fromEntries(properties.map((property) => [property, body[property]]));

async function auditEntries(id: string): Promise<number> {
  const rows = await server.database.query('select position from audit_entries where client_id = $1', [id]);
  return rows.length;
}

/** Everything that a write would move. */
async function traceOf(id: string): Promise<object> {
  const views = await Promise.all([whole(id), ...doors.map((door) => get(door, id))]);
  const secrets = await server.database.query('select * from client_secrets where client_id = $1', [id]);
  return {
    etags: views.map(({ headers }) => headers.get('etag')),
    views: views.map(({ body }) => body),
    entries: await auditEntries(id),
    secrets,
  };
}

const law = <T extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  holds: (...values: T) => Promise<void>,
) => fc.assert(fc.asyncProperty(...arbitraries, holds), { numRuns });

describe.each(dialects.map(({ api, door }) => [api.name, door] as const))('%s is a well-behaved lens:', (_, door) => {
  const others = through(doors.filter((each) => each !== door));

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
    'GetPut holds after a put through another dialect, too',
    () =>
      law([birth, others], async (given, other) => {
        const id = await born(given);
        await put(other.door, id, other.body);
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
        const id = { [door.id]: 'either' };
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

  it(
    'frame: a put leaves alone all that this dialect cannot show',
    () =>
      law([birth, others, door.body], async (given, earlier, body) => {
        const id = await born(given);
        await put(earlier.door, id, earlier.body);
        const [before, view] = [(await whole(id)).body, (await get(door, id)).body];
        await put(door, id, body);
        const shown = Object.keys(door.inWhole(view));
        const unseen = Object.keys(before).filter((property) => !shown.includes(property));
        expect(only(unseen, (await whole(id)).body)).toEqual({
          ...only(unseen, before),
          ...door.unseen?.(before, body),
        });
      }),
    TIMEOUT_MS,
  );
});

describe('one record, several views:', () => {
  it(
    'what a dialect shows is what is on record, whichever put it last',
    () =>
      law([birth, birth], async (given, last) => {
        const id = await born(given);
        await put(last.door, id, last.body);
        const { headers, body } = await whole(id);
        for (const door of doors) {
          const view = await get(door, id);
          expect(view.headers.get('etag')).toBe(headers.get('etag'));
          const said = door.inWhole(view.body);
          expect(said).toEqual(only(Object.keys(said), body));
        }
      }),
    TIMEOUT_MS,
  );

  it(
    'a client that one dialect deletes is gone in the others',
    () =>
      law([birth, fc.constantFrom(...doors)], async (given, door) => {
        const id = await born(given);
        await expectStatus(server.call('DELETE', door.path('default', id)), 204);
        for (const path of [wholePath(id), ...doors.map((each) => each.path('default', id))]) {
          await expectStatus(server.call('GET', path), 404);
        }
      }),
    TIMEOUT_MS,
  );
});

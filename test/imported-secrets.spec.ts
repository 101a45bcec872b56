import { createHash, pbkdf2Sync, randomBytes } from 'node:crypto';
import { hashSync } from '@node-rs/bcrypt';
import fc from 'fast-check';
import { randomToken } from '#secrets';
import { hashCheaply } from './support/cheap-hashes.js';
import { until } from './support/processes.js';
import { expectProblem, expectViolations } from './support/refusals.js';
import { startServer, type TestServer } from './support/test-server.js';

type Fields = Record<string, unknown>;

const CONFIDENTIAL = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const PUBLIC = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://a.example.com/cb'] };
const LONG = 'q7XzT4mV9bLr2KcW8sHd3NfJ6pGy1AeU';
const ARGON2 = '$argon2id$v=19$m=65536,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo';
const ITERATIONS = 'hash.iterations must be a whole number from 1000 to 1000000';
/** LAWS_RUNS=500 is the long form. */
const numRuns = Number(process.env.LAWS_RUNS ?? 2);

const bare = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
const pbkdf2 = (secret: string, digest: 'sha256' | 'sha512') => {
  const salt = randomBytes(16);
  const hash = pbkdf2Sync(secret, salt, 1000, 32, digest);
  return { algorithm: `pbkdf2-${digest}`, iterations: 1000, salt: bare(salt), hash: bare(hash) };
};
/** The same secret in every form in which it may come. */
const FORMS: Readonly<Record<string, (secret: string) => Fields>> = {
  'in the clear': (secret) => ({ secret }),
  'as SHA-256': (secret) => ({
    hash: { algorithm: 'sha256', hash: createHash('sha256').update(secret).digest('base64') },
  }),
  'as PBKDF2-SHA-256': (secret) => ({ hash: pbkdf2(secret, 'sha256') }),
  'as PBKDF2-SHA-512': (secret) => ({ hash: pbkdf2(secret, 'sha512') }),
  'as a text of Ory': (secret) => {
    const { salt, hash } = pbkdf2(secret, 'sha256');
    return { hash: `$pbkdf2-sha256$i=1000,l=32$${salt}$${hash}` };
  },
  'as bcrypt': (secret) => ({ hash: hashSync(secret, 4).replace('$2b$', '$2a$') }),
};
const HASHED = Object.keys(FORMS).filter((form) => form !== 'in the clear');
const formed = (form: string, secret: string) => FORMS[form]!(secret);

describe('a secret that exists already elsewhere', () => {
  let server: TestServer;
  /** Another instance over the same database. */
  let other: TestServer;
  let count = 0;
  hashCheaply();
  beforeAll(async () => {
    server = await startServer();
    other = await startServer({}, { database: server.database });
  });
  afterAll(async () => {
    await other.stop();
    await server.stop();
  });

  const path = (id: string, rest = '') => `/v1/domain/default/client/${id}${rest}`;
  const newId = () => {
    count += 1;
    return `moved-${count}`;
  };
  const aClient = async (body: object = CONFIDENTIAL) => {
    const id = newId();
    await server.call('PUT', path(id), { body });
    return id;
  };
  const add = (id: string, body: object, headers = {}) => server.call('POST', path(id, '/secrets'), { body, headers });
  /** A client with this secret alone. */
  const aClientWith = async (fields: Fields) => {
    const id = await aClient();
    expect((await add(id, { ...fields, previousExpiresInSeconds: 0 })).status).toBe(201);
    return id;
  };
  const send = async (lines: readonly Fields[], query = '', domain = 'default') => {
    const body = lines.map((line) => JSON.stringify({ ...CONFIDENTIAL, ...line })).join('\n');
    return server.call('POST', `/admin/domains/${domain}/import${query}`, { body });
  };
  const imported = async (lines: readonly Fields[], query = '') =>
    (await send(lines, query)).text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  const verify = async (id: string, secret: string, at = server) =>
    (await at.call('POST', path(id, '/secrets/verify'), { body: { secret } })).body;
  const isGood = async (id: string, secret: string, at = server): Promise<boolean> =>
    (await verify(id, secret, at)).valid;
  const list = async (id: string) => (await server.call('GET', path(id, '/secrets'))).body;
  const rows = (id: string) =>
    server.database.query<{ id: string; algorithm: string; hash: Buffer }>(
      `select id, algorithm, hash from client_secrets where client_id = $1 order by created_at, id`,
      [id],
    );
  const ours = /^(hmac-sha256|scrypt-.*)$/;
  const hashedAnew = (id: string) =>
    until('the secret has a hash of ours', async () => (await rows(id)).every(({ algorithm }) => ours.test(algorithm)));

  /** What bcrypt takes as well. */
  const secrets = fc
    .string({ unit: 'grapheme', minLength: 8, maxLength: 40 })
    .filter((text) => !/[\p{C}\ufffd]/u.test(text) && text.trim().length >= 8 && !/^[*•]+$/.test(text.trim()))
    .filter((text) => Buffer.byteLength(text) <= 72);

  it.each(Object.keys(FORMS))(
    'is good through every door, and no other one is, before and after its first use: %s',
    async (form) => {
      await fc.assert(
        fc.asyncProperty(secrets, secrets, fc.boolean(), async (secret, wrong, isLine) => {
          fc.pre(secret !== wrong);
          const fields = formed(form, secret);
          const id = isLine ? newId() : await aClientWith(fields);
          if (isLine)
            expect((await imported([{ clientId: id, secrets: [fields] }]))[1]).toMatchObject({ secret: 'set' });
          expect(await isGood(id, wrong)).toBe(false);
          for (const at of [server, other]) expect(await isGood(id, secret, at)).toBe(true);
          await hashedAnew(id);
          // In the accounts API, setting a live secret again is no change.
          const before = await rows(id);
          const put = await server.call('PUT', `/client?clientID=${id}`, { body: { clientSecret: secret } });
          expect([put.status, put.body.clientSecret]).toEqual([200, null]);
          expect((await rows(id)).map((row) => row.id)).toEqual(before.map((row) => row.id));
          expect([await isGood(id, secret, other), await isGood(id, wrong, other)]).toEqual([true, false]);
        }),
        { numRuns },
      );
    },
    30_000 + numRuns * 15_000,
  );

  it('a long one in the clear is hashed fast, a short one slowly; neither is ever shown', async () => {
    for (const [secret, algorithm] of [
      [LONG, /^hmac-sha256$/],
      ['correct horse', /^scrypt-/],
    ] as const) {
      const id = await aClient();
      const { status, body, text } = await add(id, { secret, name: 'moved', previousExpiresInSeconds: 0 });
      expect(status).toBe(201);
      expect(body).toEqual({
        id: expect.any(String),
        name: 'moved',
        hint: '',
        createdAt: expect.any(String),
        expiresAt: null,
        lastUsedAt: null,
        clientSecret: null,
      });
      expect(text).not.toContain(secret);
      expect(await rows(id)).toMatchObject([{ algorithm: expect.stringMatching(algorithm) }]);
      expect(await isGood(id, secret)).toBe(true);
    }
  });

  it('may come from another registry of ours, in the clear', async () => {
    const secret = randomToken('cls_');
    const id = await aClientWith({ secret });
    expect(await isGood(id, secret)).toBe(true);
  });

  it.each(HASHED)('its hash is none that a caller could present: %s', async (form) => {
    const fields = formed(form, LONG);
    const id = await aClientWith(fields);
    const text = typeof fields.hash === 'string' ? fields.hash : (fields.hash as { hash: string }).hash;
    const [row] = await rows(id);
    for (const presented of [text, row!.hash.toString('base64'), row!.hash.toString('hex')]) {
      expect(await isGood(id, presented)).toBe(false);
    }
    expect(JSON.stringify(row)).not.toContain(text);
  });

  it('stays beside the others as long as the body says, and counts among the five', async () => {
    const id = await aClient();
    for (let more = 0; more < 4; more += 1)
      expect((await add(id, formed('as bcrypt', `secret ${more}`))).status).toBe(201);
    expectProblem(await add(id, formed('as bcrypt', 'one too many')), 409);
    expect(await isGood(id, 'secret 0')).toBe(true);
    expect((await add(id, { ...formed('as bcrypt', 'alone'), previousExpiresInSeconds: 0 })).status).toBe(201);
    expect([await isGood(id, 'secret 0'), await isGood(id, 'alone')]).toEqual([false, true]);
  });

  it('of a Public client → 409; in a line, 400', async () => {
    expectProblem(await add(await aClient(PUBLIC), { secret: LONG }), 409);
    expectViolations(await send([{ clientId: newId(), ...PUBLIC, secrets: [{ secret: LONG }] }]), ['line 1: secrets']);
  });

  it('is added once with an Idempotency-Key, however often the request comes', async () => {
    const id = await aClient();
    const headers = { 'idempotency-key': 'moved-by-this-key-0123456789' };
    const [first, again] = [await add(id, { secret: LONG }, headers), await add(id, { secret: LONG }, headers)];
    expect(again.body).toEqual(first.body);
    expect(await list(id)).toHaveLength(2);
  });

  it('ends as it is said, or as the rule of the domain says', async () => {
    const name = 'strict-moves.example.com';
    await server.call('POST', '/v1/domain', { body: { domain: name } });
    const rule = await server.call('PUT', `/admin/domains/${name}/policy`, { body: { maxSecretAgeDays: 30 } });
    expect(rule.status).toBe(200);
    const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();
    const line = (clientId: string, expiresAt?: string) => ({
      clientId,
      secrets: [{ ...formed('as bcrypt', 'x y z'), expiresAt }],
    });
    expect((await send([line('a'), line('b', days(3))], '', name)).status).toBe(200);
    const ends = await server.database.query<{ days: number }>(
      `select extract(epoch from expires_at - now())::float / 86400 as days from client_secrets
        where domain_id = (select id from domains where name = $1) order by client_id`,
      [name],
    );
    expect(ends.map((end) => Math.round(end.days))).toEqual([30, 3]);
    const late = await send([line('c', days(31)), line('d', days(-1))], '', name);
    expectViolations(late, ['line 1: secrets[0].expiresAt', 'line 2: secrets[0].expiresAt']);
  });

  describe('in an import', () => {
    it('takes the place of a generated one, which nobody then has to hand out', async () => {
      const id = newId();
      const line = { clientId: id, secrets: [formed('as bcrypt', 'the old one'), { secret: LONG, name: 'the other' }] };
      const [summary, told] = await imported([line], '?dryRun=true');
      expect([summary, told]).toEqual([
        { dryRun: true, created: 1, changed: 0, removed: 0, unchanged: 0 },
        { action: 'created', clientId: id, secret: 'set' },
      ]);
      expect(await rows(id)).toEqual([]);
      expect((await imported([line]))[1]).toEqual({ action: 'created', clientId: id, secret: 'set' });
      expect([await isGood(id, 'the old one'), await isGood(id, LONG)]).toEqual([true, true]);
      expect((await list(id)).map(({ name }: { name: string }) => name).sort()).toEqual(['the other', null].sort());
      const [entry] = (await server.call('GET', `/admin/audit?domain=default&clientId=${id}`)).body;
      expect(entry.changes.clientSecret).toEqual({ before: null, after: 'set' });
    });

    it('is not taken by a client that has secrets: those stay, and the answer counts such lines', async () => {
      const id = newId();
      const line = { clientId: id, secrets: [{ secret: LONG }] };
      await imported([line]);
      const unchanged = { dryRun: false, created: 0, changed: 0, removed: 0, unchanged: 1, secretsNotTaken: 1 };
      expect(await imported([line])).toEqual([unchanged]);
      const fresh = (await add(id, { previousExpiresInSeconds: 0 })).body.clientSecret;
      expect(await imported([line])).toEqual([unchanged]);
      expect([await isGood(id, LONG), await isGood(id, fresh)]).toEqual([false, true]);
    });

    it('is taken by a client that becomes Confidential', async () => {
      const id = await aClient(PUBLIC);
      const [, told] = await imported([{ clientId: id, secrets: [formed('as SHA-256', LONG)] }]);
      expect(told).toMatchObject({ action: 'changed', secret: 'set' });
      expect(await isGood(id, LONG)).toBe(true);
    });

    it('none, or an empty list, is a generated one as ever', async () => {
      const [one, two] = [newId(), newId()];
      const [, ...told] = await imported([
        { clientId: one, secrets: null },
        { clientId: two, secrets: [] },
      ]);
      for (const { secret, clientSecret } of told)
        expect([secret, clientSecret]).toEqual(['created', expect.any(String)]);
    });

    it('waits in no table in the clear, nor as the hash that another system has', async () => {
      const name = 'waiting.example.com';
      await server.call('POST', '/v1/domain', { body: { domain: name } });
      await server.database.query('create table public.seen_lines (secret json)');
      await server.database.query(`
        create function see_line() returns trigger language plpgsql security definer as $$
          begin insert into public.seen_lines values (new.secret); return new; end $$`);
      await server.database.query(
        'create trigger see before insert on import_lines for each row execute function see_line()',
      );
      const forms = ['in the clear', 'as SHA-256', 'as bcrypt'].map((form) => formed(form, LONG));
      const weak = { secret: 'correct horse battery' };
      expect((await send([{ clientId: 'a', secrets: [...forms, weak] }], '', name)).text).toContain('"set"');
      await server.database.query('drop trigger see on import_lines');
      const seen = JSON.stringify(await server.database.query('select * from seen_lines'));
      expect(seen.match(/algorithm/g)).toHaveLength(4);
      const hidden = [
        LONG,
        weak.secret,
        (forms[1]!.hash as { hash: string }).hash,
        (forms[2]!.hash as string).slice(-31),
      ];
      for (const value of hidden) {
        for (const spelling of [
          value,
          Buffer.from(value).toString('hex'),
          Buffer.from(value, 'base64').toString('hex'),
        ]) {
          expect(seen.includes(spelling)).toBe(false);
        }
      }
    });

    it('tells every mistake by its line and its field', async () => {
      const bcrypt = hashSync('x', 4);
      const answer = await send([
        { clientId: 'bad-a', secrets: [{}, { secret: 'short' }, { secret: LONG, hash: bcrypt }] },
        {
          clientId: 'bad-b',
          secrets: [{ hash: { algorithm: 'md5', hash: 'x', more: 1 } }, { hash: bcrypt.replace('$04$', '$20$') }],
        },
        { clientId: 'bad-c', secrets: [{ hash: { ...pbkdf2('x', 'sha256'), iterations: 2e9, salt: 'c2FsdA' } }] },
        { clientId: 'bad-d', secrets: Array(6).fill({ secret: LONG }) },
        { clientId: 'bad-e', secrets: 'x' },
        { clientId: 'bad-f', secrets: [{ hash: 5, name: '', expiresAt: 'soon', value: 'x' }], clientSecret: 'x' },
      ]);
      expectViolations(answer, [
        'line 1: secrets[0].secret',
        'line 1: secrets[1].secret',
        'line 1: secrets[2].hash',
        'line 2: secrets[0].hash.algorithm',
        'line 2: secrets[0].hash.more',
        'line 2: secrets[1].hash',
        'line 3: secrets[0].hash.iterations',
        'line 3: secrets[0].hash.salt',
        'line 4: secrets',
        'line 5: secrets',
        'line 6: clientSecret',
        'line 6: secrets[0].expiresAt',
        'line 6: secrets[0].hash',
        'line 6: secrets[0].name',
        'line 6: secrets[0].value',
      ]);
      expect(answer.text).not.toContain(LONG);
    });
  });

  it.each<[Fields, string[]]>([
    [{ secret: 'short' }, ['secret']],
    [{ secret: '********' }, ['secret']],
    [{ secret: 5 }, ['secret']],
    [{ secret: '\ud800'.repeat(20) }, ['secret']],
    [{ secret: 'x'.repeat(1001) }, ['secret']],
    [{ secret: 'cls_none-that-was-ever-made' }, ['secret']],
    [{ secret: LONG, hash: hashSync('x', 4) }, ['hash']],
    [{ secret: hashSync('x', 4) }, ['secret']],
    [{ hash: [] }, ['hash']],
    [{ hash: 'x' }, ['hash']],
    [{ hash: '' }, ['hash']],
    [{ hash: {} }, ['hash.algorithm', 'hash.hash']],
    [{ hash: { algorithm: 'sha256', hash: 'abc' } }, ['hash.hash']],
    [{ hash: { algorithm: ['sha256'], hash: { a: 1 } } }, ['hash.algorithm', 'hash.hash']],
    [{ hash: { algorithm: 'sha256', hash: 'ab'.repeat(32), pepper: 'x' } }, ['hash.pepper']],
    [{ hash: { algorithm: 'bcrypt', hash: hashSync('x', 4), salt: 'x' } }, ['hash.salt']],
    [{ hash: hashSync('x', 4).replace('$04$', '$31$') }, ['hash']],
    [{ hash: { ...pbkdf2('x', 'sha512'), iterations: '1000' } }, ['hash.iterations']],
    [{ hash: `$pbkdf2-sha256$i=4000000000,l=32$${'a'.repeat(22)}$${'a'.repeat(43)}` }, ['hash.iterations']],
    [{ secret: ARGON2 }, ['secret']],
    [{ hash: ARGON2 }, ['hash']],
  ])('is refused when something is wrong with it (%#): 400 naming the field', async (body, fields) => {
    const id = await aClient();
    expectViolations(await add(id, body), fields);
    expect(await list(id)).toHaveLength(1);
  });

  it.each<[string, Fields, string]>([
    ['iterations that are no whole number', { hash: { ...pbkdf2('x', 'sha256'), iterations: 1000.5 } }, ITERATIONS],
    ['iterations below 1', { hash: { ...pbkdf2('x', 'sha256'), iterations: 0 } }, ITERATIONS],
    ['a hash in place of the secret', { secret: hashSync('x', 4) }, 'this is a hash (bcrypt), which belongs in `hash`'],
    ['a hash of another kind', { secret: ARGON2 }, 'this is a hash (argon2id), which cannot be imported'],
  ])('is refused in the words of the rule: %s', async (_, body, sentence) => {
    const answer = await add(await aClient(), body);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(sentence);
    expect(answer.text).not.toContain(String(body.secret));
  });

  it('is refused when it is the id of its client', async () => {
    const id = '0123456789abcdef0123456789abcdef';
    await server.call('PUT', path(id), { body: CONFIDENTIAL });
    expectViolations(await add(id, { secret: id }), ['secret']);
  });

  describe('gets a hash of ours at its first use', () => {
    it('which changes neither the client nor its ETag nor the audit', async () => {
      const id = await aClientWith(formed('as bcrypt', LONG));
      const seen = async () => {
        const { headers, body } = await server.call('GET', path(id));
        const whole = await server.call('GET', `/admin/domains/default/clients/${id}`);
        const audit = (await server.call('GET', `/admin/audit?domain=default&clientId=${id}`)).body;
        const versions = await server.database.query(
          'select version, secrets_version from clients where client_id = $1',
          [id],
        );
        return { etag: headers.get('etag'), body, whole: whole.headers.get('etag'), audit, versions };
      };
      const before = await seen();
      const [imported] = await rows(id);
      expect(imported!.algorithm).toBe('bcrypt-4');
      expect(await isGood(id, 'a wrong one')).toBe(false);
      expect(await rows(id)).toEqual([imported]);
      expect(await isGood(id, LONG)).toBe(true);
      await hashedAnew(id);
      expect(await rows(id)).toMatchObject([{ id: imported!.id, algorithm: 'hmac-sha256' }]);
      expect(await seen()).toEqual(before);
    });

    it('once, when it comes first to two instances at the same moment, many times', async () => {
      const id = await aClientWith(formed('as SHA-256', 'a weak one'));
      const valid = await Promise.all(
        Array.from({ length: 12 }, (_, caller) => isGood(id, 'a weak one', caller % 2 === 0 ? server : other)),
      );
      expect(new Set(valid)).toEqual(new Set([true]));
      await hashedAnew(id);
      const [first] = await rows(id);
      for (const at of [server, other]) expect(await isGood(id, 'a weak one', at)).toBe(true);
      expect(await rows(id)).toEqual([first]);
    });

    it.each<[string, (id: string) => Promise<unknown>]>([
      ['a rotation', (id) => add(id, { previousExpiresInSeconds: 0 })],
      [
        'a replacement',
        (id) => server.call('PUT', `/client?clientID=${id}`, { body: { clientSecret: 'correct horse battery' } }),
      ],
      ['a deletion', (id) => server.call('DELETE', path(id))],
      ['a change to Public', (id) => server.call('PUT', path(id), { body: PUBLIC })],
    ])('unless %s comes at the same moment: then it has ended', async (_, end) => {
      for (let round = 0; round < 2; round += 1) {
        const id = await aClientWith(formed('as bcrypt', LONG));
        const uses = [server, other].map((at) => verify(id, LONG, at));
        await end(id);
        await Promise.all(uses);
        for (const at of [server, other]) expect(await isGood(id, LONG, at)).toBe(false);
      }
    });

    it('while it keeps the end that it has', async () => {
      const id = await aClientWith({
        ...formed('as bcrypt', LONG),
        expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
      });
      const [before] = await list(id);
      expect(await isGood(id, LONG)).toBe(true);
      await hashedAnew(id);
      expect(await list(id)).toEqual([{ ...before, lastUsedAt: expect.any(String) }]);
    });
  });

  it('is bounded like a chosen one: of wrong guesses ten a minute are compared, then one a second', async () => {
    const id = await aClientWith(formed('as SHA-256', 'correct horse'));
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        server.call('POST', path(id, '/secrets/verify'), { body: { secret: `wrong horse ${n}` } }),
      ),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    expectProblem(refused[0]!, 429);
  });

  it('lets those in beside it that are hashed fast, however many guess meanwhile', async () => {
    const id = await aClientWith(formed('as bcrypt', 'correct horse'));
    const generated = (await add(id, {})).body.clientSecret;
    await add(id, { secret: LONG });
    const guesses = Array.from({ length: 60 }, (_, n) => verify(id, `wrong horse ${n}`));
    for (let n = 0; n < 10; n += 1) expect([await isGood(id, generated), await isGood(id, LONG)]).toEqual([true, true]);
    expect((await Promise.all(guesses)).filter(({ status }) => status === 429).length).toBeGreaterThan(10);
  });
});

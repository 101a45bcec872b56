import { Writable } from 'node:stream';
import { QueryFailedError } from 'typeorm';
import { randomToken } from '#secrets';
import { readConfig, secretsOf } from '../../src/config.js';
import { createLog } from '../../src/operations/log.js';

const CHOSEN = 'correct "horse" battery';
const JWT = 'eyJhbGciOiJSUzUxMiJ9.eyJqdGkiOiIxIn0.c2lnbmF0dXJlLW9mLWEtdG9rZW4';
const KEY = randomToken('clk_');
const SECRET = randomToken('cls_');
const config = readConfig({
  BOOTSTRAP_API_KEY: 'an operator’s key has to be of printable ASCII'.replace('’', '\\'),
  SECRET_PEPPER: 'a "pepper" of words',
  DATABASE_URL: 'postgres://clientele:pass%20word-of-it@db:5432/clientele',
  DATABASE_REPLICA_URLS: 'postgres://clientele:one-for-the-replica@db-2:5432/clientele',
});

/** What the log holds after something was written to it. */
function logged(...entry: [object, string?] | [string]): string {
  let text = '';
  const sink = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const log = createLog('trace', false, secretsOf(config), sink);
  log.info(...(entry as [object, string]));
  log.child({ requestId: 'r1' }).warn(...(entry as [object, string]));
  for (const line of text.trim().split('\n')) JSON.parse(line);
  return text;
}

describe('a secret that is logged by mistake', () => {
  it.each<[string, string, [object, string?] | [string]]>([
    ['a key in a sentence', KEY, [`the key ${KEY} is not known`]],
    ['a secret in a URL', SECRET, [{ url: `/nope?secret=${SECRET}&x=1` }]],
    ['the beginning of a key', KEY.slice(0, 30), [`starts with ${KEY.slice(0, 30)}`]],
    ['a token in a sentence', JWT, [`Bearer ${JWT} has expired`]],
    ['what was issued', KEY, [{ issued: { id: '1', apiKey: KEY, accessToken: JWT } }]],
    ['the headers of a request', CHOSEN, [{ headers: { 'x-api-key': CHOSEN, authorization: CHOSEN, cookie: CHOSEN } }]],
    ['headers that came twice', CHOSEN, [{ headers: { 'x-api-key': ['another', CHOSEN] } }]],
    ['a body', CHOSEN, [{ body: { clientID: 'x', clientSecret: CHOSEN } }]],
    ['a body in a body', CHOSEN, [{ a: [{ b: { value: { secret: CHOSEN } } }] }]],
    ['the bytes of a body', [...Buffer.from(CHOSEN)].join(','), [{ body: Buffer.from(CHOSEN) }]],
    [
      'the settings',
      'pepper',
      [{ ...config, secretPepper: undefined, bootstrapApiKey: undefined, x: config.secretPepper }],
    ],
    ['the pepper', config.secretPepper!, [{ config }]],
    ['the operator’s key', config.bootstrapApiKey!, [`x ${config.bootstrapApiKey} x`]],
    ['the password of the database, as it is', 'pass word-of-it', ['login failed with pass word-of-it']],
    ['the password of the database, in its URL', 'pass%20word', [`cannot reach ${config.databaseUrl}`]],
    ['the password of a replica', 'one-for-the-replica', ['login failed with one-for-the-replica']],
    [
      'the values of a statement that failed',
      CHOSEN,
      [{ err: new QueryFailedError('insert …', [CHOSEN], Object.assign(new Error('no'), { detail: CHOSEN })) }],
    ],
  ])('%s is not in the log', (_, secret, entry) => {
    const text = logged(...entry);
    expect(text).toMatch(/\[(redacted|bytes)\]|QueryFailedError/);
    for (const spelling of [secret, JSON.stringify(secret).slice(1, -1)]) expect(text).not.toContain(spelling);
  });

  it.each([
    'token',
    '"secret',
    'a.',
    '-eyJ',
    'clk_',
    '":"',
    '\\"',
    'a://b:',
    '[',
    '"a":["x",',
    '{"type":"Buffer","data":[',
  ])('is looked for in a bounded time, whatever a caller has put into the line: %j again and again', (text) => {
    const begin = performance.now();
    logged({ url: text.repeat(100_000 / text.length) });
    expect(performance.now() - begin).toBeLessThan(2000);
  });

  it('takes nothing else away', () => {
    const entry = {
      method: 'PUT',
      url: '/client?clientID=my-app',
      status: 200,
      credential: '6f1c2a52',
      accessTokenExpiry: 60,
    };
    const [line] = logged(entry, 'answered').split('\n');
    expect(JSON.parse(line!)).toMatchObject({ ...entry, msg: 'answered' });
    const { err } = JSON.parse(logged({ err: new TypeError('x is not a function') }).split('\n')[0]!);
    expect(err).toMatchObject({
      type: 'TypeError',
      message: 'x is not a function',
      stack: expect.stringMatching(/at /),
    });
  });
});

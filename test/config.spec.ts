import pg from 'pg';
import { ConfigError, readConfig, secretsOf } from '../src/config.js';

/** The mistakes that these settings are refused with, one a line; none when they are accepted. */
function mistakesIn(env: Record<string, string>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message.split('\n');
  }
}

describe('without any setting', () => {
  it('the documented defaults hold', () => {
    const { logPretty, ...config } = readConfig({});
    expect(config).toEqual({
      port: 7472,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:7472',
      databaseUrl: undefined,
      databaseReplicaUrls: [],
      databasePoolSize: 10,
      dataDir: './data',
      migrateOnStart: true,
      defaultDomain: 'default',
      bootstrapApiKey: undefined,
      secretPepper: undefined,
      allowTokenQuery: false,
      strictAudiences: false,
      allowHttpCallbacks: false,
      trustedIssuers: [],
      corsOrigins: '*',
      maxConnections: 5000,
      keepAliveSeconds: 72,
      workers: 1,
      sendTraces: false,
      logLevel: 'info',
      withoutEffect: [],
      doubts: [],
    });
    expect(logPretty).toBe(process.stdout.isTTY === true);
  });

  it('the public URL follows the port', () => {
    expect(readConfig({ PORT: '8080' }).publicUrl).toBe('http://localhost:8080');
  });

  it('an empty setting counts as one that is not there', () => {
    const names = [
      'PORT',
      'HOST',
      'PUBLIC_URL',
      'DATABASE_URL',
      'DATABASE_REPLICA_URLS',
      'BOOTSTRAP_API_KEY',
      'SECRET_PEPPER',
      'MIGRATE_ON_START',
    ];
    expect(readConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readConfig({}));
  });

  it('settings of other programs do not matter', () => {
    expect(readConfig({ NODE_ENV: 'production', PATH: '/bin', port: '1' })).toEqual(readConfig({}));
  });
});

describe('a setting may be', () => {
  it.each([
    ['PORT', '8080', { port: 8080 }],
    ['HOST', '0.0.0.0', { host: '0.0.0.0' }],
    ['HOST', 'localhost', { host: 'localhost' }],
    ['PUBLIC_URL', 'https://clients.example.com', { publicUrl: 'https://clients.example.com' }],
    ['PUBLIC_URL', 'https://clients.example.com/', { publicUrl: 'https://clients.example.com' }],
    ['PUBLIC_URL', 'https://example.com/registry', { publicUrl: 'https://example.com/registry' }],
    ['PUBLIC_URL', 'https://example.com/a/b-1.c/', { publicUrl: 'https://example.com/a/b-1.c' }],
    ['DATABASE_URL', 'postgres://u:p@db:5432/x', { databaseUrl: 'postgres://u:p@db:5432/x' }],
    ['DATABASE_URL', 'postgresql://db/x', { databaseUrl: 'postgresql://db/x' }],
    ['DATABASE_URL', ' postgres://db/x\n', { databaseUrl: 'postgres://db/x' }],
    ['DATABASE_URL', 'postgres://u:a@b c@db/x', { databaseUrl: 'postgres://u:a%40b%20c@db/x' }],
    ['DATABASE_URL', 'postgres://u:%23%2F%3F%25@db/x', { databaseUrl: 'postgres://u:%23%2F%3F%25@db/x' }],
    ['DATABASE_URL', 'postgres://[::1]:5432/x', { databaseUrl: 'postgres://[::1]:5432/x' }],
    [
      'DATABASE_URL',
      'postgres://u@db/x?options=-c%20role%3Da@b',
      { databaseUrl: 'postgres://u@db/x?options=-c%20role%3Da@b' },
    ],
    ['DATABASE_POOL_SIZE', '1', { databasePoolSize: 1 }],
    ['DATA_DIR', '/var/lib/clientele', { dataDir: '/var/lib/clientele' }],
    ['MIGRATE_ON_START', 'false', { migrateOnStart: false }],
    ['DEFAULT_DOMAIN', 'login.example.com', { defaultDomain: 'login.example.com' }],
    ['BOOTSTRAP_API_KEY', '!'.repeat(32), { bootstrapApiKey: '!'.repeat(32) }],
    ['SECRET_PEPPER', 'a pepper of words', { secretPepper: 'a pepper of words' }],
    ['SECRET_PEPPER', ' a pepper of wörds\n', { secretPepper: ' a pepper of wörds\n' }],
    ['ALLOW_TOKEN_QUERY', 'true', { allowTokenQuery: true }],
    ['STRICT_AUDIENCES', 'true', { strictAudiences: true }],
    ['ALLOW_HTTP_CALLBACKS', 'true', { allowHttpCallbacks: true }],
    ['CORS_ORIGINS', '*', { corsOrigins: '*' }],
    [
      'CORS_ORIGINS',
      'https://a.com, http://localhost:3000',
      { corsOrigins: ['https://a.com', 'http://localhost:3000'] },
    ],
    ['MAX_CONNECTIONS', '1', { maxConnections: 1 }],
    ['KEEP_ALIVE_SECONDS', '620', { keepAliveSeconds: 620 }],
    ['LOG_LEVEL', 'debug', { logLevel: 'debug' }],
    ['LOG_PRETTY', 'true', { logPretty: true }],
    ['LOG_PRETTY', 'false', { logPretty: false }],
  ])('%s=%s', (name, value, expected) => {
    expect(readConfig({ [name]: value })).toMatchObject(expected);
  });
});

describe('DATABASE_URL', () => {
  it('may name the folder of a socket, as Google Cloud SQL writes it', () => {
    const { databaseUrl } = readConfig({
      DATABASE_URL: 'postgres://user:pass@/db?host=/cloudsql/project:region:instance',
    });
    expect(new pg.Client(databaseUrl)).toMatchObject({
      host: '/cloudsql/project:region:instance',
      user: 'user',
      password: 'pass',
      database: 'db',
    });
  });

  it.each(['prefer', 'require', 'verify-ca'])('with sslmode=%s means verify-full, without a word from pg', (mode) => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation();
    const { databaseUrl } = readConfig({ DATABASE_URL: `postgres://db/x?sslmode=${mode}` });
    const { ssl } = new pg.Client(databaseUrl);
    expect([ssl, warn.mock.calls]).toEqual([{}, []]);
    warn.mockRestore();
  });

  it('with uselibpqcompat=true means what libpq means', () => {
    const url = 'postgres://db/x?uselibpqcompat=true&sslmode=require';
    expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
  });

  it.each(['"postgres://db/x"', "'postgres://db/x'"])('is refused with the quotes around it: %s', (url) => {
    expect(mistakesIn({ DATABASE_URL: url })).toEqual(['DATABASE_URL must be given without the quotes around it']);
  });

  it.each(['pa#ss', '12#3', 'pa/ss', '12/3', 'pa?ss', '12?3', 'pa%ss'])(
    'is refused with the password %s, and told how it is written',
    (password) => {
      const mistakes = mistakesIn({ DATABASE_URL: `postgres://user:${password}@db:5432/x` });
      expect(mistakes).toEqual([expect.stringMatching(/# is written as %23, \/ as %2F, \? as %3F and % as %25$/)]);
    },
  );

  it('has its password kept out of the log, wherever it stands', () => {
    const urls = {
      DATABASE_URL: 'postgres://u@/db?host=/cloudsql/a&password=on%26e',
      DATABASE_REPLICA_URLS: 'postgres://u:tw%23o@db/x',
    };
    expect(secretsOf(readConfig(urls))).toEqual(['on&e', 'tw#o']);
  });
});

it('DATABASE_REPLICA_URLS is a list beside DATABASE_URL', () => {
  const urls = { DATABASE_URL: 'postgres://a/x', DATABASE_REPLICA_URLS: 'postgres://b/x, postgres://c:5433/x' };
  expect(readConfig(urls).databaseReplicaUrls).toEqual(['postgres://b/x', 'postgres://c:5433/x']);
  expect(mistakesIn({ ...urls, DATABASE_REPLICA_URLS: 'postgres://b:passw0rd@h:x/x' })).toEqual([
    expect.stringMatching(/^DATABASE_REPLICA_URLS must be (?!.*passw0rd)/),
  ]);
  expect(mistakesIn({ ...urls, DATABASE_REPLICA_URLS: 'postgres://b/x,"postgres://c/x"' })).toEqual([
    'DATABASE_REPLICA_URLS must be a comma-separated list, each of which must be given without the quotes around it',
  ]);
  const google = { ...urls, DATABASE_REPLICA_URLS: 'postgres://u:p@/x?host=/cloudsql/a' };
  expect(readConfig(google).databaseReplicaUrls).toEqual(['postgres://u:p@localhost/x?host=/cloudsql/a']);
});

describe('TRUSTED_ISSUERS', () => {
  const GOOD = {
    jwksUrl: 'https://login.example.com/jwks.json',
    domainClaim: 'https://example.com/domain',
    permissions: ['clients:read', 'audit:read'],
  };
  const mistakesOf = (setting: unknown) => mistakesIn({ TRUSTED_ISSUERS: JSON.stringify(setting) });

  it('names each issuer with the place of its keys, the claim of the domain, and permissions', () => {
    const local = { ...GOOD, jwksUrl: 'http://localhost:8080/keys?v=1' };
    const { trustedIssuers } = readConfig({ TRUSTED_ISSUERS: JSON.stringify({ entrecode: GOOD, local }) });
    expect(trustedIssuers).toEqual([
      { ...GOOD, issuer: 'entrecode', jwksUrl: new URL(GOOD.jwksUrl) },
      { ...GOOD, issuer: 'local', jwksUrl: new URL(local.jwksUrl) },
    ]);
  });

  it.each(['https://login.example.com', 'http://127.0.0.1:1/x', 'http://[::1]:1/x', 'http://localhost/'])(
    'may have its keys at %s',
    (jwksUrl) => {
      expect(mistakesOf({ x: { ...GOOD, jwksUrl } })).toEqual([]);
    },
  );

  const OBJECT = /^TRUSTED_ISSUERS must be a JSON object: issuer → \{ "jwksUrl", "domainClaim", "permissions" \}$/;
  it.each(['nonsense', '{', '[]', 'null', '"x"', '7'])('%s is no JSON object', (text) => {
    expect(mistakesIn({ TRUSTED_ISSUERS: text })).toEqual([expect.stringMatching(OBJECT)]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', 'https://login.example.com', /"x" must be an object with jwksUrl, domainClaim and permissions$/],
    ['a list', [], /"x" must be an object/],
    ['without jwksUrl', { ...GOOD, jwksUrl: undefined }, /"x" must have a jwksUrl with https/],
    ['with keys over plain http', { ...GOOD, jwksUrl: 'http://login.example.com/jwks' }, /jwksUrl/],
    ['with keys on a host that only looks local', { ...GOOD, jwksUrl: 'http://localhost.example.com/' }, /jwksUrl/],
    ['with keys in a file', { ...GOOD, jwksUrl: 'file:///etc/keys.json' }, /jwksUrl/],
    ['with a password', { ...GOOD, jwksUrl: 'https://user:passw0rd@login.example.com/' }, /jwksUrl/],
    ['with a jwksUrl that is no URL', { ...GOOD, jwksUrl: '/jwks.json' }, /jwksUrl/],
    ['with a jwksUrl that is no text', { ...GOOD, jwksUrl: 7 }, /jwksUrl/],
    ['without domainClaim', { ...GOOD, domainClaim: undefined }, /"x" must have a domainClaim/],
    ['with an empty domainClaim', { ...GOOD, domainClaim: '' }, /domainClaim/],
    ['with a domainClaim that is a list', { ...GOOD, domainClaim: ['x'] }, /domainClaim/],
    ['without permissions', { ...GOOD, permissions: undefined }, /"x" must have permissions, .* of clients:read, /],
    ['with no permission', { ...GOOD, permissions: [] }, /permissions/],
    ['with a permission that does not exist', { ...GOOD, permissions: ['clients:read', 'operator'] }, /permissions/],
    ['with permissions that are no list', { ...GOOD, permissions: 'clients:read' }, /permissions/],
    ['with a misspelt field', { ...GOOD, audience: 'x' }, /"x" has an unknown field "audience"$/],
  ])('an issuer is refused %s', (_, entry, sentence) => {
    const mistakes = mistakesOf({ x: entry, good: GOOD });
    expect(mistakes).toEqual([expect.stringMatching(/^TRUSTED_ISSUERS "x" /)]);
    expect(mistakes[0]).toMatch(sentence);
    expect(mistakes[0]).not.toContain('passw0rd');
  });

  it.each(['', 'a\nb', 'x'.repeat(256)])('an issuer cannot be called %j', (issuer) => {
    expect(mistakesOf({ [issuer]: GOOD })).toEqual([
      expect.stringMatching(/^TRUSTED_ISSUERS ".*" must be an issuer’s/),
    ]);
  });

  it('cannot be the server itself', () => {
    const TRUSTED_ISSUERS = JSON.stringify({ 'https://clients.example.com': GOOD, 'http://localhost:7472': GOOD });
    const PUBLIC_URL = 'https://clients.example.com/';
    for (const env of [{ PUBLIC_URL }, {}]) {
      expect(mistakesIn({ TRUSTED_ISSUERS, ...env } as Record<string, string>)).toEqual([
        expect.stringMatching(/^TRUSTED_ISSUERS must not name PUBLIC_URL/),
      ]);
    }
  });

  it('has all its mistakes reported at once, beside those of other settings', () => {
    const TRUSTED_ISSUERS = JSON.stringify({ a: {}, b: { ...GOOD, jwksUrl: 'x' } });
    const mistakes = mistakesIn({ TRUSTED_ISSUERS, PORT: 'x' });
    expect(mistakes.map((line) => /^(PORT|TRUSTED_ISSUERS "[ab]" must have \S+ ?\S+)/.exec(line)?.[1])).toEqual([
      'PORT',
      'TRUSTED_ISSUERS "a" must have a jwksUrl',
      'TRUSTED_ISSUERS "a" must have a domainClaim,',
      'TRUSTED_ISSUERS "a" must have permissions, a',
      'TRUSTED_ISSUERS "b" must have a jwksUrl',
    ]);
  });
});

describe('a mistake is reported by its name:', () => {
  it.each([
    ['PORT', 'x'],
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['PUBLIC_URL', 'clients.example.com'],
    ['PUBLIC_URL', 'ftp://clients.example.com'],
    ['PUBLIC_URL', 'https://clients.example.com/?x'],
    ['PUBLIC_URL', 'https://example.com/registry?x'],
    ['PUBLIC_URL', 'https://example.com/registry#x'],
    ['PUBLIC_URL', 'https://example.com/a b'],
    ['PUBLIC_URL', 'https://example.com/%72egistry'],
    ['PUBLIC_URL', 'https://example.com//registry'],
    ['PUBLIC_URL', 'https://example.com/registry//'],
    ['PUBLIC_URL', 'https://example.com/{registry}'],
    ['PUBLIC_URL', 'https://user@clients.example.com'],
    ['DATABASE_URL', 'mysql://db/x'],
    ['DATABASE_URL', 'db'],
    ['MAX_CONNECTIONS', '0'],
    ['KEEP_ALIVE_SECONDS', '0'],
    ['KEEP_ALIVE_SECONDS', '1.5'],
    ['KEEP_ALIVE_SECONDS', '86401'],
    ['KEEP_ALIVE_SECONDS', '10m'],
    ['DATABASE_URL', 'postgres://a,b/x'],
    ['DATABASE_URL', 'postgres://a:1,b:2/x'],
    ['DATABASE_URL', 'postgres://user:100%@db/x'],
    ['DATABASE_URL', 'postgres://us%er@db/x'],
    ['DATABASE_URL', 'postgres://db/%x'],
    ['DATABASE_URL', 'postgres://u:p@/x'],
    ['DATABASE_URL', 'postgres:///x?host=a,b'],
    ['DATABASE_URL', 'postgres://db:99999/x'],
    ['DATABASE_URL', 'postgres://db/x?sslmode=yes'],
    ['DATABASE_REPLICA_URLS', 'postgres://a/x'],
    ['DATABASE_REPLICA_URLS', 'mysql://a/x'],
    ['DATABASE_REPLICA_URLS', 'postgres://a/x,'],
    ['DATABASE_POOL_SIZE', '0'],
    ['DATABASE_POOL_SIZE', '1.5'],
    ['DATABASE_POOL_SIZE', 'many'],
    ['MIGRATE_ON_START', 'maybe'],
    ['DEFAULT_DOMAIN', 'Login'],
    ['DEFAULT_DOMAIN', 'a b'],
    ['DEFAULT_DOMAIN', '-a'],
    ['DEFAULT_DOMAIN', 'a.'],
    ['DEFAULT_DOMAIN', 'a..b'],
    ['DEFAULT_DOMAIN', 'a.-b'],
    ['DEFAULT_DOMAIN', 'a'.repeat(64)],
    ['BOOTSTRAP_API_KEY', 'x'.repeat(31)],
    ['BOOTSTRAP_API_KEY', `${'x'.repeat(32)}\n`],
    ['BOOTSTRAP_API_KEY', `${'x'.repeat(32)} `],
    ['BOOTSTRAP_API_KEY', 'ü'.repeat(32)],
    ['BOOTSTRAP_API_KEY', 'x'.repeat(4003)],
    ['SECRET_PEPPER', 'short'],
    ['SECRET_PEPPER', ' '.repeat(16)],
    ['SECRET_PEPPER', `${' '.repeat(8)}a pepper\n`],
    ['SECRET_PEPPER', Buffer.from('a pepper of bytes \xe4\xf6\xfc', 'latin1').toString()],
    ['ALLOW_TOKEN_QUERY', 'maybe'],
    ['STRICT_AUDIENCES', 'maybe'],
    ['ALLOW_HTTP_CALLBACKS', 'maybe'],
    ['CORS_ORIGINS', 'https://a.com/'],
    ['CORS_ORIGINS', 'https://a.com,*'],
    ['CORS_ORIGINS', 'a.com'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_PRETTY', 'maybe'],
  ])('%s=%j', (name, value) => {
    expect(mistakesIn({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
  });

  it('all of them at once, one a line', () => {
    const mistakes = mistakesIn({
      PORT: 'x',
      PUBLIC_URL: 'y',
      DATABASE_URL: 'z',
      DEFAULT_DOMAIN: 'A',
      LOG_LEVEL: 'loud',
      HOST: 'localhost',
    });
    expect(mistakes.map((line) => line.split(' ')[0]).sort()).toEqual(
      ['DATABASE_URL', 'DEFAULT_DOMAIN', 'LOG_LEVEL', 'PORT', 'PUBLIC_URL'].sort(),
    );
  });

  it('without repeating what may be a secret', () => {
    const env = {
      BOOTSTRAP_API_KEY: 'k3y-too-short',
      SECRET_PEPPER: 'p3pper',
      DATABASE_URL: 'mysql://user:passw0rd@db/x',
    };
    const text = mistakesIn(env).join('\n');
    expect(text).toMatch(/BOOTSTRAP_API_KEY[\s\S]*SECRET_PEPPER|SECRET_PEPPER[\s\S]*BOOTSTRAP_API_KEY/);
    expect(text).not.toMatch(/k3y|p3pper|passw0rd/);
  });
});

describe('traces', () => {
  const ENDPOINT = 'http://collector.example.com:4318';
  it.each<[boolean, Record<string, string>]>([
    [true, { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }],
    [true, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/v1/traces` }],
    [true, { OTEL_TRACES_EXPORTER: 'otlp' }],
    [false, { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
    [false, { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: 'true' }],
    [false, { OTEL_SERVICE_NAME: 'registry', OTEL_TRACES_SAMPLER: 'always_on' }],
  ])('are sent: %s, with %o', (expected, env) => {
    expect(readConfig(env).sendTraces).toBe(expected);
  });

  it('are refused over what is not HTTP', () => {
    const mistakes = mistakesIn({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' });
    expect(mistakes).toHaveLength(2);
    expect(mistakes.join('\n')).toMatch(/OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL/);
    expect(mistakes.join('\n')).toMatch(/OTEL_EXPORTER_OTLP_PROTOCOL must be http\/json/);
  });
});

describe('a server that other machines reach, and whose links lead to themselves,', () => {
  const doubts = (env: Record<string, string>) => readConfig(env).doubts;

  it.each(['0.0.0.0', '::', '192.168.1.7', 'registry.local'])('is warned of: HOST=%s without PUBLIC_URL', (HOST) => {
    const about = `^HOST=${HOST} .* PUBLIC_URL is not set: .* http://localhost:7472,`;
    expect(doubts({ HOST })).toEqual([expect.stringMatching(new RegExp(about))]);
  });

  it.each<[string, Record<string, string>]>([
    ['on loopback', {}],
    ['on loopback by another number', { HOST: '127.1.2.3' }],
    ['on loopback by IPv6', { HOST: '::1' }],
    ['on loopback by name', { HOST: 'localhost' }],
    ['with PUBLIC_URL', { HOST: '0.0.0.0', PUBLIC_URL: 'https://clients.example.com' }],
  ])('is not warned of %s', (_, env) => {
    expect(doubts(env)).toEqual([]);
  });
});

describe('a setting that does nothing is named,', () => {
  const ENDPOINT = 'http://collector.example.com:4318';
  const idle = (env: Record<string, string>) => readConfig(env).withoutEffect;

  it.each<[string, Record<string, string>]>([
    ['DATA_DIR', { DATA_DIR: '/data', DATABASE_URL: 'postgres://db/x' }],
    ['PGSSLROOTCERT', { PGSSLROOTCERT: '/ca.pem', DATABASE_URL: 'postgres://db/x' }],
    ['PGSERVICE', { PGSERVICE: 'registry', DATABASE_URL: 'postgres://db/x' }],
    ['TRUSTED_ISSUERS', { TRUSTED_ISSUERS: '{}' }],
    ['OTEL_SERVICE_NAME', { OTEL_SERVICE_NAME: 'registry' }],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: 'true' }],
    ['OTEL_TRACES_EXPORTER', { OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'true' }],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/v1/traces` },
    ],
    ['OTEL_METRICS_EXPORTER', { OTEL_TRACES_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'otlp' }],
    ['OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: ENDPOINT }],
    ['OTEL_PROPAGATORS', { OTEL_TRACES_EXPORTER: 'otlp', OTEL_PROPAGATORS: 'b3' }],
  ])('%s with %o', (name, env) => {
    expect(idle(env)).toEqual([expect.stringMatching(new RegExp(`^${name} has no effect\\b.*\\.$`))]);
  });

  it.each([
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASEURL', 'DATABASE_URL'],
    ['DATABASE_REPLICA_URL', 'DATABASE_REPLICA_URLS'],
    ['DATADIR', 'DATA_DIR'],
    ['BOOTSTRAP_APIKEY', 'BOOTSTRAP_API_KEY'],
    ['SECRET_PEPER', 'SECRET_PEPPER'],
    ['PUBLIC_URI', 'PUBLIC_URL'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['TRUSTED_ISSUER', 'TRUSTED_ISSUERS'],
    ['WORKER', 'WORKERS'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['RATE_LIMTI', 'RATE_LIMIT'],
  ])('%s, in which %s is meant', (name, meant) => {
    expect(idle({ [name]: 'x' })).toEqual([`${name} has no effect: is ${meant} meant?`]);
  });

  it('and never one that does something, is empty, or is of another program', () => {
    const used = {
      DATABASE_URL: 'postgres://db/x',
      SECRET_PEPPER: 'a pepper of words',
      OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
      OTEL_SERVICE_NAME: 'registry',
      OTEL_TRACES_SAMPLER: 'always_on',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      PGSSLMODE: 'require',
    };
    expect(idle({ PGSSLROOTCERT: '/ca.pem' })).toEqual([]);
    expect(idle(used)).toEqual([]);
    expect(idle({ DATA_DIR: '/data', OTEL_TRACES_EXPORTER: 'none', OTEL_SDK_DISABLED: 'true' })).toEqual([]);
    expect(idle({ DATABSE_URL: '', OTEL_SERVICE_NAME: '' })).toEqual([]);
    const others = [
      'HOSTS',
      'HOSTNAME',
      'REPORT',
      'SUPPORT',
      'DATABASE_HOST',
      'DATA',
      'PUBLIC_KEY',
      'LOGNAME',
      'SECRET',
    ];
    expect(idle(Object.fromEntries(others.map((name) => [name, 'x'])))).toEqual([]);
  });
});

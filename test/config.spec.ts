import { ConfigError, readConfig } from '../src/config.js';

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
      databasePoolSize: 10,
      dataDir: './data',
      migrateOnStart: true,
      defaultDomain: 'default',
      bootstrapApiKey: undefined,
      secretPepper: undefined,
      allowTokenQuery: false,
      strictAudiences: false,
      allowHttpCallbacks: false,
      corsOrigins: '*',
      logLevel: 'info',
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
    ['DATABASE_URL', 'postgres://u:p@db:5432/x', { databaseUrl: 'postgres://u:p@db:5432/x' }],
    ['DATABASE_URL', 'postgresql://db/x', { databaseUrl: 'postgresql://db/x' }],
    ['DATABASE_POOL_SIZE', '1', { databasePoolSize: 1 }],
    ['DATA_DIR', '/var/lib/clientele', { dataDir: '/var/lib/clientele' }],
    ['MIGRATE_ON_START', 'false', { migrateOnStart: false }],
    ['DEFAULT_DOMAIN', 'login.example.com', { defaultDomain: 'login.example.com' }],
    ['BOOTSTRAP_API_KEY', '!'.repeat(32), { bootstrapApiKey: '!'.repeat(32) }],
    ['SECRET_PEPPER', 'a pepper of words', { secretPepper: 'a pepper of words' }],
    ['ALLOW_TOKEN_QUERY', 'true', { allowTokenQuery: true }],
    ['STRICT_AUDIENCES', 'true', { strictAudiences: true }],
    ['ALLOW_HTTP_CALLBACKS', 'true', { allowHttpCallbacks: true }],
    ['CORS_ORIGINS', '*', { corsOrigins: '*' }],
    [
      'CORS_ORIGINS',
      'https://a.com, http://localhost:3000',
      { corsOrigins: ['https://a.com', 'http://localhost:3000'] },
    ],
    ['LOG_LEVEL', 'debug', { logLevel: 'debug' }],
    ['LOG_PRETTY', 'true', { logPretty: true }],
    ['LOG_PRETTY', 'false', { logPretty: false }],
  ])('%s=%s', (name, value, expected) => {
    expect(readConfig({ [name]: value })).toMatchObject(expected);
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
    ['PUBLIC_URL', 'https://clients.example.com/path'],
    ['PUBLIC_URL', 'https://clients.example.com/?x'],
    ['PUBLIC_URL', 'https://user@clients.example.com'],
    ['DATABASE_URL', 'mysql://db/x'],
    ['DATABASE_URL', 'db'],
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
    ['SECRET_PEPPER', 'short'],
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

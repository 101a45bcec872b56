import { availableParallelism } from 'node:os';
import { bool, cleanEnv, EnvError, host, makeValidator, port, str } from 'envalid';
import { domainNameViolation } from '#domains';
import { passwordIn, readDatabaseUrl } from './database-url.js';
import { settingsWithoutEffect } from './settings-without-effect.js';
import { readTrustedIssuers, type TrustedIssuerSettings } from './trusted-issuer-settings.js';

/** The checked settings. Names, defaults and meanings: spec/operations.md, README. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Base of every link, without a trailing slash. */
  readonly publicUrl: string;
  /** undefined = the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl?: string;
  /** Read replicas, for reads while the primary is away. */
  readonly databaseReplicaUrls: readonly string[];
  readonly databasePoolSize: number;
  readonly dataDir: string;
  readonly migrateOnStart: boolean;
  readonly defaultDomain: string;
  readonly bootstrapApiKey?: string;
  readonly secretPepper?: string;
  readonly allowTokenQuery: boolean;
  readonly strictAudiences: boolean;
  readonly allowHttpCallbacks: boolean;
  readonly trustedIssuers: readonly TrustedIssuerSettings[];
  /** `*` or a list of origins. */
  readonly corsOrigins: '*' | readonly string[];
  /** undefined = off. */
  readonly rateLimit?: { readonly requests: number; readonly seconds: number };
  /** Open connections at the same time, for each process. Further ones are closed at once. */
  readonly maxConnections: number;
  /** How long an idle connection is kept. */
  readonly keepAliveSeconds: number;
  /** Processes that share the port. */
  readonly workers: number;
  /** OpenTelemetry itself reads where and how to send them. */
  readonly sendTraces: boolean;
  readonly logLevel: string;
  readonly logPretty: boolean;
  /** A sentence for each given setting that has no effect. */
  readonly withoutEffect: readonly string[];
  /** A sentence for each setting that is probably a mistake. */
  readonly doubts: readonly string[];
}

/** Holds every mistake in the settings, one per line. */
export class ConfigError extends Error {}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** A validator whose message says what is expected. It never repeats the value, which may be a secret. */
const checked = <T>(expectation: string, parse: (input: string) => T | undefined) =>
  makeValidator<T>((input) => {
    const value = parse(input);
    if (value === undefined) throw new EnvError(expectation);
    return value;
  });

const matching = (pattern: RegExp, expectation: string) =>
  checked(expectation, (input) => (pattern.test(input) ? input : undefined));

/** Only characters that have one spelling in a URL, since the prefix of a path is compared letter by letter. */
const PREFIX = /^(\/[\w.~-]+)*\/?$/;

const webUrl = checked(
  'must be an http or https URL without user, query and fragment, its path of letters, digits and -._~, such as https://clients.example.com or https://example.com/registry',
  (input) => {
    if (!URL.canParse(input)) return undefined;
    const { protocol, origin, pathname, search, hash, username, password } = new URL(input);
    const isBare = [search, hash, username, password].every((part) => part === '') && PREFIX.test(pathname);
    return /^https?:$/.test(protocol) && isBare ? `${origin}${pathname.replace(/\/$/, '')}` : undefined;
  },
);
const httpUrl = checked('must be an http or https URL, such as http://localhost:4318', (input) =>
  /^https?:\/\//.test(input) && URL.canParse(input) ? input : undefined,
);
const otlpProtocol = matching(
  /^http\/(json|protobuf)$/,
  'must be http/json (or http/protobuf, in whose place JSON is sent)',
);
const databaseUrl = makeValidator<string>((input) => {
  const read = readDatabaseUrl(input);
  if ('mistake' in read) throw new EnvError(read.mistake);
  return read.url;
});
const databaseUrls = makeValidator<readonly string[]>((input) =>
  input.split(',').map((each) => {
    const read = readDatabaseUrl(each);
    if ('mistake' in read) throw new EnvError(`must be a comma-separated list, each of which ${read.mistake}`);
    return read.url;
  }),
);
const poolSize = checked('must be a whole number from 1 to 1000', (input) => {
  const size = Number(input);
  return Number.isInteger(size) && size >= 1 && size <= 1000 ? size : undefined;
});
const maxConnections = checked('must be a whole number from 1 to 1000000', (input) => {
  const count = Number(input);
  return Number.isInteger(count) && count >= 1 && count <= 1_000_000 ? count : undefined;
});
const keepAlive = checked('must be a whole number of seconds from 1 to 86400', (input) => {
  const seconds = Number(input);
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400 ? seconds : undefined;
});
const workers = checked('must be auto (one for each core) or a whole number from 1 to 128', (input) => {
  const count = input === 'auto' ? availableParallelism() : Number(input);
  return Number.isInteger(count) && count >= 1 && count <= 128 ? count : undefined;
});
const origins = checked('must be * or a comma-separated list of origins such as https://example.com', (input) => {
  if (input === '*') return '*' as const;
  const list = input.split(',').map((origin) => origin.trim());
  return list.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin) ? list : undefined;
});
const rateLimit = checked('must be off, or <requests>/<seconds> such as 100/60', (input) => {
  if (input === 'off') return false as const;
  const [, requests, seconds] = /^([1-9]\d{0,8})\/([1-9]\d{0,4})$/.exec(input) ?? [];
  return requests === undefined ? undefined : { requests: Number(requests), seconds: Number(seconds) };
});
const domainName = checked('must be a domain name in lower case', (input) =>
  domainNameViolation(input) ? undefined : input,
);
const bootstrapKey = matching(
  /^[\x21-\x7e][\x20-\x7e]{30,4000}[\x21-\x7e]$/,
  'must be 32 to 4002 printable ASCII characters, with no space at its ends',
);
const trustedIssuers = makeValidator<readonly TrustedIssuerSettings[]>((input) => {
  const read = readTrustedIssuers(input);
  if ('mistakes' in read) throw new EnvError(read.mistakes.join('\n'));
  return read.value;
});
// Node reads the environment as UTF-8. Other bytes become U+FFFD, so that different peppers would become the same.
const pepper = checked(
  'must be text in UTF-8 with at least 16 characters, white space at its ends not counted',
  (input) => (input.trim().length >= 16 && !input.includes('\ufffd') ? input : undefined),
);

const SETTINGS = {
  PORT: port({ default: 7472 }),
  HOST: host({ default: '127.0.0.1' }),
  PUBLIC_URL: webUrl({ default: undefined }),
  DATABASE_URL: databaseUrl({ default: undefined }),
  DATABASE_REPLICA_URLS: databaseUrls({ default: undefined }),
  DATABASE_POOL_SIZE: poolSize({ default: 10 }),
  DATA_DIR: str({ default: './data' }),
  MIGRATE_ON_START: bool({ default: true }),
  DEFAULT_DOMAIN: domainName({ default: 'default' }),
  BOOTSTRAP_API_KEY: bootstrapKey({ default: undefined }),
  SECRET_PEPPER: pepper({ default: undefined }),
  ALLOW_TOKEN_QUERY: bool({ default: false }),
  STRICT_AUDIENCES: bool({ default: false }),
  ALLOW_HTTP_CALLBACKS: bool({ default: false }),
  TRUSTED_ISSUERS: trustedIssuers({ default: undefined }),
  CORS_ORIGINS: origins({ default: '*' }),
  RATE_LIMIT: rateLimit({ default: undefined }),
  MAX_CONNECTIONS: maxConnections({ default: 5000 }),
  KEEP_ALIVE_SECONDS: keepAlive({ default: 72 }),
  WORKERS: workers({ default: 1 }),
  OTEL_SDK_DISABLED: bool({ default: false }),
  OTEL_TRACES_EXPORTER: str({ default: undefined, choices: ['otlp', 'none'] }),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl({ default: undefined }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrl({ default: undefined }),
  OTEL_EXPORTER_OTLP_PROTOCOL: otlpProtocol({ default: undefined }),
  LOG_LEVEL: str({ default: 'info', choices: LOG_LEVELS }),
  LOG_PRETTY: bool({ default: process.stdout.isTTY === true }),
};
export const SETTING_NAMES: readonly string[] = Object.keys(SETTINGS);

/** Reads the settings. Throws ConfigError naming everything that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  // An empty variable counts as not set, as most shells and compose files mean it.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const settings = cleanEnv(given, SETTINGS, { reporter: reportAll });
  const config = {
    port: settings.PORT,
    host: settings.HOST,
    publicUrl: publicUrlOf(settings),
    databaseUrl: settings.DATABASE_URL,
    databaseReplicaUrls: settings.DATABASE_REPLICA_URLS ?? [],
    databasePoolSize: settings.DATABASE_POOL_SIZE,
    dataDir: settings.DATA_DIR,
    migrateOnStart: settings.MIGRATE_ON_START,
    defaultDomain: settings.DEFAULT_DOMAIN,
    bootstrapApiKey: settings.BOOTSTRAP_API_KEY,
    secretPepper: settings.SECRET_PEPPER,
    allowTokenQuery: settings.ALLOW_TOKEN_QUERY,
    strictAudiences: settings.STRICT_AUDIENCES,
    allowHttpCallbacks: settings.ALLOW_HTTP_CALLBACKS,
    trustedIssuers: settings.TRUSTED_ISSUERS ?? [],
    corsOrigins: settings.CORS_ORIGINS,
    rateLimit: settings.RATE_LIMIT || undefined,
    maxConnections: settings.MAX_CONNECTIONS,
    keepAliveSeconds: settings.KEEP_ALIVE_SECONDS,
    workers: settings.WORKERS,
    sendTraces: sendsTraces(settings),
    logLevel: settings.LOG_LEVEL,
    logPretty: settings.LOG_PRETTY,
  };
  const withoutEffect = settingsWithoutEffect(given, Object.keys(settings), config);
  return { ...config, withoutEffect, doubts: doubtsAbout(settings) };
}

/** The values that must not appear in a log. pg uses `PGPASSWORD` when DATABASE_URL has no password. */
export function secretsOf({ bootstrapApiKey, secretPepper, databaseUrl, databaseReplicaUrls }: Config): string[] {
  const urls = databaseUrl === undefined ? [] : [databaseUrl, ...databaseReplicaUrls];
  const passwords = [...urls.map(passwordIn), process.env.PGPASSWORD];
  return [bootstrapApiKey, secretPepper, ...passwords].filter(
    (value) => value !== undefined && value !== '',
  ) as string[];
}

/** The settings as read, some perhaps invalid. */
interface Readings {
  readonly PUBLIC_URL?: string;
  readonly PORT?: number;
  readonly TRUSTED_ISSUERS?: readonly TrustedIssuerSettings[];
  readonly DATABASE_URL?: string;
  readonly DATABASE_REPLICA_URLS?: readonly string[];
}

function publicUrlOf({ PUBLIC_URL, PORT }: Readings): string {
  return PUBLIC_URL ?? `http://localhost:${PORT}`;
}

function doubtsAbout(settings: Readings & { readonly HOST: string }): string[] {
  if (settings.PUBLIC_URL !== undefined || LOOPBACK.test(settings.HOST)) return [];
  return [
    `HOST=${settings.HOST} lets other machines in, but PUBLIC_URL is not set: every link, and the issuer of every token, says ${publicUrlOf(settings)}, which is another server there. Set it to the URL that callers use.`,
  ];
}

/** Whether traces are sent. Off by default, on with an endpoint or an exporter's name. */
function sendsTraces(settings: {
  readonly OTEL_SDK_DISABLED: boolean;
  readonly OTEL_TRACES_EXPORTER?: string;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string;
}): boolean {
  if (settings.OTEL_SDK_DISABLED || settings.OTEL_TRACES_EXPORTER === 'none') return false;
  const { OTEL_TRACES_EXPORTER, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT } = settings;
  return (OTEL_TRACES_EXPORTER ?? OTEL_EXPORTER_OTLP_ENDPOINT ?? OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) !== undefined;
}

function reportAll({ errors, env }: { errors: Partial<Record<string, Error>>; env: unknown }): void {
  const mistakes = Object.entries(errors).flatMap(([name, error]) =>
    (error?.message ?? 'is not valid').split('\n').map((mistake) => `${name} ${mistake}`),
  );
  const settings = env as Readings;
  if (settings.TRUSTED_ISSUERS?.some(({ issuer }) => issuer === publicUrlOf(settings))) {
    mistakes.push('TRUSTED_ISSUERS must not name PUBLIC_URL, which is the issuer of the server’s own tokens');
  }
  if (settings.DATABASE_REPLICA_URLS && settings.DATABASE_URL === undefined && !errors.DATABASE_URL) {
    mistakes.push('DATABASE_REPLICA_URLS needs DATABASE_URL, the primary of which these are replicas');
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes.join('\n'));
}

import { existsSync, readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { MAX_BULK_MS } from '../../libs/persistence/src/testing/index.js';
import { readConfig, SETTING_NAMES } from '../../src/config.js';
import { WIRE_TIMES } from '../../src/http/index.js';

/** A value of the file as compose fills it in, where only what has to be given is. */
const substituted = (value: string) =>
  value.replaceAll(/\$\{(\w+):\?\}/g, 'given-$1-0123456789').replaceAll(/\$\{\w+:-(.*?)\}/g, '$1');

const compose = parse(readFileSync('docker/compose.yaml', 'utf8'), { merge: true });

describe('docker/Dockerfile', () => {
  const text = readFileSync('docker/Dockerfile', 'utf8');

  it('has no fault that the linter knows', () => {
    expect(validate(text, { deprecatedMaintainer: 2, directiveCasing: 2, instructionCasing: 2 })).toEqual([]);
  });

  it('does not run as root, and stops on SIGTERM because node is the first process', () => {
    expect(text).toMatch(/^USER node$/m);
    expect(text).toMatch(/^CMD \["node", /m);
  });

  it('gives V8 the same young generation as npm start, however little memory there is', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const [, setting] = /^CMD \[.*"(--max-semi-space-size=\d+)"/m.exec(text)!;
    expect(scripts.start!.split(' ')).toContain(setting);
  });
});

describe('docker/compose.yaml', () => {
  it('names only services and volumes that it has', () => {
    const services = Object.keys(compose.services);
    const volumes = Object.keys(compose.volumes);
    for (const service of Object.values<{ depends_on?: object; volumes?: string[] }>(compose.services)) {
      const needed = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {});
      expect(services).toEqual(expect.arrayContaining(needed));
      for (const volume of service.volumes ?? []) {
        const source = volume.split(':')[0]!;
        const isThere = source.startsWith('./') ? existsSync(`docker/${source}`) : volumes.includes(source);
        expect([source, isThere]).toEqual([source, true]);
      }
    }
  });

  it('builds the image once, for all that run it, and asks no registry for it', () => {
    const services = Object.values<{ image?: string; build?: object; pull_policy?: string }>(compose.services);
    const servers = services.filter(({ image }) => image === 'clientele');
    expect(servers.map(({ pull_policy }) => pull_policy)).toEqual(['never', 'never']);
    expect(services.filter(({ build }) => build)).toEqual([servers[0]]);
  });

  it('publishes on this machine alone, and nothing but the proxy', () => {
    const services = Object.entries<{ ports?: string[]; network_mode?: string }>(compose.services);
    const published = services.flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
    expect(published).toEqual(['proxy 127.0.0.1:7472:7472']);
    expect(services.filter(([, service]) => service.network_mode !== undefined)).toEqual([]);
  });

  it('begins with no password or key of its own: each has to be given', () => {
    const text = readFileSync('docker/compose.yaml', 'utf8');
    const secret = /PASSWORD|KEY|PEPPER/;
    const used = [...text.matchAll(/\$\{(\w+)(.*?)\}/g)].filter(([, name]) => secret.test(name!));
    expect(used.length).toBeGreaterThan(2);
    for (const [, name, otherwise] of used) expect([name, otherwise]).toEqual([name, ':?']);
    for (const { environment } of Object.values<{ environment?: Record<string, string> }>(compose.services)) {
      for (const [name, value] of Object.entries(environment ?? {})) {
        if (secret.test(name)) expect([name, value]).toEqual([name, expect.stringMatching(/^\$\{\w+:\?\}$/)]);
      }
    }
  });

  it('sets only settings that the server knows, and each has an effect', () => {
    const environment: Record<string, string> = compose.services['server-1'].environment;
    expect(Object.keys(environment).filter((name) => !SETTING_NAMES.includes(name))).toEqual([]);
    const asStarted = Object.entries(environment).map(([name, value]) => [name, substituted(value)]);
    expect(readConfig(Object.fromEntries(asStarted))).toMatchObject({
      databaseUrl: 'postgres://clientele:given-POSTGRES_PASSWORD-0123456789@postgres:5432/clientele',
      bootstrapApiKey: 'given-BOOTSTRAP_API_KEY-0123456789',
      publicUrl: 'http://localhost:7472',
      withoutEffect: [],
      doubts: [],
    });
  });
});

describe('docker/haproxy.cfg', () => {
  it('waits for an import at least as long as the server does', () => {
    const text = readFileSync('docker/haproxy.cfg', 'utf8');
    const [, minutes] = /^ *http-request set-timeout server (\d+)m if \{ path_end \/import \}$/m.exec(text)!;
    expect(Number(minutes) * 60_000).toBeGreaterThan(WIRE_TIMES.streamedMs + MAX_BULK_MS);
  });

  it('has one door, and no page that tells of the servers', () => {
    const lines = readFileSync('docker/haproxy.cfg', 'utf8')
      .split('\n')
      .map((line) => line.trim());
    expect(lines.filter((line) => /^(bind|stats|listen|frontend)\b/.test(line))).toEqual([
      'listen clientele',
      'bind :7472',
    ]);
  });
});

import { readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.js';

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
});

describe('docker/compose.yaml', () => {
  it('names only services and volumes that it has', () => {
    const services = Object.keys(compose.services);
    for (const service of Object.values<{ depends_on?: object; volumes?: string[] }>(compose.services)) {
      const needed = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {});
      expect(services).toEqual(expect.arrayContaining(needed));
      for (const volume of service.volumes ?? []) {
        const source = volume.split(':')[0]!;
        expect(source.startsWith('./') ? readFileSync(`docker/${source}`, 'utf8') : compose.volumes).toBeDefined();
      }
    }
  });

  it('sets only settings that the server knows', () => {
    const known = readFileSync('src/config.ts', 'utf8');
    for (const name of Object.keys(compose.services['server-1'].environment)) expect(known).toContain(`${name}:`);
    expect(() => readConfig({ DATABASE_URL: 'postgres://clientele:secret@postgres:5432/clientele' })).not.toThrow();
  });
});

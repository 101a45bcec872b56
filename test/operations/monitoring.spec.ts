import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readConfig, SETTING_NAMES } from '../../src/config.js';
import { samplesOf } from '../support/metrics.js';
import { until } from '../support/processes.js';
import { startServer, type TestServer } from '../support/test-server.js';

const DOCUMENT = readFileSync('docs/monitoring.md', 'utf8');
const RULES: { groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[] } = parse(
  readFileSync('docker/prometheus-rules.yaml', 'utf8'),
);
const rules = RULES.groups.flatMap((group) => group.rules);
const METRIC = /\b(?:clientele|process|nodejs)_[a-z0-9_]+/g;

describe('docs/monitoring.md and docker/prometheus-rules.yaml', () => {
  let server: TestServer;
  let told: string;
  beforeAll(async () => {
    // A replica that nobody asks while the primary is there.
    server = await startServer({ DATABASE_REPLICA_URLS: 'postgres://nobody@127.0.0.1:9/nothing' });
    await server.call('GET', '/client?clientID=nobody');
    await until('what expires is counted', async () => {
      told = (await server.call('GET', '/metrics', { key: null })).text;
      return told.includes('\nclientele_credentials_expiring ');
    });
  });
  afterAll(() => server.stop());

  const familiesTold = () => [...told.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name]) => name!);
  const labelsOf = (family: string) => {
    const samples = samplesOf(told).filter(({ name }) => name === family || name === `${family}_count`);
    return new Set(samples.flatMap(({ labels }) => Object.keys(labels)));
  };

  it('every metric of the server’s own is in the table, with its labels, and nothing else is', () => {
    const rows = [...DOCUMENT.matchAll(/^\| `((?:clientele|process|nodejs)_\w+)` \| ([^|]*)\|/gm)];
    const documented = rows.map(([, name]) => name!);
    const own = familiesTold().filter((name) => name.startsWith('clientele_'));
    expect(documented.filter((name) => name.startsWith('clientele_')).sort()).toEqual(own.sort());
    expect(familiesTold()).toEqual(expect.arrayContaining(documented));
    for (const [, name, labels] of rows.filter(([, name]) => name!.startsWith('clientele_'))) {
      const named = [...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label);
      expect([name, labelsOf(name!)]).toEqual([name, new Set(named)]);
    }
  });

  it.each(rules)(
    '$alert asks for metrics and labels that exist, and says what is the matter',
    ({ expr, annotations }) => {
      expect(annotations.summary).toMatch(/\.$/);
      const names = expr.match(METRIC) ?? [];
      if (!expr.startsWith('up{')) expect(names.length).toBeGreaterThan(0);
      for (const name of names) {
        expect(samplesOf(told).map((sample) => sample.name)).toContain(name);
      }
      for (const [, name, selector] of expr.matchAll(/\b(clientele_[a-z0-9_]+)\{([^}]*)\}/g)) {
        const known = [...labelsOf(name!.replace(/_bucket$/, ''))];
        for (const [, label] of selector!.matchAll(/(\w+)(?:=~|!=|=)"/g)) expect(known).toContain(label);
      }
    },
  );

  it('the settings of traces that the server reads are described, and turn them on as described', () => {
    const settings = SETTING_NAMES.filter((name) => name.startsWith('OTEL_'));
    expect(settings.length).toBeGreaterThan(3);
    for (const name of settings) expect(DOCUMENT).toContain(`\`${name}\``);
    expect(readConfig({ OTEL_TRACES_EXPORTER: 'otlp' }).sendTraces).toBe(true);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { HostMap, hostedUri } from '../../src/cli/host-map.js';
import { coreUri } from '../support/arbitraries.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-hosts-'));
const file = path.join(folder, 'hosts.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

function mapOf(yaml: string): HostMap {
  writeFileSync(file, yaml);
  return HostMap.read(file);
}
function fateOf(map: HostMap, text: string) {
  const uri = hostedUri(text);
  const fate = uri && map.fateOf(text, uri);
  return typeof fate === 'object' ? fate.text : fate;
}

describe('a map of hosts', () => {
  it.each([
    ['a.example: b.example', 'https://a.example/cb?x=1', 'https://b.example/cb?x=1'],
    ['a.example: b.example', 'https://a.example', 'https://b.example'],
    ['a host, and not what contains it', 'https://x.a.example/', undefined],
    ['a.example: b.example', 'https://a.example:8443/cb', 'https://b.example:8443/cb'],
    ['a.example: b.example:9443', 'https://a.example:8443/cb', 'https://b.example:9443/cb'],
    ['a.example:8443: b.example', 'https://a.example:8443/cb', 'https://b.example/cb'],
    ['a.example:8443: b.example', 'https://a.example/cb', undefined],
    ['a.example:443: b.example', 'https://a.example/cb', 'https://b.example/cb'],
    ['http://localhost:3000: https://dev.example', 'http://localhost:3000/cb', 'https://dev.example/cb'],
    ['http://localhost:3000: https://dev.example', 'http://localhost:3001/cb', undefined],
    ['localhost: https://dev.example', 'http://localhost:3001/cb', 'https://dev.example/cb'],
    ['localhost: https://dev.example:8443', 'http://localhost/cb', 'https://dev.example:8443/cb'],
    ['https://a.example: b.example:443', 'https://a.example/cb', 'https://b.example/cb'],
    ['"[::1]": b.example', 'http://[::1]:3000/cb', 'http://b.example:3000/cb'],
    ['a.example: a.example', 'https://a.example/cb', 'https://a.example/cb'],
    ['a.example: false', 'https://a.example/cb', 'left out'],
    ['{"a.example": "b.example"}', 'https://a.example/cb', 'https://b.example/cb'],
    ['the most specific wins', 'https://c.example:8443/cb', 'https://d.example/cb'],
    ['bücher.example: BÜCHEREI.example', 'https://xn--bcher-kva.example/cb', 'https://xn--bcherei-n2a.example/cb'],
    ['A.example: b.example', 'HTTPS://user:pass@a.EXAMPLE/cb', 'https://user:pass@b.example/cb'],
    ['a.example: b.example', 'com.example.app://a.example/cb', undefined],
    ['a.example: b.example', 'https:/a.example/cb', undefined],
  ])('%s: %s → %s', (yaml, uri, fate) => {
    const map = mapOf(
      yaml.includes(': ')
        ? yaml
        : 'a.example: b.example\nc.example: x.example\nc.example:8443: y.example\nhttps://c.example:8443: https://d.example',
    );
    expect(fateOf(map, uri)).toBe(fate);
  });

  it.each([
    ['a.example/callback: b.example', 'a.example/callback must be a host'],
    ['a.example: b.example/callback', 'what a.example becomes must be a host'],
    ['a.example: https://b.example/', 'what a.example becomes must be a host'],
    ['"*.a.example": b.example', '*.a.example must be a host'],
    ['a.example: "*.b.example"', 'what a.example becomes must be a host'],
    ['a.example: user@b.example', 'what a.example becomes must be a host'],
    ['a.example: b.example?x', 'what a.example becomes must be a host'],
    ['a.example: b.example:99999', 'what a.example becomes must be a host'],
    ['a.example: "b example"', 'what a.example becomes must be a host'],
    ['a.example: ""', 'what a.example becomes must be a host'],
    ['a.example:', 'what a.example becomes must be a host'],
    ['a.example: true', 'what a.example becomes must be a host'],
    ['a.example: [b.example]', 'what a.example becomes must be a host'],
    ['a.example: {to: b.example}', 'what a.example becomes must be a host'],
    ['a.example: b.example\nA.EXAMPLE: c.example', 'A.EXAMPLE stands in the map twice'],
    ['bücher.example: b.example\nxn--bcher-kva.example: c.example', 'xn--bcher-kva.example stands in the map twice'],
    ['https://a.example: b.example\nhttps://a.example:443: c.example', 'https://a.example:443 stands in the map twice'],
    ['- a.example', 'there must be a map: a host, a colon, its new host'],
    ['just text', 'there must be a map: a host, a colon, its new host'],
    ['', 'there must be a map: a host, a colon, its new host'],
    ['a.example: "b', 'a quote or a bracket is missing'],
  ])('names the line and the rule: %s', (yaml, sentence) => {
    expect(() => mapOf(yaml)).toThrow(new RegExp(`hosts\\.yaml:\\d: ${sentence.replaceAll('*', '\\*')}`));
  });

  it('says all mistakes at once', () => {
    expect(() => mapOf('a/x: b\nc: d/y\n')).toThrow(/:1: a\/x must .*\n.*:2: what c becomes must /);
  });

  it('tells what it did, and which hosts no client has', () => {
    const map = mapOf('a.example: b.example\nkept.example: kept.example\nlocalhost: false\nlost.example: x.example\n');
    for (const uri of ['https://a.example/1', 'https://a.example/2', 'https://kept.example', 'http://localhost'])
      fateOf(map, uri);
    expect(map.sentences()).toEqual([
      'a.example → b.example: 2 URIs.',
      'kept.example stays: 1 URI.',
      'localhost is left out, as the map says: 1 URI.',
      `${file} names hosts that no client has: lost.example.`,
    ]);
  });

  it('finds its hosts in texts that are no URIs, and no parts of other hosts', () => {
    const map = mapOf('a.example: b.example\nkept.example: kept.example');
    for (const text of ['see https://A.example/help', 'a.example', '?next=a.example&x', 'ask a.example.']) {
      expect([text, map.hostIn(text)]).toEqual([text, 'a.example']);
    }
    for (const text of ['x.a.example', 'ba.example', 'a.example.org', 'a.example-x', 'kept.example', '']) {
      expect([text, map.hostIn(text)]).toEqual([text, undefined]);
    }
  });

  it('of two hosts for each other takes every URI there and back, and touches nothing but the host', () => {
    const map = (from: string, to: string) => mapOf(JSON.stringify({ [from]: to }));
    fc.assert(
      fc.property(
        coreUri.filter((uri) => /^https?:/.test(uri)),
        (uri) => {
          const { hostname } = new URL(uri);
          const there = fateOf(map(hostname, 'other.example.org'), uri)!;
          expect(hostedUri(there)).toEqual({ ...hostedUri(uri), host: 'other.example.org' });
          expect(fateOf(map('other.example.org', hostname), there)).toBe(uri);
        },
      ),
    );
  });
});

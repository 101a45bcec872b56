import { isMap, isScalar, type Node } from 'yaml';
import { failureOfAll } from './faults.js';
import { nameOf } from './files.js';
import { YamlFile } from './yaml-file.js';

/** A URI that names a host, in pieces. */
export interface HostedUri {
  readonly scheme: string;
  /** With its `@`, or empty. */
  readonly userInfo: string;
  /** In lower case and as punycode. */
  readonly host: string;
  /** Empty = that of the scheme. */
  readonly port: string;
  /** Path, query and fragment. */
  readonly rest: string;
}

/** What a map says of a host: another place, or that URIs with it are left out. */
type Fate = Place | 'left out';

interface Place {
  readonly scheme?: string;
  readonly host: string;
  readonly port?: string;
}

interface Entry {
  readonly from: string;
  readonly place: Place;
  readonly fate: Fate;
  uses: number;
}

/** A scheme and an authority. Schemes with a dot are reversed names of applications (RFC 8252 §7.1), so they do not count. */
const URI = /^([a-z][a-z0-9+-]*):\/\/([^/?#\\]+)(.*)$/is;
const PLACE = /^(?:([a-z][a-z0-9+-]*):\/\/)?(\[[^\]\s]*\]|[^\s:/?#@\\[\]*%]+)(?::(\d{1,5}))?$/iu;
const PORTS: Readonly<Record<string, string>> = { http: '80', https: '443', ws: '80', wss: '443' };
const NOT_A_HOST = 'a host such as app.example.com, with a port or https:// if needed, and nothing else';

/** Whether a text is a URI with an authority. The authority need not name one host: it may be `*.example.com`. */
export function hasAuthority(text: string): boolean {
  return URI.test(text);
}

/** The pieces of a URI; undefined = the text is no URI that names one host. */
export function hostedUri(text: string): HostedUri | undefined {
  const [, scheme, authority, rest = ''] = URI.exec(text) ?? [];
  if (scheme === undefined || authority === undefined) return undefined;
  const at = authority.lastIndexOf('@') + 1;
  const place = placeIn(authority.slice(at));
  if (!place) return undefined;
  const lower = scheme.toLowerCase();
  const port = place.port === undefined || place.port === PORTS[lower] ? '' : place.port;
  return { scheme: lower, userInfo: authority.slice(0, at), host: place.host, port, rest };
}

export function originOf({ scheme, host, port }: Pick<HostedUri, 'scheme' | 'host' | 'port'>): string {
  return `${scheme}://${host}${port === '' ? '' : `:${port}`}`;
}

/** Which host becomes which, as a file says. */
export class HostMap {
  private constructor(
    readonly name: string,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** A YAML (or JSON) file: a map of hosts, each perhaps with a scheme and a port. `false` leaves a host out. */
  static read(file: string): HostMap {
    const source = new YamlFile(file);
    const { root, faults } = source;
    const entries = new Map<string, Entry>();
    if (!isMap(root)) source.add(root, 'there must be a map: a host, a colon, its new host');
    for (const { key, value } of isMap(root) ? root.items : []) {
      const from = isScalar(key) ? String(key.value) : '';
      const [keyNode, valueNode] = [key as Node, (value ?? key) as Node];
      const place = placeIn(from);
      const fate = isScalar(value) ? fateIn(value.value) : undefined;
      if (!place) source.add(keyNode, `${from} must be ${NOT_A_HOST}`);
      else if (entries.has(keyOf(place))) source.add(keyNode, `${from} stands in the map twice`);
      else if (!fate) source.add(valueNode, `what ${from} becomes must be ${NOT_A_HOST}; or false, to leave it out`);
      else entries.set(keyOf(place), { from, place, fate, uses: 0 });
    }
    if (faults.length > 0) throw failureOfAll(faults);
    return new HostMap(nameOf(file), entries);
  }

  /** What becomes of a URI: its new text, or that it is left out; undefined = the map does not name its host. */
  fateOf(text: string, uri: HostedUri): { readonly text: string } | 'left out' | undefined {
    const port = uri.port || PORTS[uri.scheme];
    const entry = [`${uri.scheme}://${uri.host}:${port}`, `${uri.host}:${port}`, uri.host]
      .map((key) => this.entries.get(key))
      .find((found) => found !== undefined);
    if (!entry) return undefined;
    entry.uses += 1;
    if (entry.fate === 'left out') return entry.fate;
    const origin = originOf(moved(uri, entry.place, entry.fate));
    if (origin === originOf(uri)) return { text };
    const [scheme, authority] = origin.split('://') as [string, string];
    return { text: `${scheme}://${uri.userInfo}${authority}${uri.rest}` };
  }

  /** The host of a text that the map replaces by another host. */
  hostIn(text: string): string | undefined {
    const lower = text.toLowerCase();
    for (const { place, fate } of this.entries.values()) {
      if (fate !== 'left out' && fate.host !== place.host && names(lower, place.host)) return place.host;
    }
    return undefined;
  }

  /** What it did, a sentence for each host. */
  sentences(): string[] {
    const used = [...this.entries.values()].filter(({ uses }) => uses > 0);
    const unused = [...this.entries.values()].filter(({ uses }) => uses === 0).map(({ from }) => from);
    const told = used.map(({ from, place, fate, uses }) => {
      const what = uses === 1 ? '1 URI' : `${uses} URIs`;
      if (fate === 'left out') return `${from} is left out, as the map says: ${what}.`;
      return keyOf(fate) === keyOf(place) ? `${from} stays: ${what}.` : `${from} → ${textOf(fate)}: ${what}.`;
    });
    return unused.length === 0 ? told : [...told, `${this.name} names hosts that no client has: ${unused.join(', ')}.`];
  }
}

/** A port stays, unless one of the two places has a port or a scheme. */
function moved(uri: HostedUri, from: Place, to: Place): Pick<HostedUri, 'scheme' | 'host' | 'port'> {
  const scheme = to.scheme ?? uri.scheme;
  const isPortNamed = from.port !== undefined || from.scheme !== undefined || to.scheme !== undefined;
  const port = to.port ?? (isPortNamed ? '' : uri.port);
  return { scheme, host: to.host, port: port === PORTS[scheme] ? '' : port };
}

function fateIn(value: unknown): Fate | undefined {
  if (value === false) return 'left out';
  return typeof value === 'string' ? placeIn(value) : undefined;
}

/** undefined = the text is no place, for example because it has a path, a user or a wildcard. */
function placeIn(text: string): Place | undefined {
  const [, scheme, name, port] = PLACE.exec(text) ?? [];
  if (name === undefined || !URL.canParse(`https://${name}:${port ?? ''}`)) return undefined;
  const { hostname: host } = new URL(`https://${name}`);
  return { scheme: scheme?.toLowerCase(), host, port: port === undefined ? undefined : String(Number(port)) };
}

function keyOf({ scheme, host, port }: Place): string {
  if (scheme === undefined) return port === undefined ? host : `${host}:${port}`;
  return `${scheme}://${host}:${port ?? PORTS[scheme]}`;
}

function textOf({ scheme, host, port }: Place): string {
  return `${scheme === undefined ? '' : `${scheme}://`}${host}${port === undefined ? '' : `:${port}`}`;
}

/** Whether a text names this host, and not one of which it is a part. */
function names(text: string, host: string): boolean {
  for (let at = text.indexOf(host); at !== -1; at = text.indexOf(host, at + 1)) {
    const isPart = /[\w.-]$/.test(text.slice(0, at)) || /^(-|\w|\.\w)/.test(text.slice(at + host.length));
    if (!isPart) return true;
  }
  return false;
}

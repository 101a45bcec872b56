import type { AdminSchemas } from '#api-client';
import { type HostMap, hasAuthority, hostedUri, originOf } from './host-map.js';

type Client = AdminSchemas['WholeClient'];
type Json = unknown;

const LEFT_OUT = Symbol('left out');
/** What the server decides, or what holds for the client where it is, and not for what it is. */
const STAYS_BEHIND = ['suspension', 'expiresAt', 'about', 'createdAt', 'updatedAt'];
/** The fields that can do without a URI. */
const LISTS = ['redirectUris', 'postSignOutRedirectUris', 'allowedOrigins'];
const SINGLE = ['authUIOrigin', 'logoURI'];
const MOST_TOLD = 10;

/** Names, of which only the first are kept. */
class Names {
  private readonly first: string[] = [];
  private count = 0;

  add(name: string): void {
    this.count += 1;
    if (this.count <= MOST_TOLD) this.first.push(name);
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  get text(): string {
    const more = this.count - this.first.length;
    return `${this.first.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
  }
}

/** Makes lines for an import into another domain of clients, and notes what that needs to know. */
export class Promotion {
  /** Where hosts stand that the map does not name, and URIs that cannot be left out, by origin. */
  private readonly unnamed = new Map<string, Names>();
  private readonly kept = new Map<string, Names>();
  private readonly suspended = new Names();
  private readonly ending = new Names();
  private readonly mentions = new Names();
  private readonly odd = new Names();
  private readonly dropped = new Names();

  constructor(
    private readonly hosts: HostMap,
    private readonly domain: string,
  ) {}

  lineOf(client: Client): object {
    const { clientId } = client;
    if (client.suspension) this.suspended.add(clientId);
    if (client.expiresAt) this.ending.add(clientId);
    const fields = Object.entries(client).filter(([field]) => !STAYS_BEHIND.includes(field));
    return Object.fromEntries(
      fields.map(([field, value]) => [field, field === 'clientId' ? value : this.field(clientId, field, value)]),
    );
  }

  /** Why it must not go on, a sentence each. */
  refusals(): string[] {
    const { name } = this.hosts;
    const unnamed = [...this.unnamed].map(([origin, places]) => `${name} does not name ${origin}: ${places.text}.`);
    const kept = [...this.kept].map(
      ([origin, places]) => `${name} leaves out ${origin}, which this cannot do without: ${places.text}.`,
    );
    const advice = unnamed.length === 0 ? [] : ['To keep a host as it is, map it to itself.'];
    return [...unnamed, ...kept, ...advice];
  }

  /** What is worth to be known before the import, a sentence each. */
  remarks(): string[] {
    const told: [names: Names, sentence: (names: string) => string][] = [
      [this.dropped, (names) => `Left out: ${names}.`],
      [this.odd, (names) => `These name no single host, and stay as they are: ${names}.`],
      [this.mentions, (names) => `Hosts of the map stand in texts that stay as they are: ${names}.`],
      [this.suspended, (names) => `Suspended in ${this.domain}, which does not go along: ${names}.`],
      [this.ending, (names) => `Will end by themselves in ${this.domain}, which does not go along: ${names}.`],
    ];
    return [
      ...this.hosts.sentences(),
      ...told.flatMap(([names, sentence]) => (names.isEmpty ? [] : [sentence(names.text)])),
      'Secrets do not go along: a new Confidential client gets one of its own, and the others keep theirs.',
    ];
  }

  private field(clientId: string, field: string, value: Json): Json {
    const canDoWithout = LISTS.includes(field) || SINGLE.includes(field);
    if (field === 'scope' && typeof value === 'string') {
      // A token may be a URI.
      return value
        .split(' ')
        .map((token) => this.value(clientId, field, token, false))
        .join(' ');
    }
    const mapped = this.value(clientId, field, value, canDoWithout);
    if (mapped === LEFT_OUT) return null;
    if (!LISTS.includes(field) || !Array.isArray(mapped)) return mapped;
    // Two hosts may have become one.
    return [...new Set(mapped)];
  }

  private value(clientId: string, place: string, value: Json, canDoWithout: boolean): Json {
    if (typeof value === 'string') return this.text(clientId, place, value, canDoWithout);
    if (Array.isArray(value)) {
      return value
        .map((entry) => this.value(clientId, place, entry, canDoWithout))
        .filter((entry) => entry !== LEFT_OUT);
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        this.lookForMention(clientId, place, key);
        return [key, this.value(clientId, `${place}.${key}`, inner, canDoWithout)];
      }),
    );
  }

  private text(clientId: string, place: string, text: string, canDoWithout: boolean): string | typeof LEFT_OUT {
    const uri = hostedUri(text);
    this.lookForMention(clientId, place, uri ? uri.rest : text);
    if (!uri) {
      if (hasAuthority(text)) this.odd.add(`${text} of ${clientId} (${place})`);
      return text;
    }
    const fate = this.hosts.fateOf(text, uri);
    if (fate === undefined) return this.refused(this.unnamed, originOf(uri), `${clientId} (${place})`, text);
    if (fate !== 'left out') return fate.text;
    if (!canDoWithout) return this.refused(this.kept, originOf(uri), `${clientId} (${place})`, text);
    this.dropped.add(`${text} of ${clientId} (${place})`);
    return LEFT_OUT;
  }

  private refused(refusals: Map<string, Names>, origin: string, where: string, text: string): string {
    const names = refusals.get(origin) ?? new Names();
    names.add(where);
    refusals.set(origin, names);
    return text;
  }

  private lookForMention(clientId: string, place: string, text: string): void {
    const host = this.hosts.hostIn(text);
    if (host !== undefined) this.mentions.add(`${host} in ${clientId} (${place})`);
  }
}

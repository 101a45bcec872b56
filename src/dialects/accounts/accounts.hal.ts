import type { Client, ClientPage } from '#clients';
import { toView } from './accounts.mapper.js';

/** A HAL link object (draft-kelly-json-hal §5). */
export interface Link {
  readonly href: string;
  readonly templated?: boolean;
  readonly profile?: string;
  readonly name?: string;
  readonly title?: string;
}

export type Links = Readonly<Record<string, Link>>;

/** The properties by which a list can be filtered, as this dialect spells them. */
const FILTERABLE = [
  ...['clientID', 'callbackURL', 'clientName', 'clientType', 'grantTypes'],
  ...['tokenEndpointAuthMethod', 'redirectURIs'],
] as const;
const DATES = ['created', 'modified'] as const;

/** The names that the SDK may put into a query, in one group. It compares spellings exactly, so both are listed. */
const OPTIONS = [
  ...FILTERABLE.flatMap((name) =>
    [name.toLowerCase(), name].flatMap((spelling) => [spelling, `${spelling}~`, `${spelling}!`]),
  ),
  ...DATES.flatMap((name) => [name, `${name}From`, `${name}To`]),
  'page',
  'size',
  'sort',
  '_list',
].join(',');

/** Makes every link that this dialect prints, as an absolute URL on one base. */
export class AccountsLinks {
  readonly schema: string;
  readonly listSchema: string;
  /** The links of every list besides its pages. `sharedText` is the same as JSON without the braces. */
  private readonly shared: Links;
  private readonly sharedText: string;
  private readonly items = new WeakMap<ClientPage['clients'], Buffer>();

  constructor(private readonly base: string) {
    this.schema = `${base}/schema-acc/client`;
    this.listSchema = `${base}/schema-acc/clients`;
    this.shared = {
      curies: this.curies(),
      'ec:acc/clients/options': { href: `${base}/client{?${OPTIONS}}`, templated: true },
      'ec:acc/client/by-id': this.byId(),
      'ec:auth': { href: `${base}/` },
      'ec:auth/public-key': { href: `${base}/auth/public-key.pem` },
    };
    this.sharedText = JSON.stringify(this.shared).slice(1, -1);
  }

  self(clientId: string): string {
    return `${this.base}/client?clientID=${clientId}`;
  }

  root(): { _links: Links } {
    return {
      _links: {
        self: { href: `${this.base}/` },
        ...this.shared,
        'ec:clients': { href: `${this.base}/clients`, profile: this.listSchema },
        'ec:client': this.byId(),
        // ec.sdk 0.5 to 0.8 read a single client by this link.
        'ec:acc/client/options': { href: `${this.base}/client{?clientid,clientID}`, templated: true },
        'ec:acc/clients': { href: `${this.base}/client`, profile: this.listSchema },
        search: { href: `${this.base}/clients{?clientID,callbackURL,page,size,sort}`, templated: true },
      },
    };
  }

  client(client: Client, secret: string | null = null): object {
    return Object.assign(toView(client, secret), {
      _links: {
        self: { href: this.self(client.clientId), profile: this.schema },
        curies: this.curies(),
        collection: { href: `${this.base}/clients`, profile: this.listSchema },
      },
    });
  }

  /** A list as JSON bytes, joined from parts: joining and encoding text for 100 clients takes as long as all the rest. */
  list({ clients, total }: ClientPage, pages: Links): Buffer {
    const links = `${JSON.stringify(pages).slice(0, -1)},${this.sharedText}}`;
    const head = `{"count":${clients.length},"total":${total},"_links":${links}`;
    // An empty list has no `_embedded`: some clients take an empty object for one item without properties.
    if (clients.length === 0) return Buffer.from(`${head}}`);
    const items = this.itemsOf(clients);
    const both = [`${head},"_embedded":{"ec:acc/client":`, items, ',"ec:client":', items, '}}'];
    return Buffer.concat(both.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  }

  /** The items as JSON, made once: requests for the same page in the same turn share one list (client-lists.ts). */
  private itemsOf(clients: ClientPage['clients']): Buffer {
    const known = this.items.get(clients);
    if (known) return known;
    const items = Buffer.from(JSON.stringify(clients.map((client) => this.client(client))));
    this.items.set(clients, items);
    return items;
  }

  private byId(): Link {
    return { href: `${this.base}/client{?clientID}`, templated: true, profile: this.schema };
  }

  /** An object, as in both seeds of this dialect. It has a name, so that full relation URLs resolve. */
  private curies(): Link {
    return { name: 'ec', href: `${this.base}/doc/rel/{rel}`, templated: true };
  }
}

/** The pages of the relations in links: /doc/rel/<name>. */
export const RELATIONS: Readonly<Record<string, string>> = {
  client: 'A single client. GET reads it, PUT edits it, DELETE removes it.',
  clients: 'The list of clients. GET reads it, POST makes a new client.',
  'acc/client': 'A single client, as an item of a list.',
  'acc/clients': 'The list of clients, under the address that the SDK uses.',
  'acc/clients/options': 'The list of clients with every parameter it takes: filters, sorting and paging.',
  'acc/client/by-id': 'A single client, by its clientID.',
  'acc/client/options': 'A single client, by its clientID, under the relation that ec.sdk up to 0.8 looks for.',
  auth: 'The entry point of the accounts API.',
  'auth/public-key': 'The public key, as PEM, with which access tokens can be checked.',
};

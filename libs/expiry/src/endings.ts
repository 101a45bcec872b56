/** What ends by itself, in the order in which a list shows what ends at the same time. */
export const ENDING_KINDS = ['client', 'credential', 'secret'] as const;
export type EndingKind = (typeof ENDING_KINDS)[number];

/** The credential through which something was made, as the audit names it. */
export interface Maker {
  readonly id: string | null;
  readonly name: string;
}

/** Something that ends by itself. Never its value. */
export interface Ending {
  readonly kind: EndingKind;
  /** The id of a secret or credential; of a client, its client id. */
  readonly id: string;
  /** null = a credential for all domains of its subscription. */
  readonly domainId: string | null;
  readonly domainName: string | null;
  readonly clientId: string | null;
  readonly clientName: string | null;
  /** The name of a secret or credential. */
  readonly name: string | null;
  /** The last four characters of a generated secret or of an API key; otherwise empty. */
  readonly hint: string;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  /** undefined = the audit does not say. */
  readonly maker: Maker | undefined;
}

/** Where a page begins: after this one. */
export type EndingPosition = Pick<Ending, 'expiresAt' | 'kind' | 'id' | 'domainId'>;

/** A credential’s rights, which decide which other credentials it sees. */
export interface Rights {
  readonly subscription: string | null;
  readonly domainId: string | null;
  readonly permissions: readonly string[];
}

export interface EndingQuery {
  /** Only what belongs to this subscription; null = everything. */
  readonly subscription: string | null;
  /** Only what belongs to the domain with this id. */
  readonly domainId?: string;
  /** Whether clients and their secrets are wanted. */
  readonly clients: boolean;
  /** Whose sight credentials are wanted in; undefined = none. */
  readonly credentialsSeenBy: Rights | undefined;
  readonly withinHours: number;
  readonly after?: EndingPosition;
  readonly limit: number;
}

/** The port to what ends soon. */
export abstract class Endings {
  /** By when they end, the soonest first. Leaves out what has ended already. */
  abstract list(query: EndingQuery): Promise<Ending[]>;
}

export function positionOf({ expiresAt, kind, id, domainId }: Ending): EndingPosition {
  return { expiresAt, kind, id, domainId };
}

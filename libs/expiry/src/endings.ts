/** What can have an expiry. A list shows things with the same expiry in this order. */
export const ENDING_KINDS = ['client', 'credential', 'secret'] as const;
export type EndingKind = (typeof ENDING_KINDS)[number];

/** The credential that made something, as the audit names it. */
export interface Maker {
  readonly id: string | null;
  readonly name: string;
}

/** Something with an expiry. Never contains the value of a secret or a key. */
export interface Ending {
  readonly kind: EndingKind;
  /** The id of the secret or credential, or the client id. */
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

/** A page begins after this position. */
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
  /** Credentials are listed as far as these rights see them; undefined = no credentials. */
  readonly credentialsSeenBy: Rights | undefined;
  readonly withinHours: number;
  readonly after?: EndingPosition;
  readonly limit: number;
}

/** The port that lists what expires soon. */
export abstract class Endings {
  /** In the order of expiry, the soonest first. Leaves out what has expired already. */
  abstract list(query: EndingQuery): Promise<Ending[]>;
}

export function positionOf({ expiresAt, kind, id, domainId }: Ending): EndingPosition {
  return { expiresAt, kind, id, domainId };
}

/** An event of the feed. */
export interface Entry {
  readonly id: string;
  readonly domain: string | null;
  readonly action: string;
  readonly clientId: string | null;
  readonly requestId: string;
  readonly changes: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
}

/** A request that writes, and what was answered. */
export interface Asked {
  readonly requestId: string;
  /** Method and path. */
  readonly what: string;
  readonly domain: string;
  readonly instance: number;
  readonly start: number;
  readonly end: number;
  readonly status: number;
  /** Its idempotency key. */
  readonly key?: string;
  /** What the feed must tell of it: clients by their ids, anything else by the action. */
  readonly subjects: readonly string[];
  /** The credential of the domain that it came with; absent: the operator's. */
  readonly credentialId?: string;
  readonly isDone: boolean;
  readonly isRefused: boolean;
  /** Neither of them, and not to be. */
  readonly isWrong: boolean;
  /** The refusal may say that there is no such domain. */
  readonly saysGone: boolean;
  /** By which an answer is known when it is given again. */
  readonly tag?: string;
  /** Secrets that were told, by client; each ends those before. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly credential?: { readonly id: string; readonly apiKey: string };
}

interface Verdict {
  readonly where: string;
  readonly value: string;
  readonly isValid: boolean;
}

export interface History {
  readonly feed: readonly Entry[];
  /** Every entry that there is, with the internal id of its domain, by which incarnations of one name are told apart. */
  readonly audit: readonly { readonly id: string; readonly incarnation: string }[];
  readonly requests: readonly Asked[];
  /** What there is once nobody writes any more and everybody knows it. */
  readonly end: {
    /** `clients`: some fields of each, as v1 and an export name them; undefined = there is no such domain. */
    readonly views: readonly {
      readonly where: string;
      readonly domain: string;
      readonly clients: ReadonlyMap<string, Readonly<Record<string, unknown>>> | undefined;
    }[];
    readonly totals: readonly { readonly where: string; readonly domain: string; readonly total: number }[];
    readonly secrets: readonly (Verdict & { readonly domain: string; readonly clientId: string })[];
    readonly credentials: readonly Verdict[];
    /** What should be 0, by what it counts. */
    readonly left: Readonly<Record<string, number>>;
  };
}

export function violationsIn(history: History): { readonly kind: string; readonly sentence: string }[];

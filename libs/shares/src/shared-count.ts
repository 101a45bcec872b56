/** So many requests in so many seconds. */
export interface RateLimitOptions {
  readonly requests: number;
  readonly seconds: number;
}

/** What a process asks of the count that all instances share. */
export interface Claim {
  /** For requests that wait now: granted as far as there is anything left. */
  readonly needed: number;
  /** What the process would like to hold for later requests; it gets a quarter of what is left at most. */
  readonly wanted: number;
  /** What the process has let in without asking. */
  readonly owed: number;
}

export interface Claimed {
  readonly granted: number;
  /** What nobody has claimed yet. */
  readonly left: number;
  /** Until the window ends. */
  readonly milliseconds: number;
}

/** The port to the count that all instances share. */
export interface SharedCount {
  /** `holder`: a credential or a subscription, by a UUID. */
  claim(holder: string, claim: Claim, options: RateLimitOptions): Promise<Claimed>;
}

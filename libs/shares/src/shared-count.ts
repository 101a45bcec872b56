/** A number of requests in a number of seconds. */
export interface RateLimitOptions {
  readonly requests: number;
  readonly seconds: number;
}

/** What a process asks of the count that all instances share. */
export interface Claim {
  /** For requests that wait now. Granted as far as anything is left. */
  readonly needed: number;
  /** What the process wants to hold for later requests. It gets at most a quarter of what is left. */
  readonly wanted: number;
  /** How many requests the process has let in without asking. */
  readonly owed: number;
}

export interface Claimed {
  readonly granted: number;
  /** How much is not claimed yet. */
  readonly left: number;
  /** The time until the window ends. */
  readonly milliseconds: number;
}

/** The port to the count that all instances share. */
export interface SharedCount {
  /** `holder`: the UUID of a credential or a subscription. */
  claim(holder: string, claim: Claim, options: RateLimitOptions): Promise<Claimed>;
}

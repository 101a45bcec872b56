// What callers share and none may take alone: places that are counted for each
// subscription, turns for those who wait, and the count of rate limits, which
// persistence implements. Leans on p-limit alone.
export type { Claim, Claimed, RateLimitOptions, SharedCount } from './shared-count.js';
export { type Holder, type Shared, ShareError, Shares, type TooMany } from './shares.js';
export { Turns } from './turns.js';

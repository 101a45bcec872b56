// What many share and nobody may take alone: places that are counted for each
// subscription, and turns for those who wait.
// Leans on p-limit alone.
export { type Holder, type Shared, ShareError, Shares, type TooMany } from './shares.js';
export { Turns } from './turns.js';

// The vocabulary of change: who changed what, through which dialect. Every core
// records its changes in these words; persistence writes them in the same
// transaction as the change itself. Leans on nothing but TypeORM's decorators.
export { AuditEntry } from './audit-entry.entity.js';
export {
  type AuditPage,
  type AuditPlace,
  type AuditQuery,
  type AuditScope,
  type AuditSearch,
  AuditTrail,
  type EntryOutline,
  LOOKED_AT,
  LOOKED_AT_IN_EACH,
  type OutlineQuery,
  type TrailEntry,
} from './audit-trail.js';
export { ChangeFeed, type FeedPage, type FeedStart, type RecentHeads } from './change-feed.js';
export { type Changes, changesBetween, isSame } from './changes.js';
export { ANY_MANAGER, byTheServer, type Origin } from './origin.js';

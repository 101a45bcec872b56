// Repeating a request safely: the answer to the first one with an idempotency
// key is kept sealed for ten minutes and given to those that repeat it.
// Persistence implements ReplayStore. Leans on #secrets and on
// Nest's decorators; nothing else.
export { type KnownRequest, ReplayStore } from './replay-store.js';
export { type KeyedRequest, ReplayError, Replays } from './replays.js';
export { ReplaysModule } from './replays.module.js';

// Idempotency keys: a client that gets no answer repeats its request with the
// same key, and gets the answer of the first one. Answers are kept sealed for
// ten minutes. Persistence implements IdempotencyStore. Leans on #secrets and
// on Nest's decorators; nothing else.

export { IdempotencyModule } from './idempotency.module.js';
export { IdempotencyError, IdempotencyKeys, type KeyedRequest } from './idempotency-keys.js';
export { IdempotencyStore, type KnownRequest } from './idempotency-store.js';

// For every part that keeps secrets: unguessable tokens with a check sum, and
// the pepper that hashes and seals values. Leans on node:crypto alone.
export { fingerprint } from './fingerprint.js';
export { Pepper } from './pepper.js';
export { isRandomToken, randomToken } from './random-token.js';

// What every part that keeps secrets needs: unguessable tokens with a check
// sum, and the pepper under which values are hashed and sealed.
// Leans on node:crypto alone.
export { fingerprint } from './fingerprint.js';
export { Pepper } from './pepper.js';
export { isRandomToken, randomToken } from './random-token.js';

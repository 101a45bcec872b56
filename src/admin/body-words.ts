import { aspNetPath, type BodyWords } from '../http/index.js';

/** The admin API’s words for what is wrong with a body. */
export const WORDS: BodyWords = { path: aspNetPath, unknown: () => 'is not a field that exists here' };

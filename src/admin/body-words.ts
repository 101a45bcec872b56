import { aspNetPath, type BodyWords } from '../http/index.js';

/** The admin API’s words for what is wrong with a body. */
export const WORDS = {
  path: aspNetPath,
  unknown: (_property) => 'is not a field that exists here',
} satisfies BodyWords;

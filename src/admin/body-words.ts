import { aspNetPath, type BodyWords } from '../http/index.js';

/** The admin API’s messages for mistakes in a body. */
export const WORDS = {
  path: aspNetPath,
  unknown: (_property) => 'is not a field that exists here',
} satisfies BodyWords;

import type { IncomingMessage } from 'node:http';
import { prefers } from '../http/index.js';

const FRONT_PAGE = '/doc';
/** The media types that programs ask the entry point for. */
const FOR_PROGRAMS = ['application/hal+json', 'application/json'];

/** The front page's path for a caller who prefers HTML at the entry point, otherwise `target` (decision 54). */
export function targetForPeople(target: string, { method, headers }: IncomingMessage): string {
  if (method !== 'GET' && method !== 'HEAD') return target;
  return FOR_PROGRAMS.every((type) => prefers(headers.accept, 'text/html', type)) ? FRONT_PAGE : target;
}

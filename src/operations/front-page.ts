import type { IncomingMessage } from 'node:http';
import { prefers } from '../http/index.js';

const FRONT_PAGE = '/doc';
/** What programs ask for where the entry point is. */
const FOR_PROGRAMS = ['application/hal+json', 'application/json'];

/** Where whoever asks for the entry point (`target`), and for HTML before anything else, finds a page instead (decision 54). */
export function targetForPeople(target: string, { method, headers }: IncomingMessage): string {
  if (method !== 'GET' && method !== 'HEAD') return target;
  return FOR_PROGRAMS.every((type) => prefers(headers.accept, 'text/html', type)) ? FRONT_PAGE : target;
}

import type { FastifyReply } from 'fastify';

/** How much a caller wants a media type. */
interface Wish {
  /** How precisely it is named, from 0 to 3: not at all, as any type, by its kind, in full. */
  readonly closeness: number;
  readonly quality: number;
}

/** Whether a caller prefers one media type to another (RFC 9110 §12.5.1). If equally wanted, the more precise name wins. */
export function prefers(accept: string | undefined, type: string, other: string): boolean {
  const [one, two] = [wishFor(type, accept), wishFor(other, accept)];
  if (one.quality !== two.quality) return one.quality > two.quality;
  return one.quality > 0 && one.closeness > two.closeness;
}

/** Adds `Accept` to `Vary`, which tells caches what the answer depends on. */
export function varyByAccept(reply: FastifyReply): void {
  const known = reply.getHeader('vary');
  reply.header('vary', known === undefined ? 'Accept' : `${known}, Accept`);
}

function wishFor(type: string, accept = '*/*'): Wish {
  const ranges = ['*/*', `${type.split('/')[0]}/*`, type];
  let wish: Wish = { closeness: 0, quality: 0 };
  for (const each of accept.toLowerCase().split(',')) {
    const [range = '', ...parameters] = each.split(';').map((part) => part.trim());
    const closeness = ranges.indexOf(range) + 1;
    if (closeness > wish.closeness) wish = { closeness, quality: qualityIn(parameters) };
  }
  return wish;
}

function qualityIn(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  return given === undefined ? 1 : Number(given.slice('q='.length)) || 0;
}

import type { FastifyReply } from 'fastify';

/** What a caller says of a media type. */
interface Wish {
  /** How closely it is named: not at all, as any, as one of its kind, by its name. */
  readonly closeness: number;
  readonly quality: number;
}

/** Whether a caller wants one media type more than another (RFC 9110 §12.5.1); of two that are equally good, the one that is named more closely. */
export function prefers(accept: string | undefined, type: string, other: string): boolean {
  const [one, two] = [wishFor(type, accept), wishFor(other, accept)];
  if (one.quality !== two.quality) return one.quality > two.quality;
  return one.quality > 0 && one.closeness > two.closeness;
}

/** Tells caches that the answer depends on `Accept`, beside what it depends on already. */
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

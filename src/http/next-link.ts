import type { FastifyReply, FastifyRequest } from 'fastify';
import { pathOf } from './request-line.js';

/** Links to the next page (RFC 8288): the same path with these parameters, except those that are undefined. */
export function linkToNext(
  publicUrl: string,
  request: FastifyRequest,
  reply: FastifyReply,
  parameters: Readonly<Record<string, string | number | undefined>>,
): void {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) given.set(name, String(value));
  reply.header('link', `<${publicUrl}${pathOf(request.url)}?${given}>; rel="next"`);
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Client } from '#clients';
import { etagOf, isNotModified } from './conditional.js';

/** Remembers the JSON text of clients as a dialect shows them, for as long as the clients themselves are remembered: they are values. */
export class Rendering {
  private readonly texts = new WeakMap<Client, string>();

  constructor(private readonly view: (client: Client) => object) {}

  textOf(client: Client): string {
    const known = this.texts.get(client);
    if (known !== undefined) return known;
    const text = JSON.stringify(this.view(client));
    this.texts.set(client, text);
    return text;
  }

  /** What a GET of a client answers; nothing (304) to whoever has this version already. */
  answer(client: Client, { headers }: FastifyRequest, reply: FastifyReply, type: string): string | undefined {
    reply.header('etag', etagOf(client));
    if (isNotModified(headers, client)) {
      reply.code(304);
      return undefined;
    }
    reply.type(type);
    return this.textOf(client);
  }
}
